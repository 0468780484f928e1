/** When a module's releases may be installed: a ModuleUpdatePolicy, or the one that module `deckhouse` passes on. */
import {readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {readWindows, type UpdateWindow} from './update-window.ts';

export type UpdateMode = 'Auto' | 'AutoPatch' | 'Manual' | 'Ignore';

export type UpdatePolicy = {
  /** '' is the embedded policy: the update settings of ModuleConfig `deckhouse`. */
  readonly name: string;
  readonly mode: UpdateMode;
  readonly windows: readonly UpdateWindow[];
};

export function readUpdatePolicy(object: KubeObject): UpdatePolicy {
  return {
    name: object.metadata.name,
    mode: modeOf(readString(object, 'spec.update.mode')),
    windows: readWindows(object, 'spec.update.windows'),
  };
}

/** From ModuleConfig `deckhouse`. */
export function readEmbeddedPolicy(object: KubeObject): UpdatePolicy {
  return {
    name: '',
    mode: modeOf(readString(object, 'spec.settings.update.mode')),
    windows: readWindows(object, 'spec.settings.update.windows'),
  };
}

/** The API server fills the default in; only the embedded policy may come without a mode. */
function modeOf(mode: string | undefined): UpdateMode {
  return mode === 'Manual' || mode === 'AutoPatch' || mode === 'Ignore' ? mode : 'Auto';
}
