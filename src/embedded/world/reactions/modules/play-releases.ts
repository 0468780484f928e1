/** Which release of a module is deployed next, and what the others wait for; by the platform's own rules and in its words. */
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {isNewer, readModuleRelease} from '../../../../domain/module-release.ts';
import {isWindowOpen, nextOpening} from '../../../../domain/update-window.ts';
import type {Stage} from '../../life.ts';
import {awaitsApproval, awaitsWindow, releaseDraft} from '../../seed-releases.ts';
import {rfc822, second} from '../../seeding.ts';
import {deployRelease, forgetOutdated, phaseOf, releaseRefOf, setPhase, versionOf} from './deploy-release.ts';
import {type ModuleWorld, policyRef, readModuleWorld, sourceEntry} from './module-world.ts';
import {showModule} from './show-module.ts';

const reinstall = 'modules.deckhouse.io/reinstall';
/** What only a change elsewhere mends, and what is known to wait for a moment of its own. */
const standing =
  /requirements are not satisfied|module dep(?:end)?ency|major version|greater than deployed|validation failed|conversions failed|^Update policy|^Update disabled|failed to send|postponed/;

type Fate = {readonly kind: 'deploy'} | {readonly kind: 'skip'} | {readonly kind: 'wait'; readonly message: string};

export async function* playReleases(stage: Stage, name: string, source: string): AsyncGenerator<number> {
  for (let world = await readModuleWorld(stage, name); world !== undefined; world = await readModuleWorld(stage, name)) {
    yield* forgetDeleted(stage, world);
    const deployed = world.releases.find(isDeployed);
    const next = deployed?.metadata.annotations?.[reinstall] === 'true' ? deployed : await judgePending(stage, world);
    if (next === undefined) {
      if (world.releases.some(each => isDeployed(each) || phaseOf(each) === 'Pending')) return;
      yield 3 * second;
      await announceFirst(stage, world, source);
      continue;
    }
    if (next === deployed) yield* reinstallRelease(stage, name, next);
    else {
      yield 3 * second;
      yield* deployRelease(stage, name, next);
    }
  }
}

async function* reinstallRelease(stage: Stage, name: string, release: KubeObject): AsyncGenerator<number> {
  yield 3 * second;
  await stage.client.patch(releaseRefOf(release), {
    metadata: {annotations: {[reinstall]: null, 'modules.deckhouse.io/isUpdating': 'true'}},
  });
  await showModule(stage, name, {state: 'reconciling'});
  yield 7 * second;
  await showModule(stage, name, {state: 'ready'});
  await stage.client.patch(releaseRefOf(release), {metadata: {annotations: {'modules.deckhouse.io/isUpdating': 'false'}}});
}

function isDeployed(release: KubeObject): boolean {
  return phaseOf(release) === 'Deployed' && release.metadata.deletionTimestamp === undefined;
}

/** The release to deploy; writes what all the others wait for. */
async function judgePending(stage: Stage, world: ModuleWorld): Promise<KubeObject | undefined> {
  for (const release of world.releases.filter(each => phaseOf(each) === 'Pending')) {
    const fate = await judge(stage, world, release);
    if (fate.kind === 'deploy') return release;
    if (fate.kind === 'skip') {
      await stage.client.patch(releaseRefOf(release), {metadata: {labels: {status: 'skipped'}}});
      await setPhase(stage, releaseRefOf(release), 'Skipped');
      await forgetOutdated(stage, world.name);
    } else if (fate.message !== readModuleRelease(release).message) {
      await stage.client.patchStatus(releaseRefOf(release), {message: fate.message, approved: readModuleRelease(release).isApproved});
    }
  }
  return undefined;
}

async function judge(stage: Stage, {module, releases, policy}: ModuleWorld, release: KubeObject): Promise<Fate> {
  const facts = readModuleRelease(release);
  const {annotations = {}} = release.metadata;
  if (annotations['modules.deckhouse.io/force'] === 'true') return {kind: 'deploy'};
  const deployed = releases.find(isDeployed);
  if (deployed !== undefined && isNewer(versionOf(deployed), facts.version)) return {kind: 'skip'};
  if (standing.test(facts.message) && !(facts.isUrgent && facts.message.includes('postponed')) && !(await isMended(stage, facts.message)))
    return {kind: 'wait', message: facts.message};
  const index = releases.indexOf(release);
  const [before, after] = [releases[index - 1], releases[index + 1]];
  if (after !== undefined && isSameMinor(after, release) && phaseOf(after) === 'Pending') return {kind: 'skip'};
  const isPatch = deployed !== undefined && isSameMinor(deployed, release);
  if (!isPatch && before !== undefined && phaseOf(before) === 'Pending')
    return {kind: 'wait', message: `awaiting for v${versionOf(before)} release to be deployed`};
  if (deployed === undefined || (facts.isUrgent && isPatch)) return {kind: 'deploy'};
  if (!isPatch && module.phase !== 'Ready') return {kind: 'wait', message: `awaiting for module v${versionOf(deployed)} to be ready`};
  if (facts.isUrgent) return {kind: 'deploy'};
  const needsApproval = policy.mode === 'Manual' || (policy.mode === 'AutoPatch' && !isPatch);
  if (needsApproval) return facts.isApproved ? {kind: 'deploy'} : {kind: 'wait', message: awaitsApproval};
  if (isWindowOpen(policy.windows, stage.nowMs(), 'module')) return {kind: 'deploy'};
  const opening = nextOpening(policy.windows, stage.nowMs(), 'module');
  return {kind: 'wait', message: awaitsWindow(rfc822(opening ?? stage.nowMs()))};
}

/** A policy that was missing may be there by now. */
async function isMended(stage: Stage, message: string): Promise<boolean> {
  const [, policy] = /^Update policy (\S+) not found$/.exec(message) ?? [];
  return policy !== undefined && (await stage.client.find(policyRef(policy))) !== undefined;
}

function isSameMinor(left: KubeObject, right: KubeObject): boolean {
  const minorOf = (release: KubeObject) => versionOf(release).split('.').slice(0, 2).join('.');
  return minorOf(left) === minorOf(right);
}

/** Deleted while its files are on the platform's disk. */
async function* forgetDeleted(stage: Stage, {releases}: ModuleWorld): AsyncGenerator<number> {
  for (const release of releases.filter(({metadata}) => metadata.deletionTimestamp !== undefined)) {
    await setPhase(stage, releaseRefOf(release), 'Terminating');
    yield 2 * second;
    await stage.client.patch(releaseRefOf(release), {metadata: {finalizers: null}});
  }
}

/** The first version ignores windows and approval. */
async function announceFirst(stage: Stage, {name}: ModuleWorld, source: string): Promise<void> {
  const {version} = await sourceEntry(stage, source, name);
  const draft = releaseDraft({
    module: name,
    version: /^v\d+\.\d+\.\d+$/.test(version ?? '') ? (version ?? '').slice(1) : '0.1.0',
    source,
    weight: 900,
    phase: 'Pending',
    message: '',
    transitionTime: stage.nowIso(),
    cause: 'no releases in cluster',
  });
  const annotations = {...draft.metadata.annotations, 'modules.deckhouse.io/apply-now': 'true'};
  const existing = await stage.client.find({apiVersion: draft.apiVersion, kind: draft.kind, name: draft.metadata.name});
  if (existing !== undefined) await stage.client.remove(releaseRefOf(existing));
  await stage.client.create({...draft, metadata: {...draft.metadata, annotations}});
}
