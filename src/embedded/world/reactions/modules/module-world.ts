/** Everything that decides how a module should stand, read at one moment. */
import {isFields, readFields, readList, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {type ModuleConfigFacts, readModuleConfig} from '../../../../domain/module-config.ts';
import {type ModuleFacts, readModule} from '../../../../domain/module-verdict.ts';
import {readEmbeddedPolicy, readUpdatePolicy, type UpdatePolicy} from '../../../../domain/update-policy.ts';
import type {Stage} from '../../life.ts';
import {deckhouseApi, moduleRef} from '../../seed-modules.ts';
import {sourceRef} from '../../seed-sources.ts';
import type {Ref} from '../../world-client.ts';
import {releasesOf} from './deploy-release.ts';

export type ModuleWorld = {
  readonly name: string;
  readonly object: KubeObject;
  readonly module: ModuleFacts;
  readonly config: ModuleConfigFacts | undefined;
  /** Grows with each change of the ModuleConfig. */
  readonly settingsGeneration: number;
  readonly override: KubeObject | undefined;
  /** Ascending by version. */
  readonly releases: readonly KubeObject[];
  readonly policy: UpdatePolicy;
  readonly channel: string;
};

export function configRef(name: string): Ref {
  return {apiVersion: deckhouseApi, kind: 'ModuleConfig', name};
}

export function overrideRef(name: string): Ref {
  return {apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModulePullOverride', name};
}

/** undefined where there is no such module. */
export async function readModuleWorld(stage: Stage, name: string): Promise<ModuleWorld | undefined> {
  const {client} = stage;
  const object = await client.find(moduleRef(name));
  if (object === undefined) return undefined;
  const live = await client.find(configRef(name));
  const config = live === undefined ? undefined : readModuleConfig(live);
  const platform = await client.find(configRef('deckhouse'));
  const found = config?.policy ? await client.find(policyRef(config.policy)) : undefined;
  const settings = readFields(platform, 'spec.settings');
  const embedded: UpdatePolicy = platform === undefined ? {name: '', mode: 'Auto', windows: []} : readEmbeddedPolicy(platform);
  return {
    name,
    object,
    module: readModule(object),
    config,
    settingsGeneration: live?.metadata.generation ?? 1,
    override: await client.find(overrideRef(name)),
    releases: await releasesOf(stage, name),
    policy: found === undefined ? embedded : readUpdatePolicy(found),
    channel: readString(found, 'spec.releaseChannel') ?? readString(settings, 'releaseChannel') ?? 'Stable',
  };
}

export function policyRef(name: string): Ref {
  return {apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModuleUpdatePolicy', name};
}

/** What the source says of one of its modules. */
export async function sourceEntry({client}: Stage, source: string, module: string) {
  const live = await client.find(sourceRef(source));
  const entry = readList(live, 'status.modules').find(each => isFields(each) && each.name === module);
  return {version: readString(entry, 'version'), error: readString(entry, 'error') || undefined, isThere: live !== undefined};
}
