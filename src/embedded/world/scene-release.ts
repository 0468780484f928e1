/** Releases of modules: one module takes each new patch by itself, another waits for an approval. */
import {readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Stage} from './life.ts';
import {moduleCatalogue} from './module-catalogue.ts';
import {deployRelease, forgetOutdated, releasesOf} from './reactions/modules/deploy-release.ts';
import {awaitsApproval, awaitsWindow, releaseDraft} from './seed-releases.ts';
import {minute, rfc822, second} from './seeding.ts';
import {type Ref, refOf} from './world-client.ts';

export async function* releaseScene(stage: Stage): AsyncGenerator<number> {
  const module = 'operator-argo';
  const next = await announce(stage, module, '');
  yield 5 * second;
  await stage.client.patchStatus(next, {phase: 'Pending', message: awaitsWindow(rfc822(stage.nowMs() + minute))});
  yield 21 * second;
  const release = await stage.client.find(next);
  if (release !== undefined) yield* deployRelease(stage, module, release);
  yield 47 * second;
}

/** A release that nobody approves is skipped in the end: the next patch takes its place. */
export async function* approvalScene(stage: Stage): AsyncGenerator<number> {
  const module = 'managed-valkey';
  const next = await announce(stage, module, awaitsApproval);
  yield 3 * minute;
  await stage.client.patch(next, {metadata: {labels: {status: 'skipped'}}});
  await stage.client.patchStatus(next, {phase: 'Skipped', message: '', transitionTime: stage.nowIso()});
  await forgetOutdated(stage, module);
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

function patchOf(release: KubeObject): number {
  const parts = (readString(release, 'spec.version') ?? '').split('.');
  return Number(parts.at(-1)) || 0;
}
