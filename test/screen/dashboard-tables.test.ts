/** Tables as one works with them: filter, sort, marks, history, and a cursor that stays on its object whatever the rows do. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;
const namespace = 'tables';
const maps = `/api/v1/namespaces/${namespace}/configmaps`;

beforeAll(async () => {
  demo = await Demo.start();
  await demo.createNamespace(namespace);
  for (const index of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    await createMap(`map-${String(index).padStart(2, '0')}`, index, index % 2 === 0 ? 'even' : 'odd');
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

function createMap(name: string, keys: number, parity = 'none', metadata: object = {}): Promise<unknown> {
  const data = Object.fromEntries(Array.from({length: keys}, (_, key) => [`key-${key}`, 'value']));
  const body = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, labels: {parity}, ...metadata}, data};
  return demo.api.send({method: 'POST', path: maps, body});
}

function setKeys(name: string, keys: number): Promise<unknown> {
  const data = Object.fromEntries(Array.from({length: keys}, (_, key) => [`key-${key}`, 'value']));
  const body = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, labels: {parity: 'none'}}, data};
  return demo.api.send({method: 'PUT', path: `${maps}/${name}`, body});
}

const remove = (name: string): Promise<unknown> => demo.api.send({method: 'DELETE', path: `${maps}/${name}`});

const shownNames = (dashboard: Dashboard): string[] => dashboard.rows().map(({cells}) => cells.NAME ?? '');
const markedNames = (dashboard: Dashboard): string[] => dashboard.rows().flatMap(row => (row.isMarked ? [row.cells.NAME ?? ''] : []));
const lastLine = (lines: readonly string[]): string => lines.at(-1) ?? '';

async function openMaps(options = {}): Promise<Dashboard> {
  const dashboard = demo.open({args: ['-n', namespace, '-c', 'configmaps'], columns: 120, rows: 30, ...options});
  await dashboard.waitForRow('map-12');
  await dashboard.waitForLive();
  return dashboard;
}

describe('a filter', () => {
  test('narrows the rows while it is typed and counts them; Escape takes it back', async () => {
    const dashboard = await openMaps();
    dashboard.press('/');
    dashboard.terminal.type('data>9');
    await dashboard.terminal.waitFor(lines => / \/data>9.* 3 of 12 match$/.test(lastLine(lines)));
    expect(shownNames(dashboard)).toEqual(['map-10', 'map-11', 'map-12']);
    dashboard.press('esc');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).length === 12);
    await dashboard.filter('data<=2');
    await dashboard.terminal.waitFor(lines => /\/data<=2 {2}2\/12/.test(lines[1] ?? ''));
    dashboard.press('esc');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).length === 12);
  });

  test('leaves the cursor on its object, whatever half of it has matched before', async () => {
    const dashboard = await openMaps();
    dashboard.press('j');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'map-02');
    for (const [half, first] of [
      ['map-1', 'map-10'],
      ['map-1|2', 'map-02'],
    ] as const) {
      if (half === 'map-1') dashboard.press('/');
      dashboard.terminal.type(half === 'map-1' ? half : '|2');
      await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(` /${half} `) && dashboard.selected()?.NAME === first);
    }
  });

  test('tells what is wrong with it at once, and is not applied until it is right', async () => {
    const dashboard = await openMaps();
    dashboard.press('/');
    dashboard.terminal.type('colour=red');
    await dashboard.terminal.waitFor(lines => /no column colour: there are/.test(lastLine(lines)));
    dashboard.press('enter');
    dashboard.press('ctrl-u');
    dashboard.terminal.type('age>many');
    await dashboard.terminal.waitFor(lines => /AGE needs a duration, like 10m or 2d/.test(lastLine(lines)));
    dashboard.press('ctrl-u');
    dashboard.terminal.type('map-(1');
    await dashboard.terminal.waitFor(lines => /a \( lacks its \)/.test(lastLine(lines)));
    dashboard.terminal.type(')');
    await dashboard.terminal.waitFor(lines => / 3 of 12 match$/.test(lastLine(lines)));
  });

  test('takes regular expressions, terms on columns, and their opposites', async () => {
    const dashboard = await openMaps();
    await dashboard.filter('name:-1[01]$');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).join() === 'map-10,map-11');
    await dashboard.filter('');
    dashboard.press('esc');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).length === 12);
    await dashboard.filter('!map-1 data!=5');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).join() === 'map-01,map-02,map-03,map-04,map-06,map-07,map-08,map-09');
  });

  test('asks the server for label and field selectors', async () => {
    const dashboard = await openMaps();
    await dashboard.filter('-l parity=even data>4');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).join() === 'map-06,map-08,map-10,map-12');
    // Only what the server sent is counted.
    expect(dashboard.terminal.screen()[1]).toMatch(/^ configmaps tables 6 .*4\/6$/);
    dashboard.press('esc');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).length === 12);
    await dashboard.filter('-f metadata.name=map-07');
    await dashboard.terminal.waitFor(() => shownNames(dashboard).join() === 'map-07');
  });
});

describe('sorting', () => {
  test('goes by any column, by its type, in both directions, and says so in the title', async () => {
    const dashboard = await openMaps();
    expect(shownNames(dashboard).slice(0, 3)).toEqual(['map-01', 'map-02', 'map-03']);
    dashboard.press('>', '>');
    await dashboard.terminal.waitFor(lines => /DATA↑/.test(lines[3] ?? ''));
    expect(shownNames(dashboard)).toEqual(Array.from({length: 12}, (_, index) => `map-${String(index + 1).padStart(2, '0')}`));
    dashboard.press('O');
    await dashboard.terminal.waitFor(lines => /DATA↓/.test(lines[3] ?? '') && shownNames(dashboard)[0] === 'map-12');
    dashboard.press('N');
    await dashboard.terminal.waitFor(lines => /NAME↑/.test(lines[3] ?? '') && shownNames(dashboard)[1] === 'map-02');
    dashboard.press('N');
    await dashboard.terminal.waitFor(lines => /NAME↓/.test(lines[3] ?? '') && shownNames(dashboard)[0] === 'map-12');
    dashboard.press('A');
    await dashboard.terminal.waitFor(lines => /AGE↑/.test(lines[3] ?? ''));
    dashboard.press('S');
    await dashboard.terminal.waitFor(lines => /VERDICT↑/.test(lines[3] ?? ''));
  });

  test('offers only the columns that a table has', async () => {
    const dashboard = demo.open({args: ['-c', 'modules'], columns: 120, rows: 40});
    await dashboard.waitForLive();
    dashboard.press('?');
    await dashboard.terminal.waitFor(/N +sort by NAME/);
    expect(dashboard.terminal.screen().join('\n')).not.toContain('sort by AGE');
  });
});

test('marks belong to objects: a row and a range stay marked while rows come, go and are sorted', async () => {
  const dashboard = await openMaps();
  dashboard.press('j', 'space');
  await dashboard.terminal.waitFor(lines => markedNames(dashboard).join() === 'map-02' && /1 marked/.test(lines[1] ?? ''));
  dashboard.press('j', 'j', 'v');
  await dashboard.terminal.waitFor(() => markedNames(dashboard).join() === 'map-02,map-03,map-04,map-05');
  await createMap('map-00', 1);
  await dashboard.waitForRow('map-00');
  expect(markedNames(dashboard)).toEqual(['map-02', 'map-03', 'map-04', 'map-05']);
  dashboard.press('N', 'N');
  await dashboard.terminal.waitFor(() => markedNames(dashboard).join() === 'map-05,map-04,map-03,map-02');
  await remove('map-00');
  await dashboard.waitForNoRow('map-00');
  dashboard.press('esc');
  await dashboard.terminal.waitFor(lines => markedNames(dashboard).length === 0 && !/marked/.test(lines[1] ?? ''));
});

test('the cursor stays on its object while rows come and go above it, and goes to its neighbour when it is gone', async () => {
  const dashboard = await openMaps({rows: 17});
  await createMap('stays', 1);
  await dashboard.terminal.waitFor(lines => / 13 /.test(lines[1] ?? ''));
  dashboard.press('G');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'stays');
  for (let round = 0; round < 20; round++) {
    await createMap(`above-${round}`, round);
    await setKeys('stays', round + 1);
    if (round % 2 === 1) await remove(`above-${round}`);
    await dashboard.terminal.waitFor(() => dashboard.selected()?.DATA === String(round + 1));
    expect(dashboard.selected()?.NAME).toBe('stays');
  }
  // The same name again is another object.
  await remove('stays');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'map-12');
  await createMap('stays', 3);
  await dashboard.terminal.waitFor(lines => / 23 /.test(lines[1] ?? ''));
  expect(dashboard.selected()?.NAME).toBe('map-12');
  await remove('stays');
  for (let round = 0; round < 20; round += 2) await remove(`above-${round}`);
});

test('a cell that changed is marked for about three seconds, and no other', async () => {
  const dashboard = await openMaps();
  await createMap('changing', 1);
  await dashboard.waitForRow('changing');
  const marks = (title: string): boolean => {
    const row = dashboard.terminal.screen().findIndex(line => line.includes('changing '));
    const column = (dashboard.terminal.screen()[3] ?? '').indexOf(title);
    const width = title.length + 1;
    return Array.from({length: width}, (_, at) => dashboard.terminal.cell(column + at, row)).some(cell => cell.isUnderlined);
  };
  await dashboard.terminal.waitFor(() => marks('NAME'));
  await dashboard.terminal.waitFor(() => !marks('NAME'));
  await setKeys('changing', 7);
  await dashboard.waitForRow('changing', {DATA: '7'});
  const since = performance.now();
  expect([marks('NAME'), marks('DATA'), marks('AGE')]).toEqual([false, true, false]);
  await dashboard.terminal.waitFor(() => !marks('DATA'));
  expect(performance.now() - since).toBeGreaterThan(1_500);
  await remove('changing');
});

test('ages tick by themselves, all together', async () => {
  const dashboard = await openMaps();
  await createMap('young', 1);
  const {AGE: first = ''} = await dashboard.waitForRow('young', {AGE: /^\d+s$/});
  const later = Number.parseInt(first, 10) + 2;
  await dashboard.waitForRow('young', {AGE: `${later}s`});
  await remove('young');
});

test('[ ] and - go through the places and bring cursor, filter and order back', async () => {
  const dashboard = await openMaps();
  await dashboard.filter('data>3');
  dashboard.press('>', '>', 'O');
  await dashboard.terminal.waitFor(() => shownNames(dashboard)[0] === 'map-12');
  dashboard.press('g', 'j', 'j');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'map-10');
  await dashboard.open('nodes');
  await dashboard.waitForRow('prod-master-0');
  await dashboard.open('modules');
  const isAsLeft = (lines: readonly string[]): boolean =>
    /^ configmaps tables 12 .*\/data>3 {2}9\/12/.test(lines[1] ?? '') &&
    /DATA↓/.test(lines[3] ?? '') &&
    dashboard.selected()?.NAME === 'map-10';
  dashboard.press('[', '[');
  await dashboard.terminal.waitFor(isAsLeft);
  dashboard.press(']');
  await dashboard.terminal.waitFor(lines => /^ nodes/.test(lines[1] ?? ''));
  dashboard.press('[');
  await dashboard.terminal.waitFor(isAsLeft);
  await dashboard.open('events');
  dashboard.press('-');
  await dashboard.terminal.waitFor(isAsLeft);
  dashboard.press('-');
  await dashboard.terminal.waitFor(lines => /^ events/.test(lines[1] ?? ''));
});

test('? lists exactly the keys of the screen at hand', async () => {
  const dashboard = await openMaps({rows: 60});
  dashboard.press('?');
  await dashboard.terminal.waitFor(/keys of this screen/);
  const table = dashboard.terminal.screen().join('\n');
  for (const line of ['problems only', 'wide', 'filter', 'mark up to here', 'all namespaces', 'command', 'previous place', 'leave'])
    expect(table).toContain(line);
  // Escape and a letter in one breath would be Alt and that letter.
  dashboard.press('?');
  await dashboard.waitForRow('map-01');
  dashboard.press('d');
  await dashboard.terminal.waitFor(lines => /yaml {2}conditions {2}events/.test(lines[1] ?? ''));
  dashboard.press('?');
  await dashboard.terminal.waitFor(/keys of this screen/);
  const page = dashboard.terminal.screen().join('\n');
  expect(page).toContain('next tab');
  for (const line of ['problems only', 'wide', 'mark up to here']) expect(page).not.toContain(line);
});
