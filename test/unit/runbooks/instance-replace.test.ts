import {expect, test} from 'vitest';
import {inEnglish} from '../../../src/domain/words.ts';
import {instanceReplace} from '../../../src/runbooks/instance-replace.ts';
import {cloudSpec, groupDraft, instanceDraft, refTo} from '../../support/node-drafts.ts';
import {machines} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'worker-1';
const old = instanceDraft(target);
const group = groupDraft('worker', cloudSpec(2, 2), {desired: 2, nodes: 2});

proveRunbook({
  runbook: instanceReplace,
  parameters: {target},
  objects: [group, old, instanceDraft('worker-2')],
  platform: world => machines(world, 'worker'),
  check: async kit => {
    const names = (await kit.world.list('deckhouse.io/v1alpha1', 'Instance')).map(({metadata}) => metadata.name);
    expect(names).toEqual(['worker-2', 'worker-3']);
  },
});

test('the machine goes, its forced end is announced, and the new one is awaited', async () => {
  const bench = await RunbookBench.with(group, old, instanceDraft('worker-2'));
  const {steps} = await bench.plan(instanceReplace, {target});
  const seen: string[] = [];
  const outcomes = await bench.run(instanceReplace, {target}, async (step, look) => {
    const at = steps.find(({id}) => id === step);
    const progress = await at?.verify?.(bench.reader, {key: '', attempt: 1, startedAt: 0});
    if (progress?.kind === 'waiting') seen.push(inEnglish(progress.seen));
    if (step === 'delete' && look === 1) {
      await bench.world.patchStatus(refTo(old), {
        lastOperation: {description: 'drain failed: disruption budget', state: 'Processing', type: 'Delete'},
      });
    }
    if (step === 'delete' && look === 2) await bench.world.patch(refTo(old), {metadata: {finalizers: null}});
    if (step === 'await-new' && look === 1) await bench.world.create(instanceDraft('worker-3', 'Pending'));
    if (step === 'await-new' && look === 2)
      await bench.world.patchStatus(refTo(instanceDraft('worker-3')), {currentStatus: {phase: 'Running'}});
  });
  expect(outcomes).toEqual(['delete done: the machine is gone', 'await-new done: 2 of 2 machines run']);
  expect(seen[0]).toContain('pods that stay are removed by force in 5m');
  expect(seen[1]).toContain('drain failed: disruption budget');
  expect(seen[2]).toBe('0 old left, 1 new run');
  expect(seen[3]).toMatch(/^0 old left, 1 new run; worker-3: /);
});

test('a group that cannot order machines ends the wait', async () => {
  const bench = await RunbookBench.with(group, old);
  const outcomes = await bench.run(instanceReplace, {target}, async step => {
    if (step === 'delete') await bench.world.patch(refTo(old), {metadata: {finalizers: null}});
    else await bench.world.patchStatus(refTo(group), {error: "Instance class 'worker' not found"});
  });
  expect(outcomes[1]).toBe("await-new failed: GroupError: ordering new machines fails: Instance class 'worker' not found");
});

test('only machines that are ordered anew are deleted', async () => {
  const bench = await RunbookBench.with(
    groupDraft('static'),
    groupDraft('broken', cloudSpec(1, 1), {error: 'Invalid zones specified'}),
    instanceDraft('s1', 'Running', 'static'),
    instanceDraft('b1', 'Running', 'broken'),
    instanceDraft('g1', 'Running', 'gone'),
  );
  expect(await bench.refusal(instanceReplace, {target: 's1'})).toMatch(/^WrongType: group static is Static/);
  expect(await bench.refusal(instanceReplace, {target: 'b1'})).toMatch(/^GroupError/);
  expect(await bench.refusal(instanceReplace, {target: 'g1'})).toMatch(/^NoGroup/);
  await bench.world.remove(refTo(instanceDraft('s1')));
  expect(await bench.refusal(instanceReplace, {target: 's1'})).toMatch(/^NothingToDo/);
});
