import {expect, test} from 'vitest';
import {readBoolean} from '../../../src/domain/fields.ts';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {nodeDraft} from '../../support/node-drafts.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const worker = {kind: nodeKind, name: 'w1'};

proveRunbook({
  runbook: nodeCordon,
  parameters: {target: 'w1'},
  objects: [nodeDraft('w1')],
  check: async kit => expect(readBoolean(await kit.object(worker), 'spec.unschedulable')).toBe(true),
  undone: [worker],
});

test('a node that is cordoned is left alone, and its group is told of', async () => {
  const bench = await RunbookBench.with(nodeDraft('w1'));
  expect(nodeCordon.notes?.(await bench.plan(nodeCordon, {target: 'w1'}))[0]?.en).toMatch(/^Group worker no longer counts/);
  await bench.run(nodeCordon, {target: 'w1'});
  expect(await bench.refusal(nodeCordon, {target: 'w1'})).toMatch(/^NothingToDo/);
});
