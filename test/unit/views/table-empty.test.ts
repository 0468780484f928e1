/** A table without rows says what is not there, where, and which key shows more. */
import {expect, test} from 'vitest';
import {russian} from '../../../src/domain/messages/russian.ts';
import {node} from '../../support/objects.ts';
import {database} from '../../support/postgres-objects.ts';
import {openBench} from '../../support/view-bench.tsx';

test.each([80, 40])('of one namespace, in %s columns', async columns => {
  const bench = await openBench({objects: [database()], command: 'postgres elsewhere', columns});
  expect(bench.words()).toContain('No postgres in the namespace elsewhere. 0 shows all namespaces.');
  await bench.press('0');
  expect(bench.words()).not.toContain('No postgres');
  expect(bench.screen()).toContain('› ');
});

test('of the whole cluster', async () => {
  const bench = await openBench({command: 'modulereleases'});
  expect(bench.screen()).toContain('No modulereleases in this cluster.');
  expect(bench.screen()).not.toContain('shows all namespaces');
});

test('under a filter', async () => {
  const bench = await openBench({objects: [node('worker-1')], command: 'nodes /nowhere'});
  expect(bench.words()).toContain('None of 1 matches /nowhere. esc shows the others.');
  await bench.press('esc');
  expect(bench.screen()).toContain('worker-1');
});

test('where nothing is broken and only problems are asked for', async () => {
  const bench = await openBench({objects: [database()], command: 'postgres'});
  await bench.press('!');
  expect(bench.words()).toContain('Nothing here is broken or waits. esc shows the others.');
});

test('in Russian', async () => {
  const bench = await openBench({objects: [database()], command: 'postgres elsewhere', catalogue: russian});
  expect(bench.words()).toContain('В пространстве имён elsewhere нет postgres. 0 покажет все пространства.');
});
