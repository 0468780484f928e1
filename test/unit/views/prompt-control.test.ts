/** What Enter does with a line of `:`. */
import {expect, test} from 'vitest';
import {node} from '../../support/objects.ts';
import {openBench} from '../../support/view-bench.tsx';

test('a word that only one kind goes on from opens it, and comes back whole', async () => {
  const {press, type, lines} = await openBench({objects: [node('worker-1')], command: 'modules'});
  await press(':');
  await type('nodegr');
  await press('enter');
  expect(lines()[1]).toContain('nodegroups');
  await press(':', 'up');
  expect(lines().at(-1)).toContain(':nodegroups');
});

test('a word that several go on from stays to be typed on', async () => {
  const {press, type, lines} = await openBench({objects: [node('worker-1')], command: 'modules'});
  await press(':');
  await type('nod');
  await press('enter');
  expect(lines()[1]).toContain('modules');
  expect(lines().at(-1)).toContain('no kind nod here');
});
