import {expect, test} from 'vitest';
import type {KindRef} from '../../../src/domain/object-ref.ts';
import {approvalKind, type Run, runKind} from '../../../src/domain/run.ts';
import {sweep} from '../../../src/engine/housekeeping.ts';
import {KubeClient} from '../../../src/engine/kube-client.ts';
import {leaseKind} from '../../../src/engine/lease-record.ts';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import {nodeDrain} from '../../../src/runbooks/node-drain.ts';
import {nodeDraft} from '../../support/node-drafts.ts';
import {RunKit} from '../../support/run-kit.ts';
import {runsNamespace} from '../../support/runs/run-objects.ts';

const minute = 60_000;

test('a finished run goes when its time is over, with its log and what people said of it; others stay', async () => {
  const kit = await open();
  await kit.submit('node-cordon', {target: 'w1'}, {ttlSecondsAfterFinished: 60}, 'short');
  await kit.submit('node-cordon', {target: 'w2'}, {}, 'kept');
  const [short, kept] = [await kit.driveToEnd('short'), await kit.driveToEnd('kept')];
  for (const {meta} of [short, kept]) await approve(kit, meta);
  expect(await clean(kit, [short, kept])).toEqual({runs: 0, leases: 0});
  await kit.clock.advance(minute);
  expect(await clean(kit, [short, kept])).toEqual({runs: 1, leases: 0});
  expect(await namesOf(kit, runKind)).toEqual(['kept']);
  expect(await namesOf(kit, approvalKind)).toEqual(['approval-of-kept']);
});

test('leases of runs that are gone or over go, once they are old; those of runs that live stay', async () => {
  const kit = await open();
  await kit.submit('node-cordon', {target: 'w1'}, {}, 'over');
  await kit.submit('node-drain', {target: 'w2'}, {}, 'waiting');
  const over = await kit.driveToEnd('over');
  await kit.driveToEnd('waiting', {isConsenting: false});
  const waiting = await kit.run('waiting');
  expect(waiting.status.phase).toBe('AwaitingApproval');
  const [target] = (await namesOf(kit, leaseKind)).filter(name => name.startsWith('target-'));
  await lease(kit, `run-${over.meta.uid}`, {});
  await lease(kit, 'run-nobody', {});
  await lease(kit, `run-${waiting.meta.uid}`, {});
  await lease(kit, 'target-journal', {labels: {'deckhand.dev/run-uid': 'elsewhere'}, annotations: {'deckhand.dev/journal': '/home/anna'}});
  await lease(kit, 'target-orphan', {labels: {'deckhand.dev/run-uid': 'gone'}, annotations: {'deckhand.dev/run': 'deckhand/gone'}});
  await lease(kit, 'deckhand-leader', {});
  const left = ['deckhand-leader', `run-${waiting.meta.uid}`, 'target-journal', target].toSorted();
  expect(await clean(kit, [over, waiting])).toEqual({runs: 0, leases: 0});
  await kit.clock.advance(2 * minute);
  expect(await clean(kit, [over, waiting])).toEqual({runs: 0, leases: 3});
  expect(await namesOf(kit, leaseKind)).toEqual(left);
  // Whose watch has not heard of the run yet asks before it takes the target from it.
  await kit.world.remove({apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: `run-${waiting.meta.uid}`, namespace: runsNamespace});
  expect(await clean(kit, [])).toEqual({runs: 0, leases: 0});
});

function open(): Promise<RunKit> {
  return RunKit.start({runbooks: [nodeCordon, nodeDrain], objects: [nodeDraft('w1', {group: ''}), nodeDraft('w2', {group: ''})]});
}

function clean(kit: RunKit, runs: readonly Run[]) {
  return sweep({ports: {kube: kit.port, clock: kit.clock}, namespace: runsNamespace, log: () => undefined}, runs);
}

async function namesOf(kit: RunKit, kind: KindRef): Promise<readonly string[]> {
  const objects = await new KubeClient(kit.port).list(kind, {namespace: runsNamespace});
  return objects.map(({metadata}) => metadata.name).toSorted();
}

async function approve(kit: RunKit, {name, uid}: Run['meta']): Promise<void> {
  await kit.world.create({
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: 'RunbookApproval',
    metadata: {name: `approval-of-${name}`, namespace: runsNamespace},
    spec: {run: {name, uid}, gate: 'start', planDigest: '0', decision: 'Approve', by: 'olga', groups: []},
  });
}

async function lease(
  kit: RunKit,
  name: string,
  metadata: {labels?: Record<string, string>; annotations?: Record<string, string>},
): Promise<void> {
  await kit.world.create({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {name, namespace: runsNamespace, ...metadata},
    spec: {holderIdentity: ''},
  });
}
