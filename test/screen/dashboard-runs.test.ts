/** Runs over the demo as an engineer starts them: by a key, over the plan and the consent, to the end and back. */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const size = {columns: 80, rows: 24} as const;
const patienceMs = 30_000;

async function open(
  command: string,
  options: {args?: readonly string[]; columns?: number; rows?: number; cwd?: string} = {},
): Promise<Dashboard> {
  const dashboard = demo.open({...size, ...options, args: ['-c', command, ...(options.args ?? [])]});
  await dashboard.waitForLive();
  return dashboard;
}

/** As a person does: the next letter once the last one stands there. */
async function typeSlowly({terminal}: Dashboard, text: string): Promise<void> {
  for (let length = 1; length <= text.length; length++) {
    terminal.type(text.charAt(length - 1));
    await terminal.waitFor(lines => lines.some(line => line.includes(`agree: ${text.slice(0, length)}`)), patienceMs);
  }
}

async function isCordoned(name: string): Promise<boolean> {
  const node = await demo.api.send<{spec?: {unschedulable?: boolean}}>({method: 'GET', path: `/api/v1/nodes/${name}`});
  return node.spec?.unschedulable === true;
}

/** Puts the cursor on a node that is not cordoned, and answers its name. */
async function selectNode(dashboard: Dashboard, name: string): Promise<void> {
  await dashboard.filter(name);
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === name, patienceMs);
}

describe('a node', () => {
  test('is cordoned by c and y, and U brings it back', async () => {
    const dashboard = await open('nodes');
    const {terminal} = dashboard;
    await selectNode(dashboard, 'bm-rack1-01');
    dashboard.press('c');
    await terminal.waitFor(/\+ {3}unschedulable: true/, patienceMs);
    expect(await isCordoned('bm-rack1-01')).toBe(false);
    dashboard.press('y');
    await terminal.waitFor(/● Succeeded 1\/1/, patienceMs);
    expect(await isCordoned('bm-rack1-01')).toBe(true);
    dashboard.press('esc');
    await terminal.waitFor(/ nodes \d+/, patienceMs);
    dashboard.press('U');
    await terminal.waitFor(/Undo: .*\n[\s\S]*- {3}unschedulable: true/, patienceMs);
    dashboard.press('y');
    await terminal.waitFor(/● Succeeded 1\/1/, patienceMs);
    expect(await isCordoned('bm-rack1-01')).toBe(false);
  });

  test('is drained only once its name was typed; a paste, however it comes, is no consent', async () => {
    const dashboard = await open('nodes');
    const {terminal} = dashboard;
    await selectNode(dashboard, 'bm-rack1-02');
    dashboard.press('r');
    await terminal.waitFor(/▲ destructive/, patienceMs);
    await terminal.waitFor(/draining: user/, patienceMs);
    dashboard.press('y');
    await terminal.waitFor(/Type bm-rack1-02 to agree:/, patienceMs);
    for (const paste of ['\u001B[200~bm-rack1-02\u001B[201~', 'bm-rack1-02']) {
      terminal.type(paste);
      await terminal.waitFor(/pasted text does not count/, patienceMs);
      await typeSlowly(dashboard, 'z');
      dashboard.press('backspace');
      await terminal.waitFor(/agree:(?! z)/, patienceMs);
    }
    await typeSlowly(dashboard, 'bm-rack1-02');
    dashboard.press('enter');
    await terminal.waitFor(/wanted {2}\S[\s\S]*seen {4}\S/, patienceMs);
    await terminal.waitFor(/left: then the step counts as failed/, patienceMs);
    dashboard.press('ctrl-c');
    await terminal.waitFor(/stop after this step/, patienceMs);
    dashboard.press('u');
    await terminal.waitFor(/✗ Aborted/, patienceMs);
    await expect.poll(() => isCordoned('bm-rack1-02'), {timeout: patienceMs}).toBe(false);
  });

  test('is drained on a copy first, and nothing real changes', async () => {
    const dashboard = await open('nodes');
    await selectNode(dashboard, 'bm-rack1-01');
    dashboard.press('c');
    await dashboard.terminal.waitFor(/unschedulable: true/, patienceMs);
    dashboard.press('R');
    await dashboard.terminal.waitFor(/ended ● Succeeded[\s\S]*What the copy cannot know/, patienceMs);
    expect(await isCordoned('bm-rack1-01')).toBe(false);
  });
});

test('what needs a person is listed with its key, and the key gives it', async () => {
  const dashboard = await open('needs');
  const {terminal} = dashboard;
  await terminal.waitFor(/stronghold-v1\.16\.0 .*a .*waits for approval/, patienceMs);
  await dashboard.filter('stronghold');
  dashboard.press('a');
  await terminal.waitFor(/Approve a module release {2}stronghold-v1\.16\.0/, patienceMs);
  await terminal.waitFor(/modules\.deckhouse\.io\/approved/, patienceMs);
  dashboard.press('y');
  await terminal.waitFor(/◐ Running|● Succeeded/, patienceMs);
});

test('marked nodes are one list, one consent, and a row each', async () => {
  const dashboard = await open('nodes', {columns: 120});
  const {terminal} = dashboard;
  await dashboard.filter('bm-rack');
  await terminal.waitFor(() => dashboard.rows().length === 4, patienceMs);
  for (const _ of dashboard.rows()) dashboard.press('space');
  await terminal.waitFor(() => dashboard.rows().every(({isMarked}) => isMarked), patienceMs);
  dashboard.press('c');
  await terminal.waitFor(/bm-rack2-01 +▲ not done +Node bm-rack2-01 is cordoned already/, patienceMs);
  await terminal.waitFor(/carry out 3/, patienceMs);
  dashboard.press('y');
  await terminal.waitFor(lines => lines.filter(line => /bm-rack.*● Succeeded 1\/1/.test(line)).length === 3, patienceMs);
});

test('runs, audit and transcript tell what was done, and by whom', async () => {
  const dashboard = await open('runs', {columns: 120, cwd: demo.program.home});
  const {terminal} = dashboard;
  await dashboard.filter('node-drain');
  await terminal.waitFor(/node-drain +bm-rack1-02 +✗ Aborted/, patienceMs);
  dashboard.press('t');
  await terminal.waitFor(/# node-drain-[\s\S]*asked by: /, patienceMs);
  dashboard.press('e');
  const banner = await dashboard.waitForBanner(/Written to /);
  const path = banner.replace('Written to ', '');
  expect(path).toContain(join(demo.program.home, 'node-drain-'));
  expect(await readFile(path, 'utf8')).toMatch(/^# node-drain-.*\n/);
  await dashboard.type(':', 'audit');
  await terminal.waitFor(/node-cordon +bm-rack1-01 /, patienceMs);
});

test('a form completes from the cluster and says what is wrong beside the field', async () => {
  const dashboard = await open('modules');
  const {terminal} = dashboard;
  await dashboard.filter('console');
  dashboard.press('s');
  await terminal.waitFor(/› source .*required/, patienceMs);
  await terminal.waitFor(/^ deckhouse\b/m, patienceMs);
  terminal.type('nowhere');
  await terminal.waitFor(/› source +nowhere/, patienceMs);
  dashboard.press('enter');
  await terminal.waitFor(/source +nowhere[\s\S]*▲ is nowhere, which the cluster does not offer/, patienceMs);
});

test('read-only, a plan can be looked at and nothing more', async () => {
  const dashboard = await open('nodes', {args: ['--readonly']});
  dashboard.press('c');
  await dashboard.waitForBanner(/read-only|--readonly/);
});

test.each([
  ['80×24', 80, 24],
  ['60×15', 60, 15],
])('every screen of runs fits %s', async (_, columns, rows) => {
  const dashboard = await open('runbooks', {columns, rows});
  const {terminal} = dashboard;
  const fits = (): void => {
    const lines = terminal.screen();
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(lines.at(-1)).toContain('? help');
  };
  await terminal.waitFor(/module-release-approve/, patienceMs);
  fits();
  for (const command of ['runs', 'needs', 'audit']) {
    await dashboard.open(command, command === 'needs' ? 'needs you' : command);
    fits();
  }
  await dashboard.open('nodes');
  await dashboard.waitForLive();
  await dashboard.filter('prod-worker');
  dashboard.press('r');
  await terminal.waitFor(/ y carry it out/, patienceMs);
  dashboard.press('ctrl-p');
  await terminal.waitFor(/all actions/, patienceMs);
  expect(terminal.screen().length).toBeLessThanOrEqual(rows);
});

test('who leaves while a run is in progress is told that it is handed over', async () => {
  const dashboard = await open('nodes');
  const {terminal} = dashboard;
  await selectNode(dashboard, 'bm-rack2-02');
  dashboard.press('r');
  await terminal.waitFor(/draining: user/, patienceMs);
  dashboard.press('y');
  await terminal.waitFor(/to agree:/, patienceMs);
  await typeSlowly(dashboard, 'bm-rack2-02');
  dashboard.press('enter');
  await terminal.waitFor(/◐ Running/, patienceMs);
  dashboard.press('esc');
  await terminal.waitFor(/ nodes \d+/, patienceMs);
  dashboard.press('ctrl-c');
  await dashboard.waitForBanner(/A run has not ended \(node-drain-/);
  await dashboard.quit();
  await terminal.waitFor(/Handing over a run at the next safe point/, patienceMs);
});

test('a dashboard that was killed in mid-run loses nothing: the next one tells of the run and carries it on', async () => {
  const killed = await open('nodes');
  await selectNode(killed, 'bm-rack1-02');
  killed.press('r');
  await killed.terminal.waitFor(/draining: user/, patienceMs);
  killed.press('y');
  await killed.terminal.waitFor(/to agree:/, patienceMs);
  await typeSlowly(killed, 'bm-rack1-02');
  killed.press('enter');
  await killed.terminal.waitFor(/wanted {2}\S/, patienceMs);
  killed.terminal.kill('SIGKILL');
  await killed.terminal.exit;
  const next = demo.open({...size, args: ['-c', 'nodes']});
  await next.waitForBanner(/ha(s|ve) not ended: n lists/);
  await next.type(':', 'runs');
  await next.terminal.waitFor(/bm-rack1-02 /, patienceMs);
  await next.filter('bm-rack1-02');
  next.press('enter');
  await next.terminal.waitFor(/Carried by this dashboard|What now\?/, patienceMs);
  next.press('tab');
  await next.terminal.waitFor(/taken-over +epoch 2/, patienceMs);
});

test('the lead of a database changes hands beside the step that waits for it', {timeout: 300_000}, async () => {
  const dashboard = await open('postgres', {args: ['-A'], columns: 200, rows: 50});
  const {terminal} = dashboard;
  const roles = (leader: number, timeline: number) => (lines: string[]) =>
    lines.some(line => new RegExp(`commander-postgres-${leader} +leader +running +${timeline} `).test(line));
  await dashboard.waitForRow('commander-postgres', {PODS: '2/2'});
  await dashboard.filter('commander-postgres');
  dashboard.press('x');
  await terminal.waitFor(/▲ destructive/, patienceMs);
  await terminal.waitFor(/Hand the lead to commander-postgres-1/, patienceMs);
  dashboard.press('y');
  await terminal.waitFor(/Type commander-postgres to agree:/, patienceMs);
  await typeSlowly(dashboard, 'commander-postgres');
  dashboard.press('enter');
  await terminal.waitFor(lines => lines.some(line => line.includes('Prechecking')) && roles(0, 3)(lines), patienceMs);
  await terminal.waitFor(roles(1, 4), 120_000);
  await terminal.waitFor(/● Succeeded 2\/2/, 120_000);
});
