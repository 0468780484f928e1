/** The dashboard as a guest of the terminal: any size, with colour or without, and every key counts. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const lastLine = (lines: readonly string[]): string => lines.at(-1) ?? '';

async function openNodes(options = {}): Promise<Dashboard> {
  const dashboard = demo.open({args: ['-c', 'nodes'], columns: 120, rows: 40, ...options});
  await dashboard.waitForRow('bm-rack1-01');
  await dashboard.waitForLive();
  return dashboard;
}

describe('size', () => {
  test.each([
    [80, 24],
    [60, 15],
    [200, 50],
    [40, 10],
  ])('%i×%i: names and verdicts are there, and everything can be reached', async (columns, rows) => {
    const dashboard = demo.open({args: ['-A', '-c', 'modules'], columns, rows});
    const {terminal} = dashboard;
    await terminal.waitFor(lines => /● live$/.test(lines[0] ?? '') && /● ok/.test(lines[4] ?? ''));
    expect(terminal.screen()[3]).toMatch(/^ {3}NAME.*VERDICT/);
    expect(lastLine(terminal.screen())).toMatch(/^ enter open/);
    for (const view of ['modulereleases', 'modulesources', 'nodegroups', 'instances', 'nodes', 'pods', 'events']) {
      terminal.type(`:${view}\r`);
      await terminal.waitFor(
        lines =>
          (lines[1] ?? '').startsWith(` ${view.slice(0, columns / 2)}`) &&
          /NAME|OBJECT/.test(lines[3] ?? '') &&
          /^› {2}\S/m.test(lines.join('\n')),
      );
    }
    terminal.press('?');
    await terminal.waitFor(/keys of this screen/);
    terminal.press('?');
    await terminal.waitFor(lines => /OBJECT/.test(lines[3] ?? ''));
    terminal.press('enter');
    await terminal.waitFor(/apiVersion/);
    terminal.type('/metadata');
    await terminal.waitFor(lines => lastLine(lines).startsWith(' /metadata'));
  });

  test('below 40×10 says what it needs, and goes on where it was when there is room again', async () => {
    const dashboard = await openNodes();
    dashboard.press('j', 'j');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'bm-rack2-01');
    dashboard.terminal.resize(39, 20);
    await dashboard.terminal.waitFor(lines =>
      /deckhand needs a terminal of 40×10, this one has 39×20/.test(lines.join(' ').replaceAll(/ +/g, ' ')),
    );
    dashboard.terminal.resize(100, 9);
    await dashboard.terminal.waitFor(/deckhand needs a terminal of 40×10, this one has 100×9/);
    dashboard.terminal.resize(120, 40);
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'bm-rack2-01');
  });

  test('may change in a storm: the last one is drawn whole, with the cursor in sight', async () => {
    const dashboard = await openNodes();
    dashboard.press('G');
    await dashboard.terminal.waitFor(lines => lines.some(line => line.startsWith('›  prod-worker-d')));
    for (let step = 0; step < 80; step++) dashboard.terminal.resize(41 + ((step * 37) % 160), 11 + ((step * 13) % 45));
    for (const [columns, rows] of [
      [60, 15],
      [120, 40],
      [41, 11],
      [80, 24],
    ] as const) {
      dashboard.terminal.resize(columns, rows);
      await dashboard.terminal.waitFor(
        lines =>
          lines.length === rows &&
          lines[2] === ` ${'─'.repeat(columns - 2)}` &&
          /^ {3}NAME/.test(lines[3] ?? '') &&
          lastLine(lines).startsWith(' enter open') &&
          lines.slice(4, -1).some(line => line.startsWith('›  prod-worker-d')),
      );
    }
  });
});

describe('drawing', () => {
  test('with NO_COLOR uses no colour, and the selection is still seen', async () => {
    const dashboard = demo.open({args: ['-c', 'nodes'], columns: 120, rows: 40, env: {NO_COLOR: '1'}});
    const everything = dashboard.terminal.mark();
    await dashboard.waitForRow('bm-rack1-01');
    dashboard.press('j');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'bm-rack1-02');
    expect(dashboard.terminal.cell(5, 5)).toMatchObject({isInverse: true, color: undefined});
    expect(everything.text()).not.toMatch(/\u001B\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/);
  });

  test('goes on under CI=true and with a plain TERM', async () => {
    const inCi = await openNodes({env: {CI: 'true'}});
    inCi.press('j');
    await inCi.terminal.waitFor(() => inCi.selected()?.NAME === 'bm-rack1-02');
    const {terminal} = demo.open({args: ['-c', 'nodes'], columns: 120, rows: 40, env: {TERM: 'dumb'}});
    await terminal.waitFor(/^> {2}bm-rack1-01/m);
    terminal.press('j');
    await terminal.waitFor(/^> {2}bm-rack1-02/m);
  });
});

describe('keys', () => {
  test('of a Cyrillic layout work by their place', async () => {
    const dashboard = await openNodes();
    dashboard.press('о');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'bm-rack1-02');
    dashboard.press('л');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'bm-rack1-01');
    dashboard.press('Ж');
    await dashboard.terminal.waitFor(lines => /^ :/.test(lastLine(lines)) && !lastLine(lines).includes('? help'));
    dashboard.terminal.type('pods\r');
    await dashboard.terminal.waitFor(lines => /^ pods/.test(lines[1] ?? ''));
  });

  test('that come 200 in one piece all count', async () => {
    const dashboard = await openNodes();
    dashboard.terminal.type(`${'jk'.repeat(98)}jjjj`);
    await dashboard.terminal.waitFor(() => dashboard.rows().findIndex(row => row.isSelected) === 4);
  });

  test('pasted do nothing but stand in the prompt', async () => {
    const dashboard = await openNodes();
    for (const text of [':q\n', 'y\n', '\u0003', 'd\n:quit\r']) dashboard.terminal.type(`\u001B[200~${text}\u001B[201~`);
    dashboard.press('j');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'bm-rack1-02');
    dashboard.press(':');
    dashboard.terminal.type('\u001B[200~pods shop\n\u001B[201~');
    await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(' :pods shop'));
    dashboard.press('enter');
    await dashboard.terminal.waitFor(lines => /^ pods shop/.test(lines[1] ?? ''));
  });

  test('typed before the first data are not lost', async () => {
    const dashboard = demo.open({args: ['-c', 'nodes'], columns: 120, rows: 40});
    dashboard.terminal.type('/name:master\r');
    await dashboard.terminal.waitFor(lines => /\/name:master {2}3\/\d+$/.test(lines[1] ?? ''));
    const other = demo.open({args: ['-c', 'nodes'], columns: 120, rows: 40});
    other.terminal.type('jj:ng\rjd');
    await other.terminal.waitFor(/kind: NodeGroup/);
    expect(other.terminal.screen()[1]).toMatch(/^ nodegroups › burst/);
  });
});
