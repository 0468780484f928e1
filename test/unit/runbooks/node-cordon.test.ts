import {expect, test} from 'vitest';
import {readBoolean} from '../../../src/domain/fields.ts';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {nodeDraft} from '../../support/node-drafts.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

test('a node is cordoned once, and its group is told of', async () => {
  const bench = await RunbookBench.with(nodeDraft('w1'));
  expect(nodeCordon.notes?.(await bench.plan(nodeCordon, {target: 'w1'}))[0]?.en).toMatch(/^Group worker no longer counts/);
  expect(await bench.run(nodeCordon, {target: 'w1'})).toEqual(['cordon done']);
  expect(readBoolean(await bench.get({kind: nodeKind, name: 'w1'}), 'spec.unschedulable')).toBe(true);
  expect(await bench.refusal(nodeCordon, {target: 'w1'})).toMatch(/^NothingToDo/);
});
