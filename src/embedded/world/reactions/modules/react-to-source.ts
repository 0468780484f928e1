/** What the platform does with a module source: lists it, and lets it go when nothing of it is in use. */
import {isFields, readFields, readList, readString, readStrings} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {moduleStatus} from '../../module-status.ts';
import {deckhouseApi, moduleDraft, moduleRef} from '../../seed-modules.ts';
import {sourceRef} from '../../seed-sources.ts';
import {digits, second} from '../../seeding.ts';
import type {ReactionStage} from '../reaction.ts';
import {phaseOf, releaseRefOf} from './deploy-release.ts';
import {listRepository} from './registry.ts';

const prefix = 'modules.deckhouse.io/';
const checksum = `${prefix}registry-spec-checksum`;
const held =
  'The source contains at least 1 deployed release and cannot be deleted. Please delete target ModuleReleases manually to continue';

export async function* playSource(stage: ReactionStage, name: string): AsyncGenerator<number> {
  yield 2 * second;
  const source = await stage.client.find(sourceRef(name));
  if (source === undefined) return await forgetSource(stage, name);
  if (source.metadata.deletionTimestamp !== undefined) return yield* letGo(stage, source);
  await list(stage, source);
}

/** What was listed before is kept where the registry refuses. */
async function list(stage: ReactionStage, source: KubeObject): Promise<void> {
  const {name, annotations = {}} = source.metadata;
  const registry = readFields(source, 'spec.registry');
  const known = digits(JSON.stringify(registry), 32);
  const before = readList(source, 'status.modules').filter(isFields);
  const isSeeded = before.length > 0 && source.metadata.generation === 1;
  const listing = listRepository(registry);
  const syncTime = stage.nowIso();
  if (annotations[checksum] !== known && !isSeeded)
    await stage.client.patch(sourceRef(name), {metadata: {annotations: {[checksum]: known}}});
  if ('error' in listing) {
    await stage.client.patchStatus(sourceRef(name), {phase: 'Active', syncTime, message: listing.error});
    return;
  }
  const modules = before.length > 0 ? before : listing.modules.map(module => ({name: module, version: 'v0.1.0', policy: ''}));
  for (const module of modules) await offer(stage, readString(module, 'name') ?? '', name);
  const hasErrors = modules.some(module => 'error' in module);
  await stage.client.patchStatus(sourceRef(name), {
    phase: 'Active',
    syncTime,
    modulesCount: modules.length,
    modules,
    message: hasErrors ? 'Some errors occurred. Inspect status for details' : '',
  });
  await stage.client.patch(sourceRef(name), {metadata: {finalizers: [`${prefix}module-exists`]}});
}

/** A Module for what is new; one that is known gets another source to come from. */
async function offer(stage: ReactionStage, module: string, source: string): Promise<void> {
  const live = await stage.client.find(moduleRef(module));
  if (live === undefined) {
    const row = {name: module, weight: 900, source: '', state: 'available', availableSources: [source]} as const;
    const status = moduleStatus(row, 'available', stage.nowIso(), stage.nowIso());
    await stage.client.create({...moduleDraft(row), status});
    return;
  }
  const sources = readStrings(live, 'properties.availableSources');
  if (sources.includes(source) || readString(live, 'properties.source') === 'Embedded') return;
  await stage.client.patch(moduleRef(module), {properties: {availableSources: [...sources, source]}});
}

async function* letGo(stage: ReactionStage, source: KubeObject): AsyncGenerator<number> {
  const {name, annotations = {}} = source.metadata;
  const isForced = annotations[`${prefix}force-delete`] === 'true';
  const releases = await stage.client.list(deckhouseApi, 'ModuleRelease', undefined, {labelSelector: `source=${name}`});
  const isHeld = !isForced && releases.some(release => phaseOf(release) === 'Deployed');
  await stage.client.patchStatus(sourceRef(name), {phase: 'Terminating', message: isHeld ? held : ''});
  if (isHeld) return;
  yield 3 * second;
  await stage.client.patch(sourceRef(name), {metadata: {finalizers: null}});
  await forgetSource(stage, name);
}

/** Its releases go with it, and a module that nobody else offers and nobody uses. */
async function forgetSource(stage: ReactionStage, name: string): Promise<void> {
  for (const release of await stage.client.list(deckhouseApi, 'ModuleRelease', undefined, {labelSelector: `source=${name}`})) {
    const ref = releaseRefOf(release);
    await stage.client.remove(ref);
    if ((release.metadata.finalizers ?? []).length > 0) await stage.client.patch(ref, {metadata: {finalizers: null}});
  }
  for (const module of await stage.client.list(deckhouseApi, 'Module')) await withdraw(stage, module, name);
}

async function withdraw(stage: ReactionStage, module: KubeObject, source: string): Promise<void> {
  const sources = readStrings(module, 'properties.availableSources');
  if (!sources.includes(source)) return;
  const left = sources.filter(each => each !== source);
  const isOn = readList(module, 'status.conditions').some(
    condition => isFields(condition) && condition.type === 'EnabledByModuleManager' && condition.status === 'True',
  );
  const ref = moduleRef(module.metadata.name);
  if (left.length === 0 && !isOn) await stage.client.remove(ref);
  else await stage.client.patch(ref, {properties: {availableSources: left}});
}
