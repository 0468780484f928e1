/** A step that sets fields of a module's ModuleConfig, which it makes where there is none. */
import type {Fields} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {isPatched, mergePatch} from '../domain/merge-patch.ts';
import {type ModuleConfigFacts, readModuleConfig} from '../domain/module-config.ts';
import {patchWrite} from '../engine/define-patch-step.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import type {CasStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {moduleConfigKind} from './targets.ts';

type ConfigStepDefinition = Omit<CasStep, 'effect' | 'act'> & {
  readonly module: string;
  /** A merge patch, or what makes one of the config as it is. */
  readonly patch: Fields | ((live: KubeObject | undefined) => Fields);
};

export const configPermissions: readonly Permission[] = [
  {verbs: ['get', 'create', 'patch'], group: 'deckhouse.io', resource: 'moduleconfigs'},
];

export function configStep({module, patch, ...step}: ConfigStepDefinition): CasStep {
  const ref = {kind: moduleConfigKind, name: module};
  return {
    undo: 'inverse',
    ...step,
    effect: 'K8sCas',
    act: async reader => {
      const live = await reader.get(ref);
      const wanted = typeof patch === 'function' ? patch(live) : patch;
      if (live === undefined) return [{kind: 'create', ref, object: mergePatch({}, wanted)}];
      return isPatched(live, wanted) ? [] : [patchWrite({ref, uid: ''}, live, wanted)];
    },
  };
}

export async function findConfig(reader: Reader, module: string): Promise<ModuleConfigFacts | undefined> {
  const live = await reader.get({kind: moduleConfigKind, name: module});
  return live === undefined ? undefined : readModuleConfig(live);
}

/** For what only counts once somebody has asked for the module. */
export async function requireConfig(reader: Reader, module: string): Promise<ModuleConfigFacts> {
  const config = await findConfig(reader, module);
  if (config === undefined)
    throw new Refusal('NoModuleConfig', {
      en: `module ${module} has no ModuleConfig: turn it on with module-enable first`,
      ru: `у модуля ${module} нет ModuleConfig: сначала включите его через module-enable`,
    });
  return config;
}

/** `spec` is JSON as it stands between single quotes of a shell; `annotation` is set to true beside it. */
export function configCommand(hasConfig: boolean, spec: string, annotation?: string): string {
  const annotations = annotation === undefined ? '' : `"annotations":{"${annotation}":"true"}`;
  if (hasConfig) {
    const metadata = annotations === '' ? '' : `"metadata":{${annotations}},`;
    return `kubectl patch moduleconfig "$TARGET" --type=merge -p '{${metadata}"spec":${spec}}'`;
  }
  const metadata = `"metadata":{"name":"'"$TARGET"'"${annotations === '' ? '' : `,${annotations}`}}`;
  return `printf %s '{"apiVersion":"deckhouse.io/v1alpha1","kind":"ModuleConfig",${metadata},"spec":${spec}}' | kubectl create -f -`;
}
