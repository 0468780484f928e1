import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {bundleFixture} from '../support/screen/bundled-fixture.ts';
import type {Modes} from '../support/screen/emulator.ts';
import {openTerminal, type PtyOptions, type PtyTerminal} from '../support/screen/pty-terminal.ts';

let fixture: {file: string; remove(): Promise<void>};
let terminal: PtyTerminal;

beforeAll(async () => {
  fixture = await bundleFixture();
});
afterAll(() => fixture.remove());
afterEach(() => terminal.close());

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

async function start(options: Partial<PtyOptions> = {}): Promise<PtyTerminal> {
  terminal = openTerminal({command: process.execPath, args: [fixture.file], ...options});
  await terminal.waitFor(/keys 0.*object-000/s);
  return terminal;
}

describe('the terminal is given back', () => {
  const ways: [string, (terminal: PtyTerminal) => void, number, RegExp][] = [
    ['on q', () => terminal.press('q'), 0, /farewell/],
    ['on Ctrl-C', () => terminal.press('ctrl-c'), 0, /farewell/],
    ['on SIGTERM', () => terminal.kill('SIGTERM'), 99, /ended by SIGTERM/],
    ['on SIGHUP', () => terminal.kill('SIGHUP'), 99, /ended by SIGHUP/],
    ['on SIGINT', () => terminal.kill('SIGINT'), 99, /ended by SIGINT/],
    ['on SIGQUIT', () => terminal.kill('SIGQUIT'), 99, /ended by SIGQUIT/],
    ['when a key handler throws', () => terminal.press('T'), 70, /failed: thrown on purpose/],
    ['when a promise is rejected', () => terminal.press('R'), 70, /failed: rejected on purpose/],
    ['when a component throws', () => terminal.press('B'), 70, /failed: broken while drawing/],
    ['on process.exit', () => terminal.press('X'), 5, /^\s*$/],
  ];
  test.each(ways)('%s, with what is to be said printed after it', async (_, leave, code, said) => {
    await start({speaksKitty: true});
    terminal.press('P');
    await terminal.waitFor(/last P/);
    expect(terminal.modes()).toMatchObject({
      isAlternate: true,
      isCursorShown: false,
      isPasteBracketed: true,
      wraps: false,
      kittyDepth: 1,
      progress: '1',
    });
    leave(terminal);
    expect(await terminal.exit).toMatchObject({code});
    expect(terminal.modes()).toEqual(asBefore);
    expect(terminal.screen().join('\n')).toMatch(said);
  });

  test('while the shell has the job stopped, and taken again by fg', async () => {
    terminal = openTerminal({command: 'bash', args: ['--norc', '--noprofile', '-i'], env: {PS1: 'shell> '}});
    await terminal.waitFor(/shell>$/m);
    terminal.type(`${process.execPath} ${fixture.file}\r`);
    await terminal.waitFor(/object-000/);
    terminal.press('j', 'ctrl-z');
    await terminal.waitFor(/Stopped.*shell>\s*$/s);
    // Bash itself brackets pastes while its prompt is shown.
    expect(terminal.modes()).toEqual({...asBefore, isPasteBracketed: true});
    terminal.type('echo a$((40+2))b\r');
    await terminal.waitFor(/a42b/);
    terminal.type('fg\r');
    await terminal.waitFor(/keys 1.*› {2}object-001/s);
    expect(terminal.modes()).toMatchObject({isAlternate: true, isCursorShown: false});
    terminal.press('j');
    await terminal.waitFor(/keys 2.*› {2}object-002/s);
    terminal.press('q');
    await terminal.waitFor(/farewell\nshell>/);
  });

  test('and taken again at once where no shell is there to stop for', async () => {
    await start();
    const mark = terminal.mark();
    terminal.press('ctrl-z');
    await terminal.waitFor(() => /\u001B\[\?1049l.*\u001B\[\?1049h/s.test(mark.text()));
    terminal.press('k');
    await terminal.waitFor(/last k/);
  });

  test('to another program, and taken back with the keys typed since', async () => {
    await start();
    terminal.press('E');
    await terminal.waitFor(/other program, press enter/);
    expect(terminal.modes()).toEqual(asBefore);
    terminal.type('hello\r');
    await terminal.waitFor(/keys 1.*object-000/s);
    expect(terminal.modes()).toMatchObject({isAlternate: true, isPasteBracketed: true});
    terminal.press('j');
    await terminal.waitFor(/last j/);
  });
});

describe('input', () => {
  test('loses none of 200 keys that arrive in one chunk', async () => {
    await start();
    terminal.type(`${'jk'.repeat(98)}jjj\r`);
    await terminal.waitFor(/keys 200 {2}last enter/);
    await terminal.waitFor(/› {2}object-003/);
  });

  test('takes a paste as text: its letters press nothing', async () => {
    await start();
    terminal.type('\u001B[200~y\nq\u001B[201~');
    await terminal.waitFor(/last pasted "y\\nq"/);
    expect(terminal.screen().join('\n')).toContain('keys 0');
  });

  test('does not type what the terminal answers or reports', async () => {
    await start();
    terminal.type('\u001B[<0;10;5M\u001B[I\u001B]11;rgb:0000/0000/0000\u001B\\\u001B[?62;4c\u001B[24;80R');
    terminal.press('j');
    await terminal.waitFor(/keys 1 {2}last j/);
  });
});

describe('drawing', () => {
  test('goes on under CI=true', async () => {
    await start({env: {CI: 'true'}});
    terminal.press('j');
    await terminal.waitFor(/› {2}object-001/);
  });

  test('keeps the selection visible with NO_COLOR, and uses no colour', async () => {
    await start({env: {NO_COLOR: '1'}});
    const mark = terminal.mark();
    terminal.press('j');
    await terminal.waitFor(/› {2}object-001/);
    expect(terminal.cell(3, 5)).toMatchObject({text: 'o', isInverse: true, color: undefined});
    expect(mark.text()).not.toMatch(/\u001B\[(?:\d+;)*(?:3[0-7]|38|9[0-7])[;m]/);
  });

  test('of a cursor move costs at most 600 bytes at 50 × 200', async () => {
    await start({columns: 200, rows: 50});
    terminal.press('j');
    await terminal.waitFor(/keys 1/);
    const mark = terminal.mark();
    terminal.press('j');
    await terminal.waitFor(/keys 2.*› {2}object-002/s);
    expect(mark.bytes()).toBeLessThanOrEqual(600);
  });

  test('follows a storm of resizes without a row out of place', async () => {
    await start();
    for (let step = 0; step < 60; step++) terminal.resize(41 + ((step * 37) % 120), 11 + ((step * 13) % 40));
    for (const [columns, rows] of [
      [60, 15],
      [120, 40],
      [40, 10],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.waitFor(lines => lines[0]?.startsWith(` fixture  ${columns}×${rows}`) === true && lines[rows - 1] === ' q quit');
      const lines = terminal.screen();
      expect(lines[3]).toMatch(/^ {3}NAME/);
      expect(lines[4]).toMatch(/^› {2}object-000/);
      expect(lines.slice(4, rows - 1).map(line => line.slice(3, 13))).toEqual(
        Array.from({length: rows - 5}, (_, row) => `object-${String(row).padStart(3, '0')}`),
      );
    }
  });

  test('says what is missing below 40 × 10, at any size', async () => {
    await start();
    for (const [columns, rows] of [
      [39, 10],
      [40, 9],
      [20, 5],
      [5, 2],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.waitFor(lines =>
        lines
          .join('')
          .replaceAll(' ', '')
          .includes(columns > 10 ? `has${columns}×${rows}` : 'nee'),
      );
    }
    terminal.resize(80, 24);
    await terminal.waitFor(/object-000/);
  });
});
