/** What Deckhouse does with modules between two looks: one stage further at a time, and nothing where nothing is asked. */
import {type Fields, readBoolean, readFields, readString, readStrings} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import {isPatched} from '../../src/domain/merge-patch.ts';
import type {Ref, WorldClient} from '../../src/embedded/world/world-client.ts';
import {consoleRef, on} from './module-drafts.ts';
import type {RunKit} from './run-kit.ts';

const api = 'deckhouse.io/v1alpha1';
const off = on.map(({type}) => ({type, status: 'False'}));

export async function playModules(world: WorldClient, {clock}: RunKit): Promise<void> {
  const now = new Date(clock.now()).toISOString();
  await playSources(world, now);
  await playReleases(world);
  const override: Ref = {...consoleRef, apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModulePullOverride'};
  if ((await found(world, override)) !== undefined) await world.patchStatus(override, {message: 'Ready', updatedAt: now});
  const module = await found(world, consoleRef);
  const config = await found(world, {...consoleRef, kind: 'ModuleConfig'});
  if (module !== undefined) await playModule(world, module, config);
}

async function playModule(world: WorldClient, module: KubeObject, config: KubeObject | undefined): Promise<void> {
  const isAsked = config !== undefined && readBoolean(config, 'spec.enabled') === true;
  if (config !== undefined && readBoolean(config, 'spec.enabled') === false) {
    await change(world, {...consoleRef, kind: 'ModuleConfig'}, config, {
      metadata: {annotations: {'modules.deckhouse.io/allow-disabling': null}},
    });
  }
  if (!isAsked) {
    const phase = readString(module, 'status.phase');
    if (phase !== 'Downloaded' && phase !== 'Available') await setStatus(world, module, 'Downloaded', off);
    return;
  }
  const source =
    readString(config, 'spec.source') ?? readString(module, 'properties.source') ?? readStrings(module, 'properties.availableSources')[0];
  const policy = readString(config, 'spec.updatePolicy');
  await change(world, consoleRef, module, {
    properties: {source, updatePolicy: policy ?? null, ...(await channelOf(world, policy))},
  });
  await stage(world, module);
}

/** Available or Downloaded, Downloading, Installing, Ready. */
async function stage(world: WorldClient, module: KubeObject): Promise<void> {
  switch (readString(module, 'status.phase')) {
    case 'Ready':
      return setStatus(world, module, 'Ready', on);
    case 'Downloading':
      return setStatus(world, module, 'Installing', on);
    case 'Installing':
      return setStatus(world, module, 'Ready', on);
    default:
      return setStatus(world, module, 'Downloading', [...on.slice(0, 1), ...off.slice(1)]);
  }
}

async function channelOf(world: WorldClient, policy: string | undefined): Promise<Fields> {
  if (policy === undefined) return {};
  const live = await found(world, {apiVersion: 'deckhouse.io/v1alpha2', kind: 'ModuleUpdatePolicy', name: policy});
  const releaseChannel = live === undefined ? undefined : readString(live, 'spec.releaseChannel');
  return releaseChannel === undefined ? {} : {releaseChannel};
}

async function playSources(world: WorldClient, now: string): Promise<void> {
  for (const source of await listed(world, 'ModuleSource')) {
    const ref = {...consoleRef, kind: 'ModuleSource', name: source.metadata.name};
    const isForced = source.metadata.annotations?.['modules.deckhouse.io/force-delete'] === 'true';
    if (source.metadata.deletionTimestamp === undefined) await world.patchStatus(ref, {phase: 'Active', syncTime: now});
    else if (isForced) await world.patch(ref, {metadata: {finalizers: null}});
  }
}

async function playReleases(world: WorldClient): Promise<void> {
  for (const release of [...(await listed(world, 'ModuleRelease')), ...(await listed(world, 'DeckhouseRelease'))]) {
    const ref = {apiVersion: api, kind: release.kind ?? '', name: release.metadata.name};
    for (const prefix of ['modules.deckhouse.io/', 'release.deckhouse.io/']) {
      if (release.metadata.annotations?.[`${prefix}apply-now`] === 'true') {
        await world.patchStatus(ref, {phase: 'Deployed', message: ''});
        await world.patch(ref, {metadata: {annotations: {[`${prefix}apply-now`]: null}}});
      }
    }
    if (release.metadata.annotations?.['modules.deckhouse.io/reinstall'] === 'true') {
      await world.patch(ref, {metadata: {annotations: {'modules.deckhouse.io/reinstall': null}}});
    }
  }
}

/** undefined where there is none, or its kind is not served. */
async function found(world: WorldClient, ref: Ref): Promise<KubeObject | undefined> {
  try {
    return await world.find(ref);
  } catch {
    return undefined;
  }
}

/** [] where the kind is not served. The items of a list do not say their kind. */
async function listed(world: WorldClient, kind: string): Promise<readonly KubeObject[]> {
  try {
    return (await world.list(api, kind)).map(object => ({...object, apiVersion: api, kind}));
  } catch {
    return [];
  }
}

async function setStatus(world: WorldClient, module: KubeObject, phase: string, conditions: readonly Fields[]): Promise<void> {
  const status = {phase, conditions};
  if (!isPatched(readFields(module, 'status'), status)) await world.patchStatus(consoleRef, status);
}

async function change(world: WorldClient, ref: Ref, live: KubeObject, patch: Fields): Promise<void> {
  if (!isPatched(live, patch)) await world.patch(ref, patch);
}
