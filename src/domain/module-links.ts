/** What ties modules together: who needs whom, who shuts whom out, and what is asked before one is turned off. */
import {readBoolean, readFields, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {readModule} from './module-verdict.ts';
import type {Words} from './words.ts';

/** Names of the modules that must be on for this one; those marked `!optional` need not be. */
export function requiredModules(module: KubeObject): readonly string[] {
  return Object.entries(readFields(module, 'properties.requirements.modules'))
    .filter(([, constraint]) => !String(constraint).includes('!optional'))
    .map(([name]) => name)
    .sort();
}

export function isOn(module: KubeObject): boolean {
  const {asked, enabled} = readModule(module);
  return enabled?.status === 'True' || asked?.status === 'True';
}

/** Modules that are on and need this one. */
export function dependantsOf(name: string, modules: readonly KubeObject[]): readonly string[] {
  return modules
    .filter(module => isOn(module) && requiredModules(module).includes(name))
    .map(module => module.metadata.name)
    .sort();
}

/** Required modules that are off or unknown. */
export function missingFor(module: KubeObject, modules: readonly KubeObject[]): readonly string[] {
  return requiredModules(module).filter(name => !modules.some(other => other.metadata.name === name && isOn(other)));
}

/** The module that is on and excludes this one. */
export function rivalOf(module: KubeObject, modules: readonly KubeObject[]): string | undefined {
  const group = readString(module, 'properties.exclusiveGroup') ?? '';
  if (group === '') return undefined;
  const isRival = (other: KubeObject) => readString(other, 'properties.exclusiveGroup') === group && isOn(other);
  return modules.find(other => other.metadata.name !== module.metadata.name && isRival(other))?.metadata.name;
}

/** What the module's makers say to whoever turns it off; undefined where they ask for no confirmation. */
export function disableWarning(module: KubeObject): Words | undefined {
  if (readBoolean(module, 'properties.disableOptions.confirmation') !== true) return undefined;
  const text = readString(module, 'properties.disableOptions.message') || 'The module asks for a confirmation before it is turned off';
  const en = readString(module, 'properties.disableOptions.messages.en') || text;
  return {en, ru: readString(module, 'properties.disableOptions.messages.ru') || en};
}
