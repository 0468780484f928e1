/** Releases of modules: one module takes each new patch by itself, another waits for an approval. */
import {isFields, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Stage} from './life.ts';
import {moduleCatalogue} from './module-catalogue.ts';
import {moduleStatus} from './module-status.ts';
import {deckhouseApi, moduleRef} from './seed-modules.ts';
import {awaitsApproval, awaitsWindow, releaseDraft} from './seed-releases.ts';
import {minute, rfc822, second} from './seeding.ts';
import {type Ref, refOf} from './world-client.ts';

/** As many as the platform keeps beside the deployed one. */
const outdatedKept = 3;

export async function* releaseScene(stage: Stage): AsyncGenerator<number> {
  const module = 'operator-argo';
  const next = await announce(stage, module, '');
  yield 5 * second;
  await stage.client.patchStatus(next, {phase: 'Pending', message: awaitsWindow(rfc822(stage.nowMs() + minute))});
  yield 21 * second;
  yield* deploy(stage, module, next);
  yield 47 * second;
}

/** Waits for `modules.deckhouse.io/approved`; when nobody comes, the next patch takes the place. */
export async function* approvalScene(stage: Stage): AsyncGenerator<number> {
  const module = 'managed-valkey';
  const next = await announce(stage, module, awaitsApproval);
  for (let waitedMs = 0; waitedMs < 3 * minute; waitedMs += 4 * second) {
    yield 4 * second;
    if (isApproved(await stage.client.find(next))) {
      yield* deploy(stage, module, next);
      yield 20 * second;
      return;
    }
  }
  await stage.client.patch(next, {metadata: {labels: {status: 'skipped'}}});
  await stage.client.patchStatus(next, {phase: 'Skipped', message: '', transitionTime: stage.nowIso()});
  await forgetOutdated(stage, module);
}

function isApproved(release: KubeObject | undefined): boolean {
  const annotations = release?.metadata.annotations ?? {};
  return ['approved', 'apply-now', 'force'].some(key => annotations[`modules.deckhouse.io/${key}`] === 'true');
}

/** A new patch above the highest release there is. */
async function announce(stage: Stage, module: string, message: string): Promise<Ref> {
  const row = moduleCatalogue.find(candidate => candidate.name === module);
  const patches = (await releasesOf(stage, module)).map(release => patchOf(release));
  const [major = '1', minor = '0'] = (row?.version ?? 'v1.0.0').slice(1).split('.');
  const draft = releaseDraft({
    module,
    version: `${major}.${minor}.${Math.max(0, ...patches) + 1}`,
    source: row?.source ?? 'deckhouse',
    weight: row?.weight ?? 900,
    phase: 'Pending',
    message,
    transitionTime: stage.nowIso(),
    cause: 'from deployed',
  });
  await stage.client.create(draft);
  return refOf(draft);
}

async function releasesOf(stage: Stage, module: string): Promise<readonly KubeObject[]> {
  const releases = await stage.client.list(deckhouseApi, 'ModuleRelease');
  return releases.filter(release => release.metadata.labels?.module === module);
}

function patchOf(release: KubeObject): number {
  const parts = (readString(release, 'spec.version') ?? '').split('.');
  return Number(parts.at(-1)) || 0;
}

/** The deployed one is superseded first; then the new one is deployed and the module comes back. */
async function* deploy(stage: Stage, module: string, next: Ref): AsyncGenerator<number> {
  const {client} = stage;
  for (const release of await releasesOf(stage, module)) {
    if (readString(release, 'status.phase') !== 'Deployed') continue;
    const ref = refOfRelease(release);
    await client.patch(ref, {metadata: {labels: {status: 'superseded'}, finalizers: null}});
    await client.patchStatus(ref, {phase: 'Superseded', message: '', transitionTime: stage.nowIso()});
  }
  const marks = {
    'modules.deckhouse.io/isUpdating': 'true',
    'modules.deckhouse.io/notified': 'false',
    'modules.deckhouse.io/apply-now': null,
    'modules.deckhouse.io/force': null,
  };
  await client.patch(next, {
    metadata: {labels: {status: 'deployed'}, annotations: marks, finalizers: ['modules.deckhouse.io/exist-on-fs']},
  });
  await client.patchStatus(next, {phase: 'Deployed', message: '', size: 21_233_664, pullDuration: '12s'});
  const version = `v${next.name.split('-v').at(-1) ?? ''}`;
  await showModule(stage, module, 'reconciling', version);
  yield 9 * second;
  await showModule(stage, module, 'ready', version);
  await client.patch(next, {metadata: {annotations: {'modules.deckhouse.io/isUpdating': 'false'}}});
  await forgetOutdated(stage, module);
}

async function showModule(stage: Stage, module: string, state: 'reconciling' | 'ready', version: string): Promise<void> {
  const row = moduleCatalogue.find(candidate => candidate.name === module);
  if (row === undefined) return;
  await stage.client.patch(moduleRef(module), {properties: {version}});
  await stage.client.patchStatus(moduleRef(module), moduleStatus({...row, version}, state, stage.nowIso(), stage.nowIso()));
}

async function forgetOutdated(stage: Stage, module: string): Promise<void> {
  const releases = await releasesOf(stage, module);
  const outdated = releases.filter(({status}) => isFields(status) && ['Superseded', 'Suspended', 'Skipped'].includes(String(status.phase)));
  const byAge = outdated.toSorted((a, b) => patchOf(b) - patchOf(a));
  for (const release of byAge.slice(outdatedKept)) await stage.client.remove(refOfRelease(release));
}

function refOfRelease(release: KubeObject): Ref {
  return {apiVersion: deckhouseApi, kind: 'ModuleRelease', name: release.metadata.name};
}
