import {expect, test} from 'vitest';
import {inEnglish} from '../../../src/domain/words.ts';
import {nodeGroupKind} from '../../../src/runbooks/node-kinds.ts';
import {nodegroupEdit} from '../../../src/runbooks/nodegroup-edit.ts';
import {classDraft, cloudSpec, groupDraft, instanceDraft, platformDrafts, refTo} from '../../support/node-drafts.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'worker';
const group = groupDraft(target, cloudSpec(1, 3), {desired: 2, nodes: 2, ready: 2, min: 2, max: 6});
const one = instanceDraft('worker-1');

async function bench(): Promise<RunbookBench> {
  return RunbookBench.with(...platformDrafts, classDraft('worker'), classDraft('big'), group, one);
}

async function planned(patch: object) {
  const input = await (await bench()).plan(nodegroupEdit, {target, patch});
  return {risk: nodegroupEdit.riskOf?.(input), notes: nodegroupEdit.notes?.(input).map(({en}) => en) ?? []};
}

proveRunbook({
  runbook: nodegroupEdit,
  parameters: {target, patch: {spec: {kubelet: {maxPods: 200}}}},
  objects: [...platformDrafts, classDraft('worker'), group],
  check: async kit => expect((await kit.object({kind: nodeGroupKind, name: target})).spec).toMatchObject({kubelet: {maxPods: 200}}),
  undone: [{kind: nodeGroupKind, name: target}],
});

test('a change of class re-creates the machines: dear, and followed to the last one', async () => {
  const patch = {spec: {cloudInstances: {classReference: {name: 'big'}}}};
  const {risk, notes} = await planned(patch);
  expect(risk).toBe('destructive');
  expect(notes).toEqual([expect.stringMatching(/^cloudInstances.classReference.name: every machine/), 'Machines to be re-created: 1.']);
  const world = await bench();
  const outcomes = await world.run(nodegroupEdit, {target, patch}, async (_step, look) => {
    if (look === 1) await world.world.create(instanceDraft('worker-2'));
    if (look === 1) await world.world.create(instanceDraft('worker-3'));
    if (look === 2) await world.world.patch(refTo(one), {metadata: {finalizers: null}});
    if (look === 2) await world.world.remove(refTo(one));
  });
  expect(outcomes).toEqual(['edit done: 2 of 2 machines run']);
});

test.each([
  [{spec: {nodeTemplate: {labels: {tier: 'x'}}}}, 'change', [/nodeTemplate.labels.tier: the nodes are not disturbed/]],
  [{spec: {kubelet: {maxPods: 200}}}, 'change', [/kubelet.maxPods: the kubelet restarts/]],
  [{spec: {kubelet: {topologyManager: {enabled: true}}}}, 'change', [/not documented/]],
  [{spec: {cloudInstances: {maxPerZone: 2}}}, 'change', [/lower bound/, /Scaled by load: 1 to 2/]],
  [
    {spec: {cloudInstances: {minPerZone: 0, maxPerZone: 0}}},
    'destructive',
    [/lower bound/, /not disturbed/, /Fixed size: 0/, /minimum of 0/],
  ],
] as const)('%j is a %s and says what it costs', async (patch, risk, expected) => {
  const plan = await planned(patch);
  expect(plan.risk).toBe(risk);
  expect(plan.notes).toEqual(expected.map(text => expect.stringMatching(text)));
});

test('scaling up waits for the nodes; the wait ends where the platform cannot', async () => {
  const patch = {spec: {cloudInstances: {minPerZone: 2}}};
  const world = await bench();
  const seen: string[] = [];
  const {steps} = await world.plan(nodegroupEdit, {target, patch});
  const outcomes = await world.run(nodegroupEdit, {target, patch}, async (_step, look) => {
    const progress = await steps[0]?.verify?.(world.reader, {key: '', attempt: 1, startedAt: 0});
    if (progress?.kind === 'waiting') seen.push(inEnglish(progress.seen));
    if (look === 1) await world.world.patchStatus(refTo(group), {desired: 4, min: 4});
    if (look === 2) await world.world.patchStatus(refTo(group), {nodes: 4, ready: 4});
  });
  expect(outcomes).toEqual(['edit done: 4 nodes, 4 Ready']);
  expect(seen).toEqual(['2 ordered, 2 nodes, 2 Ready', '4 ordered, 2 nodes, 2 Ready']);

  const broken = await bench();
  const failed = await broken.run(nodegroupEdit, {target, patch}, () => broken.world.patchStatus(refTo(group), {error: 'no quota'}));
  expect(failed).toEqual(['edit failed: GroupError: the platform does not accept the group: no quota']);
});

test.each([
  [{spec: {cloudInstances: {maxPerZone: 3}}}, /^NothingToDo/],
  [{spec: {nodeType: 'Static'}}, /^BadSpec: spec.nodeType: the type of a group never changes/],
  [{spec: {cri: {}}}, /^BadSpec: spec.cri: cri needs type/],
  [{spec: {cloudInstances: {classReference: {name: 'gone'}}}}, /^NoClass/],
  [{status: {nodes: 1}}, /^BadPatch: the patch may change spec, labels and annotations, not status/],
  [{metadata: {finalizers: null}}, /^BadPatch: .* not finalizers/],
  [{spec: 1}, /^BadPatch: spec in the patch must be an object/],
])('is refused: %j', async (patch, expected) => {
  expect(await (await bench()).refusal(nodegroupEdit, {target, patch})).toMatch(expected);
});

test('a static group that takes fewer hosts loses nodes', async () => {
  const fewer = groupDraft(
    'static',
    {nodeType: 'Static', staticInstances: {count: 3, labelSelector: {matchLabels: {role: 'x'}}}},
    {nodes: 3},
  );
  const world = await RunbookBench.with(...platformDrafts, fewer);
  const input = await world.plan(nodegroupEdit, {target: 'static', patch: {spec: {staticInstances: {count: 2}}}});
  expect(nodegroupEdit.riskOf?.(input)).toBe('destructive');
  const other = {spec: {staticInstances: {labelSelector: {matchLabels: {role: 'y'}}}}};
  expect(await world.refusal(nodegroupEdit, {target: 'static', patch: other})).toMatch(/^BadSpec: spec.staticInstances.labelSelector/);
});
