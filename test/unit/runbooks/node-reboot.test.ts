import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {inEnglish} from '../../../src/domain/words.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {nodeReboot} from '../../../src/runbooks/node-reboot.ts';
import {groupDraft, marksPatch, masterDraft, nodeDraft, nodeRef, platformDrafts} from '../../support/node-drafts.ts';
import {drainer, updater} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'w1';
const rebooted = {nodeInfo: {bootID: 'boot-2'}};

proveRunbook({
  runbook: nodeReboot,
  parameters: {target},
  objects: [...platformDrafts, groupDraft('worker'), nodeDraft(target)],
  platform: async world => {
    await updater(world, target);
    await drainer(world, target);
  },
  check: async kit => {
    const node = await kit.object({kind: nodeKind, name: target});
    expect(readString(node, 'status.nodeInfo.bootID')).toBe(`boot-2-${target}`);
    expect(Object.keys(node.metadata.annotations ?? {})).toHaveLength(1);
  },
});

test('the request is taken up, the node drained and restarted', async () => {
  const bench = await RunbookBench.with(...platformDrafts, groupDraft('worker'), nodeDraft(target));
  const {steps} = await bench.plan(nodeReboot, {target});
  const seen: string[] = [];
  const outcomes = await bench.run(nodeReboot, {target}, async (_step, look) => {
    const progress = await steps[0]?.verify?.(bench.reader, {key: '', attempt: 1, startedAt: 0});
    if (progress?.kind === 'waiting') seen.push(inEnglish(progress.seen));
    if (look === 1) await bench.world.patch(nodeRef(target), marksPatch('waiting-for-approval'));
    if (look === 2) await bench.world.patch(nodeRef(target), marksPatch('-waiting-for-approval', 'approved', 'draining=bashible'));
    if (look === 3) await bench.world.patch(nodeRef(target), marksPatch('-draining', 'drained=bashible', '-reboot'));
    if (look === 4) await bench.world.patchStatus(nodeRef(target), rebooted);
    if (look === 5) await bench.world.patch(nodeRef(target), marksPatch('-approved', '-drained'));
  });
  expect(outcomes).toEqual(['request done: restarted and Ready']);
  expect(seen).toEqual([
    'asked for; UpToDate',
    'asked for; WaitingForApproval',
    'asked for; Draining',
    'taken up; Drained',
    'restarted; Drained',
  ]);
});

test('a crash after the agent has taken the annotation away asks for no second reboot', async () => {
  const bench = await RunbookBench.with(...platformDrafts, groupDraft('worker'), nodeDraft(target));
  const {steps} = await bench.plan(nodeReboot, {target});
  const [request] = steps;
  if (request?.effect !== 'K8sCas') throw new Error('a write');
  await bench.world.patch(nodeRef(target), marksPatch('approved', 'drained=bashible'));
  expect(await request.act(bench.reader, 'run-1/step')).toEqual([]);
  await bench.world.patch(nodeRef(target), marksPatch('-approved', '-drained'));
  await bench.world.patchStatus(nodeRef(target), rebooted);
  expect(await request.act(bench.reader, 'run-1/step')).toEqual([]);
});

test('in a group with manual disruptions the run approves its own', async () => {
  const manual = groupDraft('worker', {nodeType: 'Static', disruptions: {approvalMode: 'Manual'}});
  const bench = await RunbookBench.with(...platformDrafts, manual, nodeDraft(target));
  const {steps} = await bench.plan(nodeReboot, {target});
  const [request, approval] = steps;
  if (request?.effect !== 'K8sCas' || approval?.effect !== 'K8sCas') throw new Error('two writes');
  expect(await request.act(bench.reader, 'run-1/step')).toHaveLength(1);
  expect(await approval.precheck?.(bench.reader)).toMatchObject({kind: 'wait', seen: {en: 'UpToDate'}});
  await bench.world.patch(nodeRef(target), marksPatch('approved', 'disruption-required'));
  expect(await approval.precheck?.(bench.reader)).toEqual({kind: 'pass'});
  expect(await approval.act(bench.reader, 'run-1/step')).toMatchObject([
    {patch: {metadata: {annotations: {'update.node.deckhouse.io/disruption-approved': ''}}}},
  ]);
  await bench.world.patch(nodeRef(target), marksPatch('-approved', '-disruption-required'));
  await bench.world.patchStatus(nodeRef(target), rebooted);
  expect(await approval.act(bench.reader, 'run-1/step')).toEqual([]);
  expect(await approval.verify?.(bench.reader, {key: '', attempt: 1, startedAt: 0})).toMatchObject({kind: 'done'});
});

test('is refused where nobody would carry it out, or where it is under way', async () => {
  const alone = await RunbookBench.with(groupDraft('worker'), nodeDraft(target));
  expect(await alone.refusal(nodeReboot, {target})).toMatch(/^NoPlatform/);
  const bench = await RunbookBench.with(
    ...platformDrafts,
    groupDraft('worker'),
    groupDraft('master'),
    nodeDraft('asked', {marks: ['reboot']}),
    nodeDraft('updating', {marks: ['approved']}),
    nodeDraft('silent', {isReady: false}),
    nodeDraft('foreign', {group: ''}),
    masterDraft('m1'),
    masterDraft('m2', {isReady: false}),
    masterDraft('m3'),
  );
  expect(await bench.refusal(nodeReboot, {target: 'asked'})).toMatch(/^NothingToDo/);
  expect(await bench.refusal(nodeReboot, {target: 'updating'})).toMatch(/^Updating/);
  expect(await bench.refusal(nodeReboot, {target: 'silent'})).toMatch(/^NotReady/);
  expect(await bench.refusal(nodeReboot, {target: 'foreign'})).toMatch(/^NotManaged/);
  expect(await bench.refusal(nodeReboot, {target: 'm1'})).toMatch(/^QuorumInDanger/);
});
