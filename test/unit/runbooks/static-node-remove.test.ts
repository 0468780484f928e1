import {describe, expect, test} from 'vitest';
import {nodeGroupKind} from '../../../src/runbooks/node-kinds.ts';
import {staticNodeRemove} from '../../../src/runbooks/static-node-remove.ts';
import {cloudSpec, groupDraft, hostGroupDraft, masterDraft, nodeDraft, nodeRef, refTo, takenHostDraft} from '../../support/node-drafts.ts';
import {caps} from '../../support/node-platform.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';

const host = takenHostDraft('front-1', 'front', 'front');
const target = 'front-1-node';
const hosted = [hostGroupDraft('front', 'front', 1), host, nodeDraft(target, {group: 'front'})];
const byHand = [groupDraft('worker'), nodeDraft('w1')];

proveRunbook({
  runbook: staticNodeRemove,
  parameters: {target},
  objects: hosted,
  platform: world => caps(world, [{name: 'front', role: 'front'}]),
  check: async kit => {
    expect(await kit.world.find(refTo(host))).toBeUndefined();
    expect(await kit.world.find(nodeRef(target))).toBeUndefined();
    expect((await kit.object({kind: nodeGroupKind, name: 'front'})).spec).toMatchObject({staticInstances: {count: 0}});
  },
});

describe('a node joined by hand', () =>
  proveRunbook({
    runbook: staticNodeRemove,
    parameters: {target: 'w1'},
    objects: byHand,
    check: async (kit, run) => {
      expect(await kit.world.find(nodeRef('w1'))).toBeUndefined();
      expect(run.status.steps.map(({id, state}) => `${id} ${state}`)).toEqual([
        'cordon Succeeded',
        'evict Succeeded',
        'delete-node Succeeded',
        'clean Succeeded',
      ]);
    },
  }));

test('what is to be typed on the host stands there whole', async () => {
  const bench = await RunbookBench.with(...byHand);
  const step = (await bench.plan(staticNodeRemove, {target: 'w1'})).steps.at(-1);
  if (step?.effect !== 'HumanConfirmed') throw new Error('a person does it');
  expect(step.ask.en).toContain('cleanup_static_node.sh --yes-i-am-sane-and-i-understand-what-i-am-doing');
});

test('a release that deletes the StaticInstance by itself, or calls it Error, is understood', async () => {
  for (const change of ['delete', 'Error'] as const) {
    const bench = await RunbookBench.with(...hosted);
    const outcomes = await bench.run(staticNodeRemove, {target}, async step => {
      if (step !== 'release') return bench.world.remove(nodeRef(target));
      if (change === 'delete') return bench.world.remove(refTo(host));
      return bench.world.patchStatus(refTo(host), {currentStatus: {phase: 'Error'}});
    });
    expect(outcomes).toEqual([
      change === 'delete' ? 'release done: gone already' : 'release done: Error: without a reason',
      'delete-instance done: gone',
      'lower-count done',
      'await-gone done: gone',
    ]);
  }
});

test.each([
  ['m1', /^ControlPlane/],
  ['c1', /^WrongType: group cloud is CloudEphemeral/],
  ['foreign', /^NotManaged/],
])('%s is refused', async (name, expected) => {
  const groups = [groupDraft('master'), groupDraft('cloud', cloudSpec(1, 1))];
  const nodes = [masterDraft('m1'), nodeDraft('c1', {group: 'cloud'}), nodeDraft('foreign', {group: ''})];
  const bench = await RunbookBench.with(...groups, ...nodes);
  expect(await bench.refusal(staticNodeRemove, {target: name})).toMatch(expected);
});
