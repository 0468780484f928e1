/** A run on a database shows the database while it changes: beside its steps where there is room, else on a tab of its own. */
import {describe, expect, test} from 'vitest';
import {set} from '../../support/objects.ts';
import {database, databaseName, diskOf, following, leading, lockIn, member} from '../../support/postgres-objects.ts';
import {entryOf, handleOf, type RunParts, runOf, stepOf} from '../../support/scripted-desk.ts';
import {ScriptedTerminal} from '../../support/scripted-terminal.ts';
import {type BenchOptions, openBench, type ViewBench} from '../../support/view-bench.tsx';

const objects = [
  database(),
  member(0, leading('4.1.4')),
  member(1, following('4.1.4')),
  lockIn('Endpoints', `${databaseName}-0`),
  ...diskOf(0, 'fast'),
  ...diskOf(1, 'fast'),
  database(set('metadata.name', 'another')),
];
const kind = {group: 'acid.zalan.do', plural: 'postgresqls', kind: 'postgresql', isNamespaced: true};
const running = {phase: 'Running', steps: [stepOf('switchover', {state: 'Verifying'})]} as const;

async function showing(
  options: BenchOptions = {},
  status: RunParts['status'] = running,
  target: typeof kind | 'any' = kind,
): Promise<ViewBench> {
  const run = runOf('move-1', {spec: {runbook: {name: 'move'}, parameters: {target: `default/${databaseName}`}}, status});
  const bench = await openBench({objects, columns: 200, rows: 40, ...options}, desk => {
    desk.entries = [entryOf('move', {target: target === 'any' ? undefined : target})];
    desk.put(run);
  });
  bench.app.open({kind: 'run', run: handleOf(run), tab: 'progress'});
  await bench.clock.advance(0);
  return bench;
}

describe('a run on a database', () => {
  test('has the database beside its steps', async () => {
    const bench = await showing();
    const both = bench.lines().find(line => line.includes('Step switchover'));
    expect(bench.screen()).toContain(`2 safe copies; if the disk of ${databaseName}-0 goes: 1`);
    expect(both).toBeDefined();
    expect(bench.screen()).toMatch(new RegExp(`› ${databaseName}-0 +leader`));
  });

  test('has it on a tab of its own on a small screen', async () => {
    const bench = await showing({columns: 80, rows: 24});
    expect(bench.screen()).not.toContain('safe copies');
    await bench.press('tab');
    expect(bench.screen()).toContain('2 safe copies');
    expect(bench.screen()).not.toContain('Step switchover');
    await bench.press('tab', 'tab');
    expect(bench.screen()).toContain('Step switchover');
  });

  test('leads to a shell in the member at hand, and back', async () => {
    const bench = await showing();
    await bench.press('m', 'S');
    expect(bench.screen()).toContain(`default/${databaseName}-1  in which container?`);
    await bench.press('esc');
    expect(bench.screen()).toContain('Step switchover');
  });

  test('opens no shell where nothing may be changed', async () => {
    const bench = await showing({facts: {readOnly: {key: 'screen.readOnly', args: []}}});
    await bench.press('S');
    expect(bench.screen()).not.toContain('in which container?');
  });
});

describe('a shell in a member', () => {
  /** What the terminal holds, wherever it is shown. */
  function drawn({app}: ViewBench): string {
    const [terminal] = app.background.list();
    return terminal !== undefined && 'emulator' in terminal ? terminal.emulator.lines('none').join('\n') : '';
  }

  async function withShell(options: BenchOptions = {}): Promise<{readonly bench: ViewBench; readonly shell: ScriptedTerminal}> {
    const bench = await showing(options);
    const shell = new ScriptedTerminal();
    await bench.app.background.openTerminal({
      kind: 'pod',
      pod: {namespace: 'default', name: `${databaseName}-0`},
      title: 'default/commander-postgres-0 · postgres',
      context: 'prod',
      start: async () => shell,
    });
    shell.says('postgres=# select 1;');
    await bench.clock.advance(1_000);
    await expect.poll(() => drawn(bench)).toContain('postgres=# select 1;');
    return {bench, shell};
  }

  test('stays open beside the run, and takes keys until it is left', async () => {
    const {bench, shell} = await withShell();
    expect(bench.screen()).toContain('S default/commander-postgres-0 · postgres');
    expect(bench.screen()).toContain('postgres=# select 1;');
    expect(bench.screen()).toContain('Step switchover');
    await bench.press('S', 'p', 'esc');
    expect(shell.sent).toBe('p\u001B');
    expect(bench.desk.orders).toEqual([]);
    await bench.press('ctrl-]', 'p');
    expect(shell.sent).toBe('p\u001B');
    expect(bench.desk.orders).toHaveLength(1);
  });

  test('gives the keys back when it ends', async () => {
    const {bench, shell} = await withShell();
    expect(bench.screen()).toContain('postgres=# select 1;');
    await bench.press('m', 'm', 'S');
    shell.ends({kind: 'exited', code: 0});
    await bench.clock.advance(1_000);
    await bench.press('p');
    expect(shell.sent).toBe('');
    expect(bench.desk.orders).toHaveLength(1);
    expect(bench.screen()).not.toContain('postgres=#');
  });

  test('is opened again as it was where it does not fit beside', async () => {
    const {bench} = await withShell({columns: 80, rows: 24});
    await bench.press('S');
    expect(bench.screen()).toContain('postgres=# select 1;');
    expect(bench.screen()).not.toContain('Step switchover');
    await bench.press('ctrl-]');
    expect(bench.screen()).toContain('Step switchover');
  });
});

test.each<readonly [string, RunParts['status'], typeof kind | 'any']>([
  ['that has ended', {phase: 'Succeeded', steps: running.steps}, kind],
  ['on another kind', running, {...kind, plural: 'others'}],
  ['on any kind', running, 'any'],
])('a run %s has no picture', async (_, status, target) => {
  const bench = await showing({}, status, target);
  expect(bench.screen()).toContain('Step switchover');
  expect(bench.screen()).not.toContain('safe cop');
});
