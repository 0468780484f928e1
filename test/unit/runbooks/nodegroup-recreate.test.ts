import {expect, test} from 'vitest';
import {nodegroupRecreate} from '../../../src/runbooks/nodegroup-recreate.ts';
import {cloudSpec, groupDraft, instanceDraft, platformDrafts, refTo} from '../../support/node-drafts.ts';
import {rollOut} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'worker';
const group = groupDraft(target, cloudSpec(2, 3), {desired: 2});
const [one, two] = [instanceDraft('worker-1'), instanceDraft('worker-2')];

proveRunbook({
  runbook: nodegroupRecreate,
  parameters: {target},
  objects: [...platformDrafts, group, one, two],
  platform: async world => {
    if ((await world.find(refTo(group)))?.metadata.annotations?.['manual-rollout-id'] !== undefined) await rollOut(world, target, 2);
  },
  check: async kit => {
    const names = (await kit.world.list('deckhouse.io/v1alpha1', 'Instance')).map(({metadata}) => metadata.name);
    expect(names).toEqual(['worker-3', 'worker-4']);
    expect((await kit.world.find(refTo(group)))?.metadata.annotations?.['manual-rollout-id']).toBe('deckhand-1');
  },
});

test('a new rollout id replaces every machine that was there', async () => {
  const bench = await RunbookBench.with(...platformDrafts, group, one, two);
  const input = await bench.plan(nodegroupRecreate, {target});
  expect(input.facts).toEqual({machines: ['worker-1', 'worker-2'], rolloutId: 'deckhand-1', surge: 1, unavailable: 0});
  expect(nodegroupRecreate.notes?.(input)[0]?.en).toMatch(/^2 machines are re-created/);
  const outcomes = await bench.run(nodegroupRecreate, {target}, async (_step, look) => {
    if (look === 1) await bench.world.create(instanceDraft('worker-3'));
    if (look === 2) await bench.world.patch(refTo(one), {metadata: {finalizers: null}});
    if (look === 2) await bench.world.remove(refTo(one));
    if (look === 3) await bench.world.create(instanceDraft('worker-4'));
    if (look === 4) await bench.world.patch(refTo(two), {metadata: {finalizers: null}});
    if (look === 4) await bench.world.remove(refTo(two));
  });
  expect(outcomes).toEqual(['roll-out done: 2 of 2 machines run']);
  expect((await bench.world.find(refTo(group)))?.metadata.annotations).toEqual({'manual-rollout-id': 'deckhand-1'});
  expect((await bench.plan(nodegroupRecreate, {target})).facts).toMatchObject({rolloutId: 'deckhand-2'});
});

test('is refused where no machines are made', async () => {
  const bench = await RunbookBench.with(...platformDrafts, groupDraft('static'), groupDraft('empty', cloudSpec(0, 1)));
  expect(await bench.refusal(nodegroupRecreate, {target: 'static'})).toMatch(/^WrongType/);
  expect(await bench.refusal(nodegroupRecreate, {target: 'empty'})).toMatch(/^NothingToDo/);
  expect(await (await RunbookBench.with(group)).refusal(nodegroupRecreate, {target})).toMatch(/^NoPlatform/);
});
