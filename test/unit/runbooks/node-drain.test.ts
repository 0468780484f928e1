import {describe, expect, test} from 'vitest';
import {readBoolean} from '../../../src/domain/fields.ts';
import {inEnglish} from '../../../src/domain/words.ts';
import {eventDraft} from '../../../src/embedded/world/event-shape.ts';
import type {Draft} from '../../../src/embedded/world/world-client.ts';
import {nodeDrain} from '../../../src/runbooks/node-drain.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {groupDraft, marksPatch, nodeDraft, nodeRef, platformDrafts, podDraft, refTo} from '../../support/node-drafts.ts';
import {drainer, kubelet, markOf} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunKit} from '../../support/run-kit.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'w1';
const web = podDraft('web', target, {kind: 'ReplicaSet', name: 'web'}, {labels: {app: 'web'}});
const orphan = podDraft('orphan', target, {kind: 'DaemonSet', name: 'gone'});
const proxy = podDraft('proxy', target, undefined, {annotations: {'kubernetes.io/config.mirror': 'x'}});
const naked = podDraft('naked', target);
const elsewhere = podDraft('elsewhere', 'w2', {kind: 'ReplicaSet', name: 'web'});
const daemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: {name: 'agent', namespace: 'default'},
  spec: {
    selector: {matchLabels: {app: 'agent'}},
    template: {metadata: {labels: {app: 'agent'}}, spec: {containers: [{name: 'agent', image: 'agent:1'}]}},
  },
};
const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: {name: 'web', namespace: 'default'},
  spec: {minAvailable: 1, selector: {matchLabels: {app: 'web'}}},
};

const bare = [nodeDraft(target, {group: ''}), nodeDraft('w2', {group: ''}), orphan, proxy, web, elsewhere];
const managed = [...platformDrafts, groupDraft('worker', {nodeType: 'Static', nodeDrainTimeoutSecond: 120}), nodeDraft(target), web];

/** A node without a group, the pods of every sort on it. */
async function bareBench(...drafts: readonly Draft[]): Promise<RunbookBench> {
  const bench = await RunbookBench.with(...bare, ...drafts);
  const {metadata} = await bench.world.create(daemonSet);
  await bench.world.create(podDraft('agent', target, {kind: 'DaemonSet', name: 'agent', uid: metadata.uid}));
  return bench;
}

async function isCordoned(bench: RunbookBench): Promise<boolean> {
  return readBoolean(await bench.get({kind: nodeKind, name: target}), 'spec.unschedulable') === true;
}

async function podNames(bench: RunbookBench): Promise<readonly string[]> {
  return (await bench.world.list('v1', 'Pod', 'default')).map(({metadata}) => metadata.name);
}

proveRunbook({
  runbook: nodeDrain,
  parameters: {target},
  objects: [nodeDraft(target, {group: ''}), web, naked, proxy],
  platform: kubelet,
  check: async kit => {
    expect((await kit.world.list('v1', 'Pod', 'default')).map(({metadata}) => metadata.name)).toEqual(['proxy']);
    expect(readBoolean(await kit.object({kind: nodeKind, name: target}), 'spec.unschedulable')).toBe(true);
  },
  undone: [{kind: nodeKind, name: target}],
});

describe('through the platform', () =>
  proveRunbook({
    runbook: nodeDrain,
    parameters: {target},
    objects: managed,
    platform: world => drainer(world, target),
    check: async kit => {
      expect(await kit.world.list('v1', 'Pod', 'default')).toEqual([]);
      expect((await kit.object({kind: nodeKind, name: target})).metadata.annotations).toMatchObject({
        'update.node.deckhouse.io/drained': 'user',
      });
    },
    undone: [{kind: nodeKind, name: target}],
  }));

test('without the platform the node is cordoned and its pods are evicted, but for those that would only come back', async () => {
  const bench = await bareBench(naked);
  const {facts} = await bench.plan(nodeDrain, {target});
  expect(facts).toEqual({way: 'eviction', timeoutSeconds: 600, wasCordoned: false, unowned: ['default/naked']});
  expect(await bench.run(nodeDrain, {target}, () => kubelet(bench.world))).toEqual([
    'cordon done',
    'evict done: no pod left but those that stay',
  ]);
  expect(await podNames(bench)).toEqual(['agent', 'elsewhere', 'proxy']);
  expect(await isCordoned(bench)).toBe(true);
});

test('a budget that refuses holds its own pod only, is asked again and named with the time left', async () => {
  const bench = await bareBench(budget);
  const {steps} = await bench.plan(nodeDrain, {target});
  const seen: string[] = [];
  const outcomes = await bench.run(nodeDrain, {target}, async (step, look) => {
    if (step !== 'evict refused') return;
    await kubelet(bench.world);
    const progress = await steps[1]?.verify?.(bench.reader, {key: '', attempt: 1, startedAt: bench.clock.now() - 60_000});
    if (progress?.kind === 'waiting') seen.push(inEnglish(progress.seen));
    if (look === 3) await bench.world.patch(refTo(budget), {spec: {minAvailable: 0}});
  });
  expect(seen[0]).toBe('1 pods: default/web; PodDisruptionBudget default/web refuses; 9m left');
  expect(seen).toHaveLength(3);
  // The pod itself is only going by now, and nobody plays the kubelet any more.
  expect(outcomes[1]).toMatch(/^evict waiting for every pod gone: 1 pods: default\/web/);
});

test('a budget that never allows it ends the drain at its time-out, with the pod still there', async () => {
  const bench = await bareBench(budget);
  expect(await bench.run(nodeDrain, {target}, () => kubelet(bench.world))).toEqual([
    'cordon done',
    'evict failed: ActTimeout: refused to the end',
  ]);
  expect(await podNames(bench)).toContain('web');
});

test('a node of a group is drained by the platform, in the time of its group', async () => {
  const bench = await RunbookBench.with(...managed);
  const {facts} = await bench.plan(nodeDrain, {target});
  expect(facts).toMatchObject({way: 'platform', timeoutSeconds: 120});
  const outcomes = await bench.run(nodeDrain, {target}, async (_step, look) => {
    if (look === 1) await bench.world.patch(nodeRef(target), {spec: {unschedulable: true}});
    if (look === 2) await bench.world.remove(refTo(web), {gracePeriodSeconds: 0});
    if (look === 3) await bench.world.patch(nodeRef(target), marksPatch('-draining', 'drained=user'));
  });
  expect(outcomes).toEqual(['drain done: drained']);
  expect(await bench.refusal(nodeDrain, {target})).toMatch(/^NothingToDo: the node is drained already/);
});

test('what the platform says of a failed drain ends the step; a retry clears it, undo takes everything back', async () => {
  const bench = await RunbookBench.with(...managed);
  const failure = 'cannot evict default/web: disruption budget';
  const {steps} = await bench.plan(nodeDrain, {target});
  const outcomes = await bench.run(nodeDrain, {target}, () =>
    bench.world.patch(nodeRef(target), {spec: {unschedulable: true}, ...marksPatch(`drain-failed=${failure}`)}),
  );
  expect(outcomes[0]).toContain(`drain failed: DrainFailed: the platform could not drain the node: ${failure}`);
  const [drain] = steps;
  if (drain?.effect !== 'K8sCas' || typeof drain.undo !== 'function') throw new Error('the drain has an undo of its own');
  expect(await drain.act(bench.reader, 'run-1/step')).toMatchObject([
    {patch: {metadata: {annotations: {'update.node.deckhouse.io/drain-failed': null}}}},
  ]);
  expect(await drain.undo(bench.reader, 'run-1/step')).toMatchObject([
    {
      patch: {
        metadata: {annotations: {'update.node.deckhouse.io/draining': null, 'update.node.deckhouse.io/drain-failed': null}},
        spec: {unschedulable: null},
      },
    },
  ]);
});

const said = (time: string, message: string, about = target): Draft =>
  eventDraft(
    {about: {apiVersion: 'v1', kind: 'Node', name: about}, type: 'Warning', reason: 'DrainFailed', message, source: 'deckhouse'},
    {first: time, last: time, count: 1},
  );

test('an older release tells of a failed drain by an Event only; those of before and of other nodes do not count', async () => {
  const old = [said('2026-01-02T11:59:59Z', 'of the last drain'), said('2026-01-02T12:05:00Z', 'of another', 'w2')];
  const bench = await RunbookBench.with(...managed, ...old);
  const outcomes = await bench.run(nodeDrain, {target}, (_step, look) =>
    look === 2 ? bench.world.create(said('2026-01-02T12:00:20Z', 'cannot evict default/web')) : undefined,
  );
  expect(outcomes).toEqual([
    'drain failed: DrainFailed: the platform could not drain the node: cannot evict default/web. It keeps trying; mend the cause and retry, or undo',
  ]);
  expect(bench.clock.now()).toBe(Date.parse('2026-01-02T12:00:30Z'));
});

test('what an Event said of the first try does not fail the second one', async () => {
  let looks = 0;
  const kit = await RunKit.start({
    runbooks: [nodeDrain],
    objects: managed,
    platform: async (world, {clock}) => {
      const live = await world.find(nodeRef(target));
      if (live !== undefined && markOf(live, 'draining') !== undefined) looks += 1;
      if (looks > 2) return drainer(world, target);
      return looks === 2 && world.create(said(new Date(clock.now()).toISOString(), 'cannot evict default/web'));
    },
  });
  await kit.submit('node-drain', {target});
  expect((await kit.driveToEnd()).status.steps[0]).toMatchObject({state: 'Failed', reason: 'DrainFailed'});
  await kit.pass(60_000);
  await kit.control({desired: 'Run', reason: 'mended'});
  expect((await kit.driveToEnd()).status.phase).toBe('Succeeded');
});

test('a release that calls a node drained whose pods are still there is not believed', async () => {
  const bench = await RunbookBench.with(...managed);
  const outcomes = await bench.run(nodeDrain, {target}, () =>
    bench.world.patch(nodeRef(target), {spec: {unschedulable: true}, ...marksPatch('-draining', 'drained=user')}),
  );
  expect(outcomes).toEqual([
    'drain failed: PodsRemain: the platform calls the node drained, but these are still on it: 1 pods: default/web',
  ]);
});

test('a request that somebody took back is told', async () => {
  const bench = await RunbookBench.with(...managed);
  const outcomes = await bench.run(nodeDrain, {target}, () => bench.world.patch(nodeRef(target), marksPatch('-draining')));
  expect(outcomes[0]).toMatch(/^drain failed: DrainWithdrawn/);
});

test.each([
  [['draining=bashible'], false, /^Draining/],
  [['drained=bashible'], true, /^NothingToDo: the platform has drained/],
] as const)('is refused where a drain is under way: %s', async (marks, isNodeCordoned, expected) => {
  const bench = await RunbookBench.with(nodeDraft(target, {marks, isCordoned: isNodeCordoned}));
  expect(await bench.refusal(nodeDrain, {target})).toMatch(expected);
});
