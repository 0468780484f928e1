/** Every way out of the dashboard gives the terminal back, takes the demo's server along, and none is taken without being asked for. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';
import {runProgram} from '../support/run-program.ts';
import type {Modes} from '../support/screen/emulator.ts';
import {openTerminal, type PtyTerminal} from '../support/screen/pty-terminal.ts';

let demo: Demo;
const others: PtyTerminal[] = [];

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(async () => {
  await demo.closeDashboards();
  await Promise.all(others.splice(0).map(terminal => terminal.close()));
});
afterAll(() => demo.stop());

const asBefore: Modes = {
  isAlternate: false,
  isCursorShown: true,
  isPasteBracketed: false,
  mouse: 'none',
  sendsFocus: false,
  wraps: true,
  isSynchronized: false,
  kittyDepth: 0,
  titleDepth: 0,
  progress: '0',
};

async function openNodes(options = {}): Promise<Dashboard> {
  const dashboard = demo.open({args: ['-c', 'nodes'], columns: 120, rows: 40, ...options});
  await dashboard.waitForRow('bm-rack1-01');
  await dashboard.waitForLive();
  return dashboard;
}

describe('leaving', () => {
  const screens: [string, (dashboard: Dashboard) => void, RegExp][] = [
    ['a table', () => {}, /NAME +STATUS/],
    ['the page of an object', dashboard => dashboard.press('d'), /apiVersion: v1/],
    ['the containers of a pod', dashboard => dashboard.terminal.type(':pods d8-system\r\r'), /containers [1-9]/],
    ['the contexts', dashboard => dashboard.terminal.type(':ctx\r'), /contexts 3/],
    ['help', dashboard => dashboard.press('?'), /keys of this screen/],
    ['the command prompt', dashboard => dashboard.terminal.type(':pod'), /^ :pod/m],
    ['the filter prompt', dashboard => dashboard.terminal.type('/mas'), /^ \/mas/m],
  ];
  test.each(screens)('by Ctrl-C from %s gives the terminal back', async (_, open, isThere) => {
    const dashboard = await openNodes();
    expect(dashboard.terminal.modes()).toMatchObject({isAlternate: true, isCursorShown: false, isPasteBracketed: true});
    open(dashboard);
    await dashboard.terminal.waitFor(isThere);
    dashboard.press('ctrl-c');
    expect(await dashboard.terminal.exit).toEqual({code: 0, signal: 0});
    expect(dashboard.terminal.modes()).toEqual(asBefore);
  });

  test.each([
    ['SIGTERM', 15],
    ['SIGHUP', 1],
    ['SIGINT', 2],
  ] as const)('on %s too, and ends as a program does that the signal ended', async (name, signal) => {
    const dashboard = await openNodes({speaksKitty: true});
    dashboard.terminal.kill(name);
    expect(await dashboard.terminal.exit).toMatchObject({signal});
    expect(dashboard.terminal.modes()).toEqual(asBefore);
  });

  test('for a while, with Ctrl-Z, and coming back with fg', async () => {
    const terminal = openTerminal({
      command: 'bash',
      args: ['--norc', '--noprofile', '-i'],
      env: {PS1: 'shell> ', HOME: demo.program.home},
      columns: 120,
      rows: 40,
    });
    others.push(terminal);
    await terminal.waitFor(/shell>$/m);
    terminal.type(`${process.execPath} ${demo.program.file} --kubeconfig ${demo.kubeconfig} -c nodes\r`);
    await terminal.waitFor(/^› {2}bm-rack1-01/m);
    terminal.press('ctrl-z');
    await terminal.waitFor(/Stopped.*shell>\s*$/s);
    expect(terminal.modes()).toEqual({...asBefore, isPasteBracketed: true});
    terminal.type('fg\r');
    await terminal.waitFor(/^› {2}bm-rack1-01/m);
    terminal.press('j');
    await terminal.waitFor(/^› {2}bm-rack1-02/m);
    terminal.press('ctrl-c');
    await terminal.waitFor(/shell>\s*$/);
    terminal.type('echo left with $?\r');
    await terminal.waitFor(/^left with 0$/m);
  });
});

describe('without a terminal', () => {
  test('says in a sentence what is missing and where scripts go, and exits with 2', async () => {
    const {code, stdout, stderr} = await demo.program.run(['--kubeconfig', demo.kubeconfig]);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr).toMatch(/the dashboard needs a terminal; for scripts there is: deckhand get KIND/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('on one side only it says the same', async () => {
    const command = `${process.execPath} ${demo.program.file} --demo < /dev/null`;
    const terminal = openTerminal({command: 'bash', args: ['-c', command], env: {HOME: demo.program.home}});
    others.push(terminal);
    expect(await terminal.exit).toMatchObject({code: 2});
    expect(terminal.screen().join('\n')).toContain('the dashboard needs a terminal');
  });
});

describe('deckhand --demo', () => {
  async function openDemo(): Promise<{terminal: PtyTerminal; server: number}> {
    const terminal = openTerminal({
      command: process.execPath,
      args: [demo.program.file, '--demo'],
      env: {HOME: demo.program.home, KUBECONFIG: '/nowhere'},
      columns: 120,
      rows: 40,
    });
    others.push(terminal);
    await terminal.waitFor(lines => /● live$/.test(lines[0] ?? '') && /^ modules \d+/.test(lines[1] ?? ''), 60_000);
    const [server] = await childrenOf(terminal.pid);
    if (server === undefined) throw new Error('the demo has no server beside it');
    return {terminal, server};
  }

  test('opens on live modules with nothing set up, and takes its server along when it leaves', async () => {
    const {terminal, server} = await openDemo();
    terminal.press('ctrl-c');
    expect(await terminal.exit).toMatchObject({code: 0});
    await expect.poll(() => isAlive(server), {timeout: 30_000}).toBe(false);
  });

  test('killed with -9 leaves no server behind', async () => {
    const {terminal, server} = await openDemo();
    terminal.kill('SIGKILL');
    await terminal.exit;
    await expect.poll(() => isAlive(server), {timeout: 30_000}).toBe(false);
  });

  test('whose server is killed says so within 15 s, keeps its rows, and can still be used and left', async () => {
    const {terminal, server} = await openDemo();
    process.kill(server, 'SIGKILL');
    await terminal.waitFor(lines => lines.some(line => /The API server has not answered for|These rows are/.test(line)), 15_000);
    const rows = terminal.screen().filter(line => /● ok/.test(line));
    expect(rows.length).toBeGreaterThan(5);
    expect(terminal.screen()[0]).not.toMatch(/● live$/);
    terminal.press('j');
    await terminal.waitFor(lines => lines[5]?.startsWith('›') === true);
    terminal.press('ctrl-c');
    expect(await terminal.exit).toMatchObject({code: 0});
    expect(terminal.modes()).toEqual(asBefore);
  });
});

test('a server that freezes shows as stale within 15 s, and as live again when it goes on', async () => {
  const dashboard = await openNodes();
  demo.signal('SIGSTOP');
  try {
    await dashboard.waitForBanner(/has not answered for|These rows are/, 20_000);
    expect(dashboard.row('bm-rack1-01')).toBeDefined();
    expect(dashboard.freshness()).not.toBe('● live');
  } finally {
    demo.signal('SIGCONT');
  }
  await dashboard.waitForLive();
});

async function childrenOf(parent: number): Promise<number[]> {
  const {stdout} = await runProgram('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout
    .split('\n')
    .map(line => line.trim().split(/\s+/, 4))
    .flatMap(([pid, ppid]) => (Number(ppid) === parent ? [Number(pid)] : []));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
