/** Which columns and rows of a table are shown: wide, sideways, problems only. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const shownNames = (dashboard: Dashboard): string[] => dashboard.rows().map(({cells}) => cells.NAME ?? '');

describe('columns', () => {
  test('wide shows what kubectl’s -o wide does, and back', async () => {
    const dashboard = demo.open({args: ['-A', '-c', 'pods'], columns: 250, rows: 40});
    await dashboard.waitForLive();
    expect(dashboard.terminal.screen()[3]).not.toMatch(/ IP /);
    dashboard.press('w');
    await dashboard.terminal.waitFor(lines => / IP .* NODE .* NOMINATED NODE .* READINESS GATES/.test(lines[3] ?? ''));
    dashboard.press('ctrl-w');
    await dashboard.terminal.waitFor(lines => !/ IP /.test(lines[3] ?? ''));
  });

  test.each([
    ['in one namespace', ['-n', 'd8-monitoring', '-c', 'pods']],
    ['in all namespaces', ['-A', '-c', 'pods']],
  ])('sideways, every one of them comes by while NAME stays: %s', async (_, args) => {
    const dashboard = demo.open({args, columns: 80, rows: 24});
    await dashboard.waitForLive();
    dashboard.press('w');
    const seen = new Set<string>();
    const titles = (): string[] => (dashboard.terminal.screen()[3] ?? '').match(/[A-Z][A-Z-]+/g) ?? [];
    const names = shownNames(dashboard);
    expect(names[0]).toBeTruthy();
    for (const title of titles()) seen.add(title);
    for (let step = 0; !seen.has('VERDICT') || (dashboard.terminal.screen()[3] ?? '').endsWith('›'); step++) {
      expect(step).toBeLessThan(15);
      const before = dashboard.terminal.screen()[3];
      dashboard.press('right');
      await dashboard.terminal.waitFor(lines => lines[3] !== before);
      expect(titles()[0]).toBe('NAME');
      for (const title of titles()) seen.add(title);
    }
    for (const title of ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'VERDICT']) expect(seen).toContain(title);
  });
});

test('! leaves the problems and counts them', async () => {
  const dashboard = demo.open({args: ['-A', '-c', 'modules'], columns: 140, rows: 40});
  await dashboard.waitForLive();
  dashboard.press('!');
  await dashboard.terminal.waitFor(lines => /problems only {2}\d+\/\d+$/.test(lines[1] ?? ''));
  expect(dashboard.rows().some(({cells}) => cells.VERDICT?.startsWith('▲'))).toBe(true);
  for (const {cells} of dashboard.rows()) expect(cells.VERDICT).not.toMatch(/^● ok/);
  dashboard.press('esc');
  await dashboard.terminal.waitFor(lines => !/problems only/.test(lines[1] ?? ''));
});
