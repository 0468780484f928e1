/** What the platform does with a module whose settings, override or releases somebody changed. */
import {readFields, readNumber, readString} from '../../../../domain/fields.ts';
import {missingFor, requiredModules} from '../../../../domain/module-links.ts';
import {moduleCatalogue} from '../../module-catalogue.ts';
import {deckhouseApi, moduleRef} from '../../seed-modules.ts';
import {sourceRef} from '../../seed-sources.ts';
import {second} from '../../seeding.ts';
import type {Play, ReactionStage} from '../reaction.ts';
import {phaseOf, releaseRefOf} from './deploy-release.ts';
import {configRef, type ModuleWorld, readModuleWorld, sourceEntry} from './module-world.ts';
import {announceNewer} from './newer-release.ts';
import {applyOverride, endOverride} from './override-module.ts';
import {playReleases} from './play-releases.ts';
import {showModule} from './show-module.ts';

const allow = 'modules.deckhouse.io/allow-disabling';

/** How often the settings of a module had been changed when it was last looked at. */
type Seen = Map<string, number>;

export function createModulePlay(): Play {
  const seen: Seen = new Map();
  return (stage, name) => playModule(stage, name, seen);
}

async function* playModule(stage: ReactionStage, name: string, seen: Seen): AsyncGenerator<number> {
  yield second;
  const world = await readModuleWorld(stage, name);
  await judgeConfig(stage, name, world === undefined && name !== 'global');
  if (world === undefined) return;
  if (world.override?.metadata.deletionTimestamp !== undefined) yield* endOverride(stage, world);
  const wasOn = world.module.enabled?.status === 'True';
  const isByBundle = world.config === undefined && bundleHas(world);
  const areSettingsNew = world.settingsGeneration !== (seen.get(name) ?? 1);
  seen.set(name, world.settingsGeneration);
  if (world.config?.isEnabled === true || isByBundle) yield* turnOn(stage, world, areSettingsNew);
  else yield* turnOff(stage, world);
  const after = await readModuleWorld(stage, name);
  if (after !== undefined && (after.module.enabled?.status === 'True') !== wasOn) await lookAtDependants(stage, name);
}

/** What the platform says of the settings themselves. */
async function judgeConfig(stage: ReactionStage, name: string, isUnknown: boolean): Promise<void> {
  const live = await stage.client.find(configRef(name));
  if (live === undefined) return;
  const version = readNumber(live, 'spec.version');
  const hasSettings = Object.keys(readFields(live, 'spec.settings')).length > 0;
  const fault = hasSettings && version === undefined ? 'Error: spec.version is required when spec.settings are specified' : '';
  const message = isUnknown ? 'Ignored: unknown module name' : fault;
  await stage.client.patchStatus(configRef(name), {version: message === '' ? String(version ?? 1) : '', message});
}

/** Of the modules that ship with the platform, those that are on unless somebody says otherwise. */
function bundleHas({name, module}: ModuleWorld): boolean {
  const state = moduleCatalogue.find(row => row.name === name)?.state ?? '';
  return module.source === 'Embedded' && !state.startsWith('off') && state !== 'unavailable';
}

async function* turnOff(stage: ReactionStage, {name, module, config, releases}: ModuleWorld): AsyncGenerator<number> {
  const {client} = stage;
  if (config !== undefined) await client.patch(configRef(name), {metadata: {annotations: {[allow]: null}}});
  for (const release of releases.filter(each => phaseOf(each) === 'Pending')) {
    if (module.asked?.status === 'True') await client.remove(releaseRefOf(release));
  }
  const asked = config === undefined ? ('Unknown' as const) : ('False' as const);
  if (config === undefined && module.source !== 'Embedded') await client.patch(moduleRef(name), {properties: {updatePolicy: null}});
  const isHere = !['Available', 'Conflict', 'Downloading', 'DownloadingError', 'Unavailable'].includes(module.phase ?? '');
  if (!isHere) {
    if (module.phase !== 'Unavailable') await showModule(stage, name, {state: 'available', also: {EnabledByModuleConfig: asked}});
    return;
  }
  yield 3 * second;
  await showModule(stage, name, {state: 'offByConfig', also: {EnabledByModuleConfig: asked, LastReleaseDeployed: 'Unknown'}});
}

async function* turnOn(stage: ReactionStage, world: ModuleWorld, areSettingsNew: boolean): AsyncGenerator<number> {
  const {name, module, config} = world;
  const also = config === undefined ? {} : {EnabledByModuleConfig: 'True' as const};
  if (await staysOff(stage, world, also)) return;
  if (module.source === 'Embedded') return yield* startEmbedded(stage, world, also, areSettingsNew);
  const source = config?.source || module.source || (module.availableSources.length === 1 ? module.availableSources[0] : undefined);
  if (source === undefined || source === '') return await showModule(stage, name, {state: 'conflict', also});
  await markAsked(stage, world, source);
  // The new source is listed, and what it offers becomes known.
  yield 2 * second;
  await stage.client.patchStatus(sourceRef(source), {syncTime: stage.nowIso()});
  if (world.override !== undefined && world.override.metadata.deletionTimestamp === undefined) {
    return yield* applyOverride(stage, world, source);
  }
  await announceNewer(stage, world, source);
  yield* bringUp(stage, world, source, areSettingsNew);
}

/** A dependency, the edition, a script of the module itself. */
async function staysOff(stage: ReactionStage, {name, object}: ModuleWorld, also: Readonly<Record<string, 'True'>>): Promise<boolean> {
  const row = moduleCatalogue.find(candidate => candidate.name === name);
  const isRuled = row !== undefined && ['offByScript', 'offByGlobalHook', 'offByVersion', 'unavailable'].includes(row.state);
  if (isRuled) {
    await showModule(stage, name, {state: row.state, also, ...(row.text !== undefined && {text: row.text})});
    return true;
  }
  const [missing] = missingFor(object, await stage.client.list(deckhouseApi, 'Module'));
  if (missing === undefined) return false;
  await showModule(stage, name, {state: 'offByDependency', also, text: `the "${name}" module dependency "${missing}" is disabled`});
  return true;
}

async function* startEmbedded(
  stage: ReactionStage,
  {name, module}: ModuleWorld,
  also: Readonly<Record<string, 'True'>>,
  areSettingsNew: boolean,
): AsyncGenerator<number> {
  const isOn = module.enabled?.status === 'True';
  if (isOn && !areSettingsNew) return;
  await showModule(stage, name, {state: isOn ? 'reconciling' : 'installing', also});
  yield 6 * second;
  await showModule(stage, name, {state: 'ready', also});
}

async function markAsked(stage: ReactionStage, {name, module, config, channel}: ModuleWorld, source: string): Promise<void> {
  await stage.client.patch(moduleRef(name), {
    properties: {source, updatePolicy: config?.policy || null, releaseChannel: channel},
  });
  const isNew = ['Available', 'Conflict', 'DownloadingError'].includes(module.phase ?? '');
  const also = {EnabledByModuleConfig: 'True' as const};
  if (isNew) await showModule(stage, name, {state: 'downloading', also});
  else await stage.client.patchStatus(moduleRef(name), {conditions: await askedConditions(stage, name)});
}

async function askedConditions(stage: ReactionStage, name: string) {
  const live = await stage.client.find(moduleRef(name));
  const nowIso = stage.nowIso();
  const conditions = readFields(live, 'status').conditions;
  const list: readonly unknown[] = Array.isArray(conditions) ? conditions : [];
  const asked = list.find(each => readString(each, 'type') === 'EnabledByModuleConfig');
  if (readString(asked, 'status') === 'True') return list;
  const others = list.filter(each => each !== asked);
  return [{type: 'EnabledByModuleConfig', status: 'True', lastProbeTime: nowIso, lastTransitionTime: nowIso}, ...others];
}

/** From the source's answer to a running module. */
async function* bringUp(stage: ReactionStage, world: ModuleWorld, source: string, areSettingsNew: boolean): AsyncGenerator<number> {
  const {name, module, releases} = world;
  const {error} = await sourceEntry(stage, source, name);
  const isDeployed = releases.some(release => phaseOf(release) === 'Deployed');
  if (!isDeployed && error !== undefined) {
    await showModule(stage, name, {state: 'downloadingError'});
    return;
  }
  const isOn = module.enabled?.status === 'True';
  // Its files are here: one that was off is installed again, one that runs takes new settings over.
  if (isDeployed && (!isOn || areSettingsNew)) {
    await showModule(stage, name, {state: isOn ? 'reconciling' : 'installing'});
    yield 5 * second;
    await showModule(stage, name, {state: 'ready'});
  }
  yield* playReleases(stage, name, source);
}

async function lookAtDependants(stage: ReactionStage, name: string): Promise<void> {
  for (const module of await stage.client.list(deckhouseApi, 'Module')) {
    if (requiredModules(module).includes(name)) stage.look(`module/${module.metadata.name}`);
  }
}
