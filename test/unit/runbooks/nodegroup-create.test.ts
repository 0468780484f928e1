import {expect, test} from 'vitest';
import type {Draft} from '../../../src/embedded/world/world-client.ts';
import {nodeGroupKind} from '../../../src/runbooks/node-kinds.ts';
import {nodegroupCreate} from '../../../src/runbooks/nodegroup-create.ts';
import {classDraft, groupDraft, platformDrafts, refTo} from '../../support/node-drafts.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'worker';
const cloud = {target, type: 'CloudEphemeral', class: 'YandexInstanceClass/worker', min: 0, max: 2};
const ref = refTo(groupDraft(target));

proveRunbook({
  runbook: nodegroupCreate,
  parameters: {...cloud, min: 1},
  objects: [...platformDrafts, classDraft('worker')],
  platform: async world => {
    if ((await world.find(ref)) !== undefined) await world.patchStatus(ref, {nodes: 1, ready: 1, min: 1, max: 2});
  },
  check: async kit => expect((await kit.object({kind: nodeGroupKind, name: target})).spec).toMatchObject({nodeType: 'CloudEphemeral'}),
  undone: [{kind: nodeGroupKind, name: target}],
});

test('a group that scales orders its machines and is awaited', async () => {
  const bench = await RunbookBench.with(...platformDrafts, classDraft('worker'));
  const parameters = {...cloud, zones: ['a'], labels: {tier: 'back'}, disruptions: 'Manual', spec: {cloudInstances: {minPerZone: 1}}};
  const outcomes = await bench.run(nodegroupCreate, parameters, (_step, look) => {
    if (look === 1) return bench.world.patchStatus(ref, {nodes: 0, ready: 0, min: 1, max: 2, instances: 1});
    return bench.world.patchStatus(ref, {nodes: 1, ready: 1});
  });
  expect(outcomes).toEqual(['create done: 1 nodes Ready']);
  expect((await bench.world.find(ref))?.spec).toMatchObject({
    nodeType: 'CloudEphemeral',
    cloudInstances: {classReference: {kind: 'YandexInstanceClass', name: 'worker'}, minPerZone: 1, maxPerZone: 2, zones: ['a']},
    nodeTemplate: {labels: {tier: 'back'}},
    disruptions: {approvalMode: 'Manual'},
  });
  expect(await bench.refusal(nodegroupCreate, cloud)).toMatch(/^TargetExists/);
});

test('0 as a minimum is warned about, and a fixed size is told', async () => {
  const bench = await RunbookBench.with(...platformDrafts, classDraft('worker'));
  const notes = async (more: object) => nodegroupCreate.notes?.(await bench.plan(nodegroupCreate, {...cloud, ...more})).map(({en}) => en);
  expect(await notes({})).toEqual(['Scaled by load: 0 to 2 machines in every zone.', expect.stringMatching(/^A minimum of 0 takes/)]);
  expect(await notes({min: 2})).toEqual(['Fixed size: 2 machines in every zone.']);
});

test('a static group is made with its selector, and done when the platform has taken it up', async () => {
  const bench = await RunbookBench.with(...platformDrafts);
  const parameters = {
    target,
    type: 'Static',
    count: 2,
    selector: {role: 'front'},
    taints: [{key: 'dedicated', value: 'x', effect: 'NoExecute'}],
  };
  expect(await bench.run(nodegroupCreate, parameters, () => bench.world.patchStatus(ref, {nodes: 0}))).toEqual([
    'create done: taken up; it waits for hosts',
  ]);
  expect((await bench.world.find(ref))?.spec).toMatchObject({staticInstances: {count: 2, labelSelector: {matchLabels: {role: 'front'}}}});
});

test('what the platform says against it ends the run', async () => {
  const bench = await RunbookBench.with(...platformDrafts, classDraft('worker'));
  const outcomes = await bench.run(nodegroupCreate, cloud, () => bench.world.patchStatus(ref, {error: 'Invalid zones specified: [x]'}));
  expect(outcomes).toEqual(['create failed: GroupError: the platform does not accept the group: Invalid zones specified: [x]']);
});

test.each([
  [{type: 'CloudEphemeral'}, /^BadSpec: spec.cloudInstances: CloudEphemeral needs/],
  [{type: 'CloudPermanent', count: 1}, /^BadSpec: spec.staticInstances/],
  [{type: 'Static', min: 1, max: 2, class: 'YandexInstanceClass/worker'}, /^BadSpec: spec.cloudInstances: Static may not/],
  [{type: 'Static', spec: {cri: {}, disruptions: {}}}, /^BadSpec: spec.disruptions: .*; spec.cri: /],
  [{...cloud, class: 'YandexInstanceClass/huge'}, /^NoClass: there is no YandexInstanceClass huge: choose YandexInstanceClass\/worker$/],
  [{type: 'Static', taints: [{key: 'mine', effect: 'NoExecute'}]}, /^UnknownTaint: taint mine/],
  [{type: 'Static', target: 'Worker_1'}, /^BadName/],
])('is refused with the field and the fix: %j', async (parameters, expected) => {
  const bench = await RunbookBench.with(classDraft('worker'));
  expect(await bench.refusal(nodegroupCreate, {target, ...parameters})).toMatch(expected);
});

test('a taint that the platform was told to tolerate passes', async () => {
  const config: Draft = {
    apiVersion: 'deckhouse.io/v1alpha1',
    kind: 'ModuleConfig',
    metadata: {name: 'global'},
    spec: {version: 1, settings: {modules: {placement: {customTolerationKeys: ['mine']}}}},
  };
  const bench = await RunbookBench.with(config);
  const {facts} = await bench.plan(nodegroupCreate, {target, type: 'Static', taints: [{key: 'mine', effect: 'NoExecute'}]});
  expect(facts).toMatchObject({isPlatform: false});
});
