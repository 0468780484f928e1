import {expect, test} from 'vitest';
import {inEnglish} from '../../../src/domain/words.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {nodeUpdateApprove} from '../../../src/runbooks/node-update-approve.ts';
import {groupDraft, marksPatch, masterDraft, nodeDraft, nodeRef} from '../../support/node-drafts.ts';
import {updater} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'w1';
const waiting = nodeDraft(target, {marks: ['waiting-for-approval']});
const manual = {nodeType: 'Static', disruptions: {approvalMode: 'Manual'}};

proveRunbook({
  runbook: nodeUpdateApprove,
  parameters: {target},
  objects: [groupDraft('worker'), waiting],
  platform: world => updater(world, target),
  check: async kit => expect(Object.keys((await kit.object({kind: nodeKind, name: target})).metadata.annotations ?? {})).toHaveLength(1),
});

test('a waiting node is let past the queue and followed until it is up to date', async () => {
  const bench = await RunbookBench.with(groupDraft('worker'), waiting, nodeDraft('w2', {isReady: false}));
  const input = await bench.plan(nodeUpdateApprove, {target});
  expect(nodeUpdateApprove.notes?.(input)[0]?.en).toBe('Group worker updates 1 at a time; not Ready: w2.');
  const seen: string[] = [];
  const outcomes = await bench.run(nodeUpdateApprove, {target}, async (_step, look) => {
    const progress = await input.steps[0]?.verify?.(bench.reader, {key: '', attempt: 1, startedAt: 0});
    if (progress?.kind === 'waiting') seen.push(inEnglish(progress.seen));
    if (look === 1) await bench.world.patch(nodeRef(target), marksPatch('-waiting-for-approval'));
    if (look === 2) await bench.world.patch(nodeRef(target), marksPatch('-approved'));
  });
  expect(outcomes).toEqual(['approve done: up to date']);
  expect(seen).toEqual(['WaitingForApproval', 'Approved']);
});

test('ends where a person has to approve the disruption', async () => {
  const bench = await RunbookBench.with(groupDraft('worker', manual), waiting);
  const outcomes = await bench.run(nodeUpdateApprove, {target}, () =>
    bench.world.patch(nodeRef(target), marksPatch('-waiting-for-approval', 'disruption-required')),
  );
  expect(outcomes).toEqual([
    'approve done: the update began and waits for its disruption: WaitingForManualDisruptionApproval; node-disruption-approve lets it go on',
  ]);
});

test.each([
  [{marks: ['approved']}, /^NothingToDo/],
  [{marks: []}, /^NotWaiting/],
  [{marks: ['waiting-for-approval'], group: ''}, /^NotManaged/],
  [{marks: ['waiting-for-approval'], group: 'gone'}, /^NoGroup/],
] as const)('is refused where there is nothing to let past: %j', async (options, expected) => {
  const bench = await RunbookBench.with(groupDraft('worker'), nodeDraft(target, options));
  expect(await bench.refusal(nodeUpdateApprove, {target})).toMatch(expected);
});

test('no node of the control plane is let past while another one is away', async () => {
  const masters = [masterDraft('m1', {marks: ['waiting-for-approval']}), masterDraft('m2'), masterDraft('m3', {isReady: false})];
  const bench = await RunbookBench.with(groupDraft('master'), ...masters);
  expect(await bench.refusal(nodeUpdateApprove, {target: 'm1'})).toMatch(/^QuorumInDanger: m3 of 3 control-plane nodes not Ready/);
});
