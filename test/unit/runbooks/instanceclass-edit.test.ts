import {expect, test} from 'vitest';
import {readNumber} from '../../../src/domain/fields.ts';
import {instanceclassEdit} from '../../../src/runbooks/instanceclass-edit.ts';
import {classDraft, cloudSpec, groupDraft, instanceDraft, nodeDraft, platformDrafts, refTo} from '../../support/node-drafts.ts';
import {rollOut} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'yandexinstanceclasses.deckhouse.io/worker';
const patch = {spec: {memory: 16384}};
const old = instanceDraft('worker-1');

proveRunbook({
  runbook: instanceclassEdit,
  parameters: {target, patch},
  objects: [...platformDrafts, classDraft('worker'), groupDraft('worker', cloudSpec(1, 1), {desired: 1}), old],
  platform: async world => {
    const memory = readNumber(await world.find(refTo(classDraft('worker'))), 'spec.memory');
    if (memory === patch.spec.memory) await rollOut(world, 'worker', 1);
  },
  check: async kit => {
    const names = (await kit.world.list('deckhouse.io/v1alpha1', 'Instance')).map(({metadata}) => metadata.name);
    expect(names).toEqual(['worker-2']);
  },
});

test('the machines of the groups that use the class are re-created', async () => {
  const bench = await RunbookBench.with(...platformDrafts, classDraft('worker'), groupDraft('worker', cloudSpec(1, 1), {desired: 1}), old);
  const input = await bench.plan(instanceclassEdit, {target, patch});
  expect(instanceclassEdit.riskOf?.(input)).toBe('destructive');
  expect(instanceclassEdit.notes?.(input).map(({en}) => en)).toEqual(['Group worker: 1 machines are re-created.']);
  const outcomes = await bench.run(instanceclassEdit, {target, patch}, async (_step, look) => {
    if (look === 1) await bench.world.create(instanceDraft('worker-2'));
    if (look === 2) await bench.world.patch(refTo(old), {metadata: {finalizers: null}});
    if (look === 2) await bench.world.remove(refTo(old));
  });
  expect(outcomes).toEqual(['edit done: every machine is of the new shape']);
  expect((await bench.world.find(refTo(classDraft('worker'))))?.spec).toMatchObject({cores: 4, memory: 16384});
  expect(await bench.refusal(instanceclassEdit, {target, patch})).toMatch(/^NothingToDo/);
});

test('a class without groups costs nothing', async () => {
  const bench = await RunbookBench.with(...platformDrafts, classDraft('worker'), groupDraft('static'));
  const input = await bench.plan(instanceclassEdit, {target, patch});
  expect(instanceclassEdit.riskOf?.(input)).toBe('change');
  expect(await bench.run(instanceclassEdit, {target, patch})).toEqual(['edit done: patched']);
});

test('nothing but an instance class is taken, and nothing of it but spec', async () => {
  const bench = await RunbookBench.with(nodeDraft('w1'), classDraft('worker'));
  expect(await bench.refusal(instanceclassEdit, {target: 'nodes/w1', patch})).toMatch(/^WrongKind: Node w1 is no instance class/);
  expect(await bench.refusal(instanceclassEdit, {target, patch: {status: {}}})).toMatch(/^BadPatch/);
});
