import {expect, test} from 'vitest';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import {createClusterRunStore} from '../../../src/engine/cluster-run-store.ts';
import {KubeClient} from '../../../src/engine/kube-client.ts';
import {runConfigMap} from '../../../src/engine/run-chunks.ts';
import {BrokenLog} from '../../../src/engine/run-store.ts';
import {digest, RunKit, requester} from '../../support/run-kit.ts';
import {runsNamespace} from '../../support/run-records.ts';
import {entry, runStoreContract, type StoreRig} from '../../support/run-store-contract.ts';

type ClusterRig = StoreRig & {readonly kit: RunKit};

async function makeRig(): Promise<ClusterRig> {
  const kit = await RunKit.start({runbooks: []});
  let spoiled = '';
  const kube: KubePort = {
    stream: request => kit.port.stream(request),
    request: async request => {
      const answer = await kit.port.request(request);
      const isSpoiled = request.method === 'GET' && spoiled !== '' && request.path.endsWith(`/runbookruns/${spoiled}`);
      return isSpoiled ? {...answer, body: JSON.stringify({...JSON.parse(answer.body), status: {phase: 5}})} : answer;
    },
  };
  const open = () => createClusterRunStore({kube, digest});
  let approvals = 0;
  return {
    kit,
    store: open(),
    reopen: async () => open(),
    submit: name => kit.submit('node-cordon', {target: 'w1'}, {}, name),
    order: (run, control) => kit.control(control, run.meta.name),
    consent: async ({meta}, answer) => {
      approvals += 1;
      await kit.world.create({
        apiVersion: 'deckhand.dev/v1alpha1',
        kind: 'RunbookApproval',
        metadata: {name: `yes-${approvals}`, namespace: runsNamespace},
        spec: {run: {name: meta.name, uid: meta.uid}, ...answer, by: requester.user, groups: requester.groups},
      });
    },
    remove: async ({meta}) => {
      await kit.world.remove({apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', name: meta.name, namespace: meta.namespace});
    },
    spoil: async ({meta}) => {
      spoiled = meta.name;
    },
  };
}

runStoreContract('in the cluster', makeRig);

test('a chunk of the log is closed when it is full, and the next one goes on', async () => {
  const {kit, store, submit} = await makeRig();
  const run = await submit('run-1');
  const long = 'x'.repeat(90_000);
  const first = await store.appendLog(run, [entry(long), entry(long), entry(long)]);
  expect(first).toMatchObject({chunks: 1, head: 3});
  const client = new KubeClient(kit.port);
  const chunk = (index: number) => client.get(runConfigMap(run, `runlog-${run.meta.uid}-${index}`).ref);
  expect((await chunk(0))?.immutable).toBe(true);
  expect((await chunk(0))?.metadata.ownerReferences?.[0]).toMatchObject({kind: 'RunbookRun', name: 'run-1', uid: run.meta.uid});
  // The status knows of the first chunk, of the second, of none.
  const second = await store.appendLog({...run, status: {...run.status, log: first}}, [entry('four')]);
  expect(second).toMatchObject({chunks: 2, head: 4});
  const third = await store.appendLog({...run, status: {...run.status, log: second}}, [entry('five')]);
  const fourth = await store.appendLog(run, [entry('six')]);
  expect([third, fourth]).toMatchObject([
    {chunks: 2, head: 5},
    {chunks: 2, head: 6},
  ]);
  expect((await chunk(1))?.immutable).toBeUndefined();
  expect((await store.readLog(run)).map(({seq}) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a log that somebody has changed says at which entry', async () => {
  const {kit, store, submit} = await makeRig();
  const run = await submit('run-1');
  await store.appendLog(run, [entry('one'), entry('two'), entry('three')]);
  const {ref} = runConfigMap(run, `runlog-${run.meta.uid}-0`);
  const client = new KubeClient(kit.port);
  const chunk = await client.get(ref);
  await client.patch(ref, {data: {'entries.ndjson': JSON.stringify(chunk?.data).includes('two') ? spoil(chunk?.data) : ''}});
  await expect(store.readLog(run)).rejects.toThrow(BrokenLog);
  await expect(store.readLog(run)).rejects.toThrow('entry 2');
});

function spoil(data: unknown): string {
  const text = typeof data === 'object' && data !== null && 'entries.ndjson' in data ? String(data['entries.ndjson']) : '';
  return text.replace('"text":"two"', '"text":"2"');
}

test('an approval that cannot be read counts for nothing and stops nothing', async () => {
  const {kit, submit, consent} = await makeRig();
  const run = await submit('run-1');
  const answer = {gate: 'start', kind: 'Consent', decision: 'Approve', planDigest: 'p', evidenceDigest: 'e', reason: ''} as const;
  await consent(run, answer);
  const kube: KubePort = {
    stream: request => kit.port.stream(request),
    request: async request => {
      const got = await kit.port.request(request);
      if (!request.path.includes('/runbookapprovals')) return got;
      const list = JSON.parse(got.body);
      const nonsense = [7, {run: 7}, {run: {uid: run.meta.uid}, gate: 7}].map((spec, index) => ({
        ...list.items[0],
        metadata: {name: `bad-${index}`, resourceVersion: '1'},
        spec,
      }));
      return {...got, body: JSON.stringify({...list, items: [...nonsense, ...list.items]})};
    },
  };
  expect((await createClusterRunStore({kube, digest}).approvals(run)).map(({name}) => name)).toEqual(['yes-1']);
});
