/** What people asked of a module (ModuleConfig), and what the platform says of it. */

import type {Fields} from './fields.ts';
import {readBoolean, readFields, readNumber, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';

export type ModuleConfigFacts = {
  readonly name: string;
  readonly isEnabled: boolean;
  /** '' where it names none. */
  readonly source: string;
  readonly policy: string;
  readonly isInMaintenance: boolean;
  readonly settings: Fields;
  readonly settingsVersion: number | undefined;
  readonly message: string;
};

export function readModuleConfig(object: KubeObject): ModuleConfigFacts {
  return {
    name: object.metadata.name,
    isEnabled: readBoolean(object, 'spec.enabled') === true,
    source: readString(object, 'spec.source') ?? '',
    policy: readString(object, 'spec.updatePolicy') ?? '',
    isInMaintenance: readString(object, 'spec.maintenance') === 'NoResourceReconciliation',
    settings: readFields(object, 'spec.settings'),
    settingsVersion: readNumber(object, 'spec.version'),
    message: readString(object, 'status.message') ?? '',
  };
}
