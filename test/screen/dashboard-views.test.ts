/** Each view over the demo's cluster: healthy, waiting and broken rows with their reasons, and life that nobody set off. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {Demo} from '../support/demo.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const names = ['modules', 'modulereleases', 'modulesources', 'nodegroups', 'instances', 'nodes', 'pods', 'events'];

describe.each(names)('%s', view => {
  test('has healthy, waiting and broken rows, told in word and glyph, the broken ones with a reason', async () => {
    const dashboard = demo.open({args: ['-A', '-c', view], columns: 200, rows: 200});
    await dashboard.terminal.waitFor(
      lines => [/● \d+ ok/, /▲ \d+ broken/, /◔ \d+ waiting/].every(count => count.test(lines[1] ?? '')),
      60_000,
    );
    const verdicts = dashboard.rows().map(({cells}) => cells.VERDICT ?? '');
    expect(verdicts.length).toBeGreaterThan(3);
    for (const verdict of verdicts) expect(verdict).toMatch(/^(?:● ok|◐ busy|◔ waiting|▲ broken|\? unknown)(?: · .+)?$/);
    // An event is its own reason.
    if (view === 'events') return;
    for (const verdict of verdicts.filter(each => each.startsWith('▲'))) expect(verdict).toMatch(/^▲ broken · .{4}/);
  });
});

test('in every view something is marked as just changed, though nobody set it off', async () => {
  const [columns, rows] = [160, 200];
  const dashboards = names.map(view => demo.open({args: ['-A', '-c', view], columns, rows}));
  const moves = dashboards.map(({terminal}) => {
    const isMarked = (row: number): boolean =>
      Array.from({length: columns}, (_, column) => terminal.cell(column, row)).some(cell => cell.isUnderlined);
    return terminal.waitFor(lines => lines.some((_, row) => row > 3 && row < rows - 1 && isMarked(row)), 110_000);
  });
  await Promise.all(moves);
});

test('every view is one command away from any other, each time with live rows', async () => {
  const dashboard = demo.open({columns: 100, rows: 30});
  for (const alias of ['mod', 'mr', 'ms', 'ng', 'instance', 'no', 'po', 'ev']) {
    const view = names[['mod', 'mr', 'ms', 'ng', 'instance', 'no', 'po', 'ev'].indexOf(alias)] ?? '';
    await dashboard.open(alias, view);
    await dashboard.waitForLive();
  }
});

test('an empty list of one namespace names the key that shows all', async () => {
  const dashboard = demo.open({args: ['-n', 'default', '-c', 'postgres'], columns: 120, rows: 24});
  await dashboard.terminal.waitFor(/ 0 all namespaces/);
  dashboard.terminal.press('0');
  await dashboard.waitForRow('shop-postgres', {LEADER: 'shop-postgres-0'});
  await dashboard.terminal.waitFor(lines => !lines.some(line => line.includes(' 0 all namespaces')));
});

test('a database is told by its leader and followers, and opens as members, disks and the copies that are safe', async () => {
  const dashboard = demo.open({args: ['-A', '-c', 'postgres'], columns: 200, rows: 40});
  await dashboard.waitForRow('shop-postgres', {PODS: '1/1', LEADER: 'shop-postgres-0', VERDICT: '● ok'});
  await dashboard.waitForRow('commander-postgres', {PODS: '2/2', VERDICT: /keys never backed up/});
  dashboard.press('enter');
  await dashboard.terminal.waitFor(shown => shown.some(line => /2 safe copies; if the disk of commander-postgres-\d goes: 1/.test(line)));
  const lines = dashboard.terminal.screen();
  expect(lines.filter(line => /commander-postgres-\d +(leader|replica) +running/.test(line))).toHaveLength(2);
  expect(lines.filter(line => /commander-postgres-\d +network-hdd +10Gi +Delete +Bound/.test(line))).toHaveLength(2);
});
