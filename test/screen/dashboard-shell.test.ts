/** Shells in panes over the demo: every key is theirs but the one that leaves, they go on unseen, and tell how they ended. */
import {copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {programFiles} from '../../scripts/bundle.ts';
import {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;
let temporary: string;

beforeAll(async () => {
  demo = await Demo.start();
  temporary = join(demo.program.home, 'tmp');
  mkdirSync(temporary);
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const size = {columns: 80, rows: 24} as const;

function shellEnvironment(): Record<string, string> {
  return {SHELL: '/bin/sh', PS1: 'ready> ', TMPDIR: temporary, ENV: '', LC_ALL: 'C.UTF-8'};
}

async function openShell(options: {args?: readonly string[]; columns?: number; rows?: number} = {}): Promise<Dashboard> {
  const dashboard = demo.open({args: ['-A', '-c', 'pods', ...(options.args ?? [])], env: shellEnvironment(), ...size, ...options});
  await dashboard.waitForLive();
  await dashboard.type(':', 'shell');
  await dashboard.terminal.waitFor(/^ready>/m);
  return dashboard;
}

function run(dashboard: Dashboard, line: string): void {
  dashboard.terminal.type(line);
  dashboard.press('enter');
}

test('a shell opens for the context, in the size of its pane, and takes letters, colons and question marks as its own', async () => {
  const {terminal} = await openShell();
  terminal.type('stty size; echo "context=$(sed s/.*current-context...// $(echo $KUBECONFIG | cut -d: -f1))" : ? /');
  terminal.press('enter');
  await terminal.waitFor(/^20 80$/m);
  await terminal.waitFor(/^context=demo"\} : \? \/$/m);
  await terminal.waitFor(lines => /^ ctrl-\] leave it running/.test(lines.at(-1) ?? ''));
});

test('Ctrl-C and Ctrl-Z are the shell’s, and wide text keeps its place', async () => {
  const dashboard = await openShell();
  run(dashboard, 'cat');
  dashboard.terminal.type('你好|Привет');
  await dashboard.terminal.waitFor(/^你好\|Привет$/m);
  dashboard.press('enter');
  await dashboard.terminal.waitFor(lines => lines.filter(line => line === '你好|Привет').length === 2);
  dashboard.press('ctrl-c');
  // The kernel drops what is typed before the shell has heard of the signal.
  await dashboard.terminal.waitFor(/\^C\s+ready>/);
  run(dashboard, 'echo code=$?');
  await dashboard.terminal.waitFor(/^code=130$/m);
  run(dashboard, 'echo asleep; sleep 1000');
  await dashboard.terminal.waitFor(/^asleep$/m);
  dashboard.press('ctrl-z');
  await dashboard.terminal.waitFor(/Stopped/);
});

test('it goes on while one looks elsewhere, is listed, and is where it was when one comes back', async () => {
  const dashboard = await openShell();
  run(dashboard, 'read line; echo "got $line"');
  dashboard.press('ctrl-]');
  await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
  await dashboard.open('modules');
  expect(dashboard.terminal.screen()[0]).toContain('1 in the background');
  await dashboard.open('terminals');
  await dashboard.terminal.waitFor(/› {2}shell +shell +running +demo +\d+s/);
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/read line/);
  run(dashboard, 'hello');
  await dashboard.terminal.waitFor(/^got hello$/m);
});

test('how it ended is told in the pane and in the list; what it showed can be read until it is ended there', async () => {
  const dashboard = await openShell();
  run(dashboard, 'echo last words; exit 3');
  await dashboard.terminal.waitFor(/ended with code 3/);
  await dashboard.terminal.waitFor(/^last words$/m);
  await dashboard.terminal.waitFor(/: command {2}.*\? help/);
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
  dashboard.press('ctrl-t');
  await dashboard.terminal.waitFor(/shell +shell +ended with code 3 +demo +\d+s/);
  dashboard.press('x');
  await dashboard.terminal.waitFor(/No terminal is open/);
});

test('a full-screen program has the whole pane, is resized with it, and gives it back', async () => {
  const dashboard = await openShell();
  run(dashboard, `printf '\\033[?1049h\\033[2J\\033[Hfull \\033[31mred\\033[0m'; read _; printf '\\033[?1049l'; stty size`);
  await dashboard.terminal.waitFor(lines => lines[3] === 'full red');
  expect(dashboard.terminal.cell(5, 3).color).toBe(1);
  dashboard.terminal.resize(100, 30);
  await dashboard.terminal.waitFor(lines => lines.length === 30 && /^ ctrl-\]/.test(lines.at(-1) ?? ''));
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/^26 100$/m);
});

test('hostile output stays in its pane', async () => {
  const dashboard = await openShell();
  const mark = dashboard.terminal.mark();
  run(dashboard, `printf '\\033]52;c;c3RvbGVu\\007\\033[?1000h\\033[?25h\\033]0;evil\\007\\033[8;1;1t'; echo do""ne`);
  await dashboard.terminal.waitFor(/^done$/m);
  const written = mark.text();
  for (const sequence of [']52;', '[?1000h', '[?25h', '[8;1;1t', '\u0007']) expect(written).not.toContain(`\u001B${sequence}`);
  expect(dashboard.terminal.modes()).toMatchObject({mouse: 'none', isCursorShown: false});
});

test('lines above the pane can be read', async () => {
  const dashboard = await openShell();
  run(dashboard, 'seq 1 500');
  await dashboard.terminal.waitFor(/^500$/m);
  dashboard.press('shift-pageup');
  await dashboard.terminal.waitFor(/19 lines back/);
  expect(dashboard.terminal.screen().slice(3, -1)).not.toContain('500');
  dashboard.terminal.type('echo again\r');
  await dashboard.terminal.waitFor(/^again$/m);
});

test('leaving the program ends its shells and leaves nothing on disk', async () => {
  // Dashboards of other tests were killed, and could not tidy up.
  const before = readdirSync(temporary);
  const dashboard = await openShell();
  run(dashboard, 'echo pid=$$');
  await dashboard.terminal.waitFor(/^pid=\d+$/m);
  const pid = Number(/^pid=(\d+)$/m.exec(dashboard.terminal.screen().join('\n'))?.[1]);
  expect(readdirSync(temporary).length).toBeGreaterThan(before.length);
  dashboard.press('ctrl-]');
  await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
  await dashboard.quit();
  expect(readdirSync(temporary)).toEqual(before);
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/));
});

describe('where nothing may be changed', () => {
  test('--readonly is in the header, and a shell says why it is off', async () => {
    const dashboard = demo.open({args: ['--readonly'], env: shellEnvironment(), ...size});
    await dashboard.waitForLive();
    expect(dashboard.terminal.screen()[0]).toContain('read-only');
    await dashboard.type(':', 'shell');
    expect(await dashboard.waitForBanner(/Off/)).toBe('Off: this is read-only, as --readonly says');
  });

  test('the config file says it of single contexts, and so does the header', async () => {
    const home = join(demo.program.home, 'config');
    mkdirSync(join(home, 'deckhand'), {recursive: true});
    writeFileSync(join(home, 'deckhand', 'config.yaml'), 'contexts: {prod: {readOnly: true, protected: true}}');
    const kubeconfig = demo.writeKubeconfig([{name: 'prod'}, {name: 'dev'}]);
    const dashboard = demo.open({args: ['--kubeconfig', kubeconfig], env: {...shellEnvironment(), XDG_CONFIG_HOME: home}, columns: 120});
    await dashboard.waitForLive();
    expect(dashboard.terminal.screen()[0]).toMatch(/^ deckhand {2}prod.* protected {2}read-only /);
    await dashboard.type(':', 'shell');
    await dashboard.waitForBanner(/^Off: prod is read-only, as .*config\.yaml says$/);
    await dashboard.type(':', 'ctx dev');
    await dashboard.terminal.waitFor(lines => / dev /.test(lines[0] ?? '') && !/read-only|protected/.test(lines[0] ?? ''));
    await dashboard.type(':', 'shell');
    await dashboard.terminal.waitFor(/^ready>/m);
  });

  test('a config that cannot be read ends the program with file, field and fix, before anything is drawn', async () => {
    const home = join(demo.program.home, 'bad-config');
    mkdirSync(join(home, 'deckhand'), {recursive: true});
    writeFileSync(join(home, 'deckhand', 'config.yaml'), 'contexts: {prod: {readonly: true}}');
    const dashboard = demo.open({env: {XDG_CONFIG_HOME: home}, columns: 160});
    expect((await dashboard.terminal.exit).code).toBe(2);
    expect(dashboard.terminal.screen()[0]).toMatch(
      /^deckhand: \S+config\.yaml: there is no field contexts\["prod"\]\.readonly: there are readOnly, protected$/,
    );
  });
});

test('without node-pty one sentence says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deckhand-alone-'));
  const file = join(folder, programFiles[0]);
  for (const name of ['package.json', ...programFiles]) copyFileSync(join(demo.program.home, name), join(folder, name));
  const dashboard = new Dashboard({...demo.program, file}, {args: ['--kubeconfig', demo.kubeconfig], env: shellEnvironment(), ...size});
  try {
    await dashboard.waitForLive();
    await dashboard.type(':', 'shell');
    await dashboard.waitForBanner(/^Terminals in panes need the npm package node-pty/);
  } finally {
    await dashboard.close();
    rmSync(folder, {recursive: true});
  }
});
