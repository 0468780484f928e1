import {expect, test} from 'vitest';
import {readBoolean} from '../../../src/domain/fields.ts';
import {inEnglish} from '../../../src/domain/words.ts';
import {nodeDisruptionApprove} from '../../../src/runbooks/node-disruption-approve.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {groupDraft, marksPatch, masterDraft, nodeDraft, nodeRef} from '../../support/node-drafts.ts';
import {updater} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'w1';
const manual = groupDraft('worker', {nodeType: 'Static', disruptions: {approvalMode: 'Manual'}});
const asking = ['approved', 'disruption-required'];

proveRunbook({
  runbook: nodeDisruptionApprove,
  parameters: {target, uncordon: true},
  objects: [manual, nodeDraft(target, {marks: asking, isCordoned: true})],
  platform: world => updater(world, target),
  check: async kit => {
    const node = await kit.object({kind: nodeKind, name: target});
    expect(Object.keys(node.metadata.annotations ?? {})).toHaveLength(1);
    expect(readBoolean(node, 'spec.unschedulable')).toBeUndefined();
  },
});

test('the disruption is approved, followed to the end, and a node drained by hand is brought back', async () => {
  const bench = await RunbookBench.with(manual, nodeDraft(target, {marks: [...asking, 'drained=user'], isCordoned: true}));
  const seen: string[] = [];
  const {steps} = await bench.plan(nodeDisruptionApprove, {target});
  const outcomes = await bench.run(nodeDisruptionApprove, {target}, async (_step, look) => {
    const progress = await steps[0]?.verify?.(bench.reader, {key: '', attempt: 1, startedAt: 0});
    if (progress?.kind === 'waiting') seen.push(inEnglish(progress.seen));
    if (look === 1) await bench.world.patch(nodeRef(target), marksPatch('-disruption-required', '-drained'));
    if (look === 1) await bench.world.patchStatus(nodeRef(target), {conditions: [{type: 'Ready', status: 'False'}]});
    if (look === 2) await bench.world.patch(nodeRef(target), marksPatch('-approved', '-disruption-approved'));
    if (look === 2) await bench.world.patchStatus(nodeRef(target), {conditions: [{type: 'Ready', status: 'True'}]});
  });
  expect(outcomes).toEqual(['approve done: up to date', 'uncordon done']);
  expect(seen).toEqual(['Drained', 'DisruptionApproved, not Ready']);
  expect(readBoolean(await bench.get({kind: nodeKind, name: target}), 'spec.unschedulable')).toBeUndefined();
});

test('a node that somebody merely cordoned stays so, unless asked', async () => {
  const bench = await RunbookBench.with(manual, nodeDraft(target, {marks: asking, isCordoned: true}));
  const input = await bench.plan(nodeDisruptionApprove, {target});
  expect(input.steps.map(({id}) => id)).toEqual(['approve']);
  expect(nodeDisruptionApprove.notes?.(input)[0]?.en).toContain('stays cordoned');
  expect((await bench.plan(nodeDisruptionApprove, {target, uncordon: true})).steps).toHaveLength(2);
});

test.each([
  [{marks: ['approved']}, {}, /^NotWaiting/],
  [{marks: [...asking, 'disruption-approved']}, {}, /^NothingToDo/],
  [{marks: [...asking, 'draining=bashible']}, {}, /^Draining/],
] as const)('is refused where there is nothing to approve: %j', async (options, _rest, expected) => {
  const bench = await RunbookBench.with(manual, nodeDraft(target, options));
  expect(await bench.refusal(nodeDisruptionApprove, {target})).toMatch(expected);
});

test('a group that replaces its nodes has nothing to approve', async () => {
  const spec = {
    nodeType: 'CloudEphemeral',
    cloudInstances: {classReference: {kind: 'YandexInstanceClass', name: 'w'}, minPerZone: 1, maxPerZone: 1},
    disruptions: {approvalMode: 'RollingUpdate'},
  };
  const bench = await RunbookBench.with(groupDraft('worker', spec), nodeDraft(target, {marks: asking}));
  expect(await bench.refusal(nodeDisruptionApprove, {target})).toMatch(/^RollingUpdate/);
});

test('the only master goes down with its API server, which the notes say; one of three needs the other two', async () => {
  const group = groupDraft('master', {nodeType: 'Static', disruptions: {approvalMode: 'Manual'}});
  const single = await RunbookBench.with(group, masterDraft('m1', {marks: asking}));
  const input = await single.plan(nodeDisruptionApprove, {target: 'm1'});
  expect(nodeDisruptionApprove.notes?.(input)[0]?.en).toContain('the API server does not answer');

  const three = await RunbookBench.with(group, masterDraft('m1', {marks: asking}), masterDraft('m2'), masterDraft('m3'));
  const {steps} = await three.plan(nodeDisruptionApprove, {target: 'm1'});
  await three.world.patchStatus(nodeRef('m2'), {conditions: [{type: 'Ready', status: 'Unknown'}]});
  expect(await steps[0]?.precheck?.(three.reader)).toMatchObject({kind: 'refuse', reason: 'QuorumInDanger'});
});
