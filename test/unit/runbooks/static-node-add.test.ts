import {expect, test} from 'vitest';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {staticNodeAdd} from '../../../src/runbooks/static-node-add.ts';
import {cloudSpec, groupDraft, marksPatch, nodeDraft, nodeRef} from '../../support/node-drafts.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'host-1';
const parameters = {target, group: 'worker'};

proveRunbook({
  runbook: staticNodeAdd,
  parameters,
  objects: [groupDraft('worker')],
  platform: async (world, kit) => {
    const [step] = (await kit.run()).status.steps;
    if (step?.state === 'Verifying' && (await world.find(nodeRef(target))) === undefined) await world.create(nodeDraft(target));
  },
  check: async (kit, run) => {
    expect((await kit.object({kind: nodeKind, name: target})).metadata.labels).toMatchObject({'node.deckhouse.io/group': 'worker'});
    expect(run.status.steps.map(({message}) => message)).toEqual(['Ready and configured']);
  },
});

test('what is to be typed stands there whole, with the name of the secret and not its content', async () => {
  const bench = await RunbookBench.with(groupDraft('worker'));
  const {steps} = await bench.plan(staticNodeAdd, parameters);
  const [step] = steps;
  if (step?.effect !== 'HumanConfirmed') throw new Error('a person does it');
  for (const text of [step.ask.en, step.ask.ru]) {
    expect(text).toContain('get secret manual-bootstrap-for-worker');
    expect(text).toContain('ssh root@host-1 bash');
  }
});

test('the node is followed in, and one that joined another group ends it', async () => {
  const bench = await RunbookBench.with(groupDraft('worker'));
  const [step] = (await bench.plan(staticNodeAdd, parameters)).steps;
  const look = async () => step?.verify?.(bench.reader, {key: '', attempt: 1, startedAt: 0});
  expect(await look()).toMatchObject({kind: 'waiting', wanted: {en: 'Node host-1'}});
  await bench.world.create(nodeDraft(target, {isReady: false}));
  expect(await look()).toMatchObject({kind: 'waiting', seen: {en: 'NotReady'}});
  await bench.world.patchStatus(nodeRef(target), {conditions: [{type: 'Ready', status: 'True'}]});
  await bench.world.patch(nodeRef(target), {metadata: {annotations: {'node.deckhouse.io/configuration-checksum': null}}});
  expect(await look()).toMatchObject({kind: 'waiting', wanted: {en: 'its first configuration'}});
  await bench.world.patch(nodeRef(target), {...marksPatch(), metadata: {labels: {'node.deckhouse.io/group': 'other'}}});
  expect(await look()).toMatchObject({kind: 'failed', reason: 'WrongGroup'});
});

test('is refused where there is nothing to bootstrap with', async () => {
  const bench = await RunbookBench.with(
    groupDraft('cloud', cloudSpec(1, 1)),
    groupDraft('broken', {nodeType: 'Static'}, {error: 'no such zone'}),
    groupDraft('worker'),
    nodeDraft('there'),
  );
  expect(await bench.refusal(staticNodeAdd, {target, group: 'cloud'})).toMatch(/^WrongType: group cloud is CloudEphemeral/);
  expect(await bench.refusal(staticNodeAdd, {target, group: 'broken'})).toMatch(/^GroupError/);
  expect(await bench.refusal(staticNodeAdd, {target: 'there', group: 'worker'})).toMatch(/^TargetExists/);
  expect(await staticNodeAdd.parameters.group?.choices?.(bench.reader, {})).toEqual(['broken', 'worker']);
});
