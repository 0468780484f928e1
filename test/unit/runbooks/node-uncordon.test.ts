import {expect, test} from 'vitest';
import {readBoolean} from '../../../src/domain/fields.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {nodeUncordon} from '../../../src/runbooks/node-uncordon.ts';
import {nodeDraft} from '../../support/node-drafts.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const target = 'w1';

proveRunbook({
  runbook: nodeUncordon,
  parameters: {target},
  objects: [nodeDraft(target, {isCordoned: true})],
  check: async kit => expect(readBoolean(await kit.object({kind: nodeKind, name: target}), 'spec.unschedulable')).toBeUndefined(),
  undone: [{kind: nodeKind, name: target}],
});

test('a cordoned node is given back to the scheduler, and a drained one says what happens to its mark', async () => {
  const bench = await RunbookBench.with(nodeDraft(target, {isCordoned: true, marks: ['drained=user']}));
  expect(await bench.run(nodeUncordon, {target})).toEqual(['uncordon done: schedulable; the platform clears its mark drained=user']);
  expect(readBoolean(await bench.get({kind: nodeKind, name: target}), 'spec.unschedulable')).toBeUndefined();
  expect(await bench.refusal(nodeUncordon, {target})).toMatch(/^NothingToDo/);
});

test('a node that the platform drained for its update is uncordoned only with a warning', async () => {
  const bench = await RunbookBench.with(nodeDraft(target, {isCordoned: true, marks: ['approved', 'drained=bashible']}));
  const input = await bench.plan(nodeUncordon, {target});
  expect(nodeUncordon.notes?.(input).map(({en}) => en)).toEqual([expect.stringContaining('uncordons it by itself')]);
});

test('a drain under way is not undermined', async () => {
  const bench = await RunbookBench.with(nodeDraft(target, {isCordoned: true, marks: ['draining=user']}));
  expect(await bench.refusal(nodeUncordon, {target})).toMatch(/^Draining/);
});
