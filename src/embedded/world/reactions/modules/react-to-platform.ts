/** What the platform does with the releases of itself. */

import {type DeckhouseReleaseFacts, readDeckhouseRelease} from '../../../../domain/deckhouse-release.ts';
import {isFields, readList, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {isNewer} from '../../../../domain/module-release.ts';
import {readEmbeddedPolicy} from '../../../../domain/update-policy.ts';
import {isWindowOpen, nextOpening} from '../../../../domain/update-window.ts';
import type {Stage} from '../../life.ts';
import {deckhouseApi} from '../../seed-modules.ts';
import {awaitsWindow} from '../../seed-releases.ts';
import {rfc822, second} from '../../seeding.ts';
import type {Ref} from '../../world-client.ts';
import type {ReactionStage} from '../reaction.ts';
import {setPhase} from './deploy-release.ts';
import {configRef} from './module-world.ts';

const prefix = 'release.deckhouse.io/';
const program: Ref = {apiVersion: 'apps/v1', kind: 'Deployment', name: 'deckhouse', namespace: 'd8-system'};

type Release = DeckhouseReleaseFacts & {readonly object: KubeObject};

export async function* playPlatform(stage: ReactionStage): AsyncGenerator<number> {
  yield 2 * second;
  const {client} = stage;
  for (let next = await judgePending(stage); next !== undefined; next = await judgePending(stage)) {
    yield 3 * second;
    const deployed = (await readReleases(stage)).filter(({phase}) => phase === 'Deployed');
    for (const {object} of deployed) await setPhase(stage, refOf(object), 'Superseded');
    const annotations = {[`${prefix}isUpdating`]: 'true', [`${prefix}apply-now`]: null, [`${prefix}force`]: null};
    await client.patch(refOf(next.object), {metadata: {annotations}});
    await setPhase(stage, refOf(next.object), 'Deployed', {approved: true});
    await replaceProgram(stage, next.version);
    yield 12 * second;
    await client.patch(refOf(next.object), {metadata: {annotations: {[`${prefix}isUpdating`]: 'false'}}});
  }
}

/** Ascending. */
async function readReleases({client}: Stage): Promise<readonly Release[]> {
  const releases = await client.list(deckhouseApi, 'DeckhouseRelease');
  return releases
    .map(object => ({object, ...readDeckhouseRelease(object)}))
    .sort((left, right) => (isNewer(left.version, right.version) ? 1 : -1));
}

async function judgePending(stage: Stage): Promise<Release | undefined> {
  const releases = await readReleases(stage);
  const deployed = releases.findLast(({phase}) => phase === 'Deployed');
  for (const [index, release] of releases.entries()) {
    if (release.phase !== 'Pending') continue;
    const message = await obstacleOf(stage, release, releases.slice(0, index), deployed);
    if (message === undefined) return release;
    if (message !== release.message) await stage.client.patchStatus(refOf(release.object), {message, approved: release.isApproved});
  }
  return undefined;
}

/** What the release waits for; undefined where it may be deployed. */
async function obstacleOf(
  stage: Stage,
  {version, message, isUrgent, isApproved, isDisruptionApproved, disruption}: Release,
  below: readonly Release[],
  deployed: Release | undefined,
): Promise<string | undefined> {
  if (/requirement for DeckhouseRelease|requirements of/.test(message)) return message;
  const isPatch = minorOf(version) === minorOf(deployed?.version ?? '');
  if (disruption !== undefined && !isDisruptionApproved) return message;
  const before = below.findLast(({phase}) => phase === 'Pending');
  if (!isPatch && before !== undefined) return `awaiting for ${before.version} release to be deployed`;
  if (isUrgent) return undefined;
  const config = await stage.client.find(configRef('deckhouse'));
  const {mode, windows} = config === undefined ? ({mode: 'Auto', windows: []} as const) : readEmbeddedPolicy(config);
  if (mode === 'Manual' || (mode === 'AutoPatch' && !isPatch)) return isApproved ? undefined : 'Release is waiting for manual approval';
  if (isWindowOpen(windows, stage.nowMs(), 'module')) return undefined;
  return awaitsWindow(rfc822(nextOpening(windows, stage.nowMs(), 'module') ?? stage.nowMs()));
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function refOf({metadata}: KubeObject): Ref {
  return {apiVersion: deckhouseApi, kind: 'DeckhouseRelease', name: metadata.name};
}

/** The pod of the platform is made anew with the new version. */
async function replaceProgram(stage: ReactionStage, version: string): Promise<void> {
  const live = await stage.client.find(program);
  if (live === undefined) return;
  const containers = readList(live, 'spec.template.spec.containers').map(container =>
    isFields(container) && container.name === 'deckhouse'
      ? {...container, image: (readString(container, 'image') ?? '').replace(/:[^:]*$/, `:${version}`)}
      : container,
  );
  const annotations = {'core.deckhouse.io/version': version};
  await stage.client.patch(program, {metadata: {annotations}, spec: {template: {spec: {containers}}}});
  stage.look('deployment/d8-system/deckhouse');
}
