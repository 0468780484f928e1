import {describe, expect, test} from 'vitest';
import {nodeGroupKind, nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {nodeMove} from '../../../src/runbooks/node-move.ts';
import {
  cloudSpec,
  groupDraft,
  hostDraft,
  hostGroupDraft,
  masterDraft,
  nodeDraft,
  nodeRef,
  platformDrafts,
  takenHostDraft,
} from '../../support/node-drafts.ts';
import {caps} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'w1';
const parameters = {target, group: 'front'};
const checksum = 'node.deckhouse.io/configuration-checksum';
const byHand = [...platformDrafts, groupDraft('worker'), groupDraft('front'), nodeDraft(target)];
const host = takenHostDraft('h1', 'worker', 'worker');
const hosted = [
  ...platformDrafts,
  hostGroupDraft('worker', 'worker', 1),
  hostGroupDraft('front', 'front', 0),
  host,
  nodeDraft('h1-node', {group: 'worker'}),
];

proveRunbook({
  runbook: nodeMove,
  parameters,
  objects: byHand,
  platform: async world => {
    const node = await world.find(nodeRef(target));
    if (node?.metadata.labels?.['node.deckhouse.io/group'] !== 'front' || node.metadata.annotations?.[checksum] === 'new') return;
    await world.patch(nodeRef(target), {metadata: {labels: {'node-role.kubernetes.io/front': ''}, annotations: {[checksum]: 'new'}}});
  },
  check: async kit => {
    const {labels} = (await kit.object({kind: nodeKind, name: target})).metadata;
    expect(labels).toEqual({'node.deckhouse.io/group': 'front', 'node-role.kubernetes.io/front': ''});
  },
});

describe('a host of the platform', () =>
  proveRunbook({
    runbook: nodeMove,
    parameters: {target: 'h1-node', group: 'front'},
    objects: hosted,
    platform: world =>
      caps(world, [
        {name: 'worker', role: 'worker'},
        {name: 'front', role: 'front'},
      ]),
    check: async kit => {
      const {labels} = (await kit.object({kind: nodeKind, name: 'h1-node'})).metadata;
      expect(labels).toMatchObject({'node.deckhouse.io/group': 'front'});
      expect((await kit.object({kind: nodeGroupKind, name: 'worker'})).spec).toMatchObject({staticInstances: {count: 0}});
      expect((await kit.object({kind: nodeGroupKind, name: 'front'})).spec).toMatchObject({staticInstances: {count: 1}});
    },
  }));

test('a node that waits for its turn or has no role label yet is not there yet', async () => {
  const bench = await RunbookBench.with(...byHand);
  const [step] = (await bench.plan(nodeMove, parameters)).steps;
  const look = async () => step?.verify?.(bench.reader, {key: '', attempt: 1, startedAt: 0});
  await bench.world.patch(nodeRef(target), {metadata: {labels: {'node.deckhouse.io/group': 'front'}, annotations: {[checksum]: 'new'}}});
  expect(await look()).toMatchObject({kind: 'waiting', seen: {en: 'UpToDate, without its role label yet'}});
  const waiting = {'update.node.deckhouse.io/waiting-for-approval': ''};
  await bench.world.patch(nodeRef(target), {metadata: {labels: {'node-role.kubernetes.io/front': ''}, annotations: waiting}});
  expect(await look()).toMatchObject({kind: 'waiting', seen: {en: 'WaitingForApproval'}});
  await bench.world.patch(nodeRef(target), {metadata: {labels: {'node.deckhouse.io/group': 'worker'}}});
  expect(await look()).toMatchObject({kind: 'failed', reason: 'MovedBack'});
});

test.each([
  [{target, group: 'worker'}, /^NothingToDo/],
  [{target, group: 'cloud'}, /^WrongType: group cloud is CloudEphemeral/],
  [{target, group: 'rented'}, /^WrongType: group worker is Static, rented is CloudStatic/],
  [{target: 'c1', group: 'front'}, /^WrongType: group cloud is CloudEphemeral: its machines live and die/],
  [{target: 'm1', group: 'front'}, /^ControlPlane/],
  [{target, group: 'master'}, /^ControlPlane/],
  [{target: 'h1-node', group: 'front'}, /^Selector: no labels of StaticInstance h1/],
  [{target: 'h2-node', group: 'busy'}, /^OthersWait: idle-1/],
])('is refused: %j', async (given, expected) => {
  const bench = await RunbookBench.with(
    ...byHand,
    groupDraft('cloud', cloudSpec(1, 1)),
    groupDraft('rented', {nodeType: 'CloudStatic'}),
    groupDraft('master'),
    groupDraft('open', {nodeType: 'Static', staticInstances: {count: 1}}),
    hostGroupDraft('shut', 'shut', 1),
    hostGroupDraft('busy', 'busy', 1),
    hostDraft('idle-1', 'busy', 'Pending'),
    masterDraft('m1'),
    nodeDraft('c1', {group: 'cloud'}),
    takenHostDraft('h1', 'any', 'open'),
    nodeDraft('h1-node', {group: 'open'}),
    takenHostDraft('h2', 'shut', 'shut'),
    nodeDraft('h2-node', {group: 'shut'}),
  );
  expect(await bench.refusal(nodeMove, given)).toMatch(expected);
});
