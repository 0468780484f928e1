/** A helper pod goes whenever its node does, or when a gate stayed open for a day: whoever needs it next makes it again. */
import {expect, test} from 'vitest';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {Run, StepStatus} from '../../../src/domain/run.ts';
import {createReader} from '../../../src/engine/live-reader.ts';
import {postgresBackup} from '../../../src/runbooks/postgres-backup.ts';
import {type KeptAt, keeperContainer, keeperRef} from '../../../src/runbooks/postgres-backup-place.ts';
import {openPlaceSteps} from '../../../src/runbooks/postgres-reached-place.ts';
import {postgresRestore} from '../../../src/runbooks/postgres-restore.ts';
import {postgresStorageClassByRestore} from '../../../src/runbooks/postgres-storage-class-by-restore.ts';
import {newClass} from '../../support/postgres-drafts.ts';
import {inhabitedBy, type PlatformOptions, type PostgresPlatform} from '../../support/postgres-platform.ts';
import {RunKit} from '../../support/run-kit.ts';

type Begun = {readonly kit: RunKit; readonly platform: PostgresPlatform; readonly target: string; readonly lost: string[]};

const namespace = 'keeping';
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {name: 'dumps', namespace},
  spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '1Gi'}}},
};

/** Once in each step, as soon as it is seen in the state, the helpers are lost. */
async function begin(options: PlatformOptions, state: StepStatus['state']): Promise<Begun> {
  let met: PostgresPlatform | undefined;
  const parts = inhabitedBy(
    options,
    () => ({}),
    platform => {
      met = platform;
    },
  );
  const lost: string[] = [];
  const wrapPort = (port: KubePort): KubePort => ({
    stream: request => port.stream(request),
    request: async request => {
      const answer = await port.request(request);
      if (request.method === 'GET' || !request.path.includes('/runbookruns/run-1/status')) return answer;
      const {steps} = (await kit.run()).status;
      const current = steps.find(each => each.state !== 'Succeeded' && each.state !== 'Skipped');
      if (current?.state === state && !lost.includes(current.id)) {
        lost.push(current.id);
        await loseHelpers(platform);
      }
      return answer;
    },
  });
  const kit: RunKit = await RunKit.start({
    runbooks: [postgresBackup, postgresRestore, postgresStorageClassByRestore],
    ...parts,
    wrapPort,
  });
  if (met === undefined) throw new Error('no platform was met');
  const platform: PostgresPlatform = met;
  await platform.world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
  await platform.world.create(claim);
  return {kit, platform, target: `${platform.database.namespace}/${platform.database.name}`, lost};
}

async function loseHelpers({world}: PostgresPlatform): Promise<void> {
  for (const {metadata} of await world.list('v1', 'Pod', namespace, {labelSelector: 'app=deckhand-backup'}))
    await world.remove({apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace}, {gracePeriodSeconds: 0});
}

function tell({status}: Run): string {
  return [status.phase, ...status.steps.map(({id, state, reason, message}) => `${id} ${state} ${reason} ${message}`)].join('\n');
}

const place = `pvc:${namespace}/dumps`;
const states = ['Pending', 'AwaitingApproval', 'Verifying'] as const;

test.each(['Pending', 'Verifying'] as const)('a backup outlives the loss of its helper in every step that is %s', async state => {
  const {kit, platform, target, lost} = await begin({owner: 'nobody'}, state);
  await kit.submit('postgres-backup', {target, backupTo: place});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(lost).toEqual(expect.arrayContaining(['dump-kept', 'dump-described']));
  await kit.pass(30_000);
  expect(await platform.world.list('v1', 'Pod', namespace)).toEqual([]);
});

test.each(states)('a restore outlives the loss of both its helpers in every step that is %s', async state => {
  const {kit, platform, target, lost} = await begin({owner: 'nobody'}, state);
  await kit.submit('postgres-backup', {target, backupTo: place}, {}, 'backup');
  expect((await kit.driveToEnd('backup')).status.phase).toBe('Succeeded');
  const files = Object.values(platform.state.disks).flatMap(disk => Object.keys(disk.files));
  const folder = files.find(path => path.endsWith('/manifest.json'))?.split('/')[2] ?? '';
  await kit.submit('postgres-restore', {target, from: `${place}/${folder}`, backupTo: place});
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(lost).toContain(state === 'AwaitingApproval' ? 'exchanged' : 'restored-opened');
});

test.each(states.flatMap(state => (['commander', 'nobody'] as const).map(owner => [state, owner] as const)))(
  'moving by restore outlives the loss of its helper in every step that is %s: of %s',
  async (state, owner) => {
    const {kit, target, platform, lost} = await begin({owner}, state);
    const keys = owner === 'commander' ? {keysTo: `secret:${namespace}/keys`} : {};
    await kit.submit('postgres-storage-class-by-restore', {target, storageClass: newClass, backupTo: place, ...keys});
    const run = await kit.driveToEnd();
    expect(run.status.phase, tell(run)).toBe('Succeeded');
    // Of nobody's database the writers are not held while it is made anew: what they were quick to write stays beside.
    if (owner === 'commander') expect(platform.lostRows).toBe(0);
    expect(lost).toContain('destroyed');
  },
);

test('a helper whose time is over when somebody agrees to the destruction is replaced', async () => {
  const {kit, platform, target} = await begin({}, 'Undoing');
  const asked = {target, storageClass: newClass, backupTo: place, keysTo: `secret:${namespace}/keys`};
  await kit.submit('postgres-storage-class-by-restore', asked);
  for (let turn = 0; turn < 500; turn += 1) {
    const outcome = await kit.drive();
    const {status} = await kit.run();
    if (status.steps.find(({state}) => state === 'AwaitingApproval')?.id === 'destroyed') break;
    if (status.phase === 'AwaitingApproval') await kit.consent();
    else await kit.pass(Math.max(1, ('until' in outcome ? (outcome.until ?? 0) : 0) - kit.clock.now()));
  }
  const before = kit.effects.filter(effect => effect.startsWith('DELETE') && effect.includes(namespace)).length;
  for (const {metadata} of await platform.world.list('v1', 'Pod', namespace))
    await platform.world.patchStatus(
      {apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace},
      {phase: 'Failed', reason: 'DeadlineExceeded'},
    );
  const run = await kit.driveToEnd();
  expect(run.status.phase, tell(run)).toBe('Succeeded');
  expect(kit.effects.filter(effect => effect.startsWith('DELETE') && effect.includes(namespace)).length).toBe(before + 2);
});

test('a helper whose image cannot be pulled says which secrets have to be where', async () => {
  const {kit, platform} = await begin({owner: 'nobody'}, 'Pending');
  const image = 'registry.example.com/spilo:1';
  const kept: KeptAt = {kind: 'pvc', namespace, name: 'dumps', image, pullSecrets: ['deckhouse-registry'], security: {}};
  const {name} = keeperRef(kept, 'to', 'run/key');
  const ref = {apiVersion: 'v1', kind: 'Pod', name, namespace};
  await platform.world.create({...ref, metadata: {name, namespace}, spec: {containers: [{name: keeperContainer, image}]}});
  const waiting = {reason: 'ImagePullBackOff', message: 'Back-off pulling image'};
  await platform.world.patchStatus(ref, {phase: 'Pending', containerStatuses: [{name: keeperContainer, image, state: {waiting}}]});
  const [step] = openPlaceSteps(kept, 'to');
  const past = {key: 'run/key', attempt: 1, startedAt: kit.clock.now()};
  expect(await step?.verify?.(createReader({kube: kit.port, clock: kit.clock}), past)).toMatchObject({
    kind: 'waiting',
    seen: {en: expect.stringMatching(/^Pending, ImagePullBackOff: .*Secret deckhouse-registry .* to keeping, or registry/)},
  });
});
