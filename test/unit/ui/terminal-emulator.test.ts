/** What a pane shows of its program: cells, colours, cursor, lines above; and nothing of what the program wrote itself. */
import {expect, test} from 'vitest';
import {TerminalEmulator} from '../../../src/ui/terminal-emulator.ts';
import {textWidth} from '../../../src/ui/width.ts';
import {ScriptedTerminal} from '../../support/scripted-terminal.ts';

const esc = '\u001B';

function bench(columns = 20, rows = 4) {
  const session = new ScriptedTerminal();
  let changed = (): void => {};
  const emulator = new TerminalEmulator(session, {columns, rows}, () => changed());
  return {
    session,
    emulator,
    /** Resolves when the text is on the screen. */
    async says(text: string): Promise<void> {
      const shown = new Promise<void>(resolve => {
        changed = resolve;
      });
      session.says(text);
      await shown;
    },
    plain: () => emulator.lines('none').map(line => line.replace(/\u001B\[[\d;]*m/g, '').trimEnd()),
  };
}

test('lines are as wide as the pane, wide characters included', async () => {
  const {says, emulator, plain} = bench(12);
  await says('你好 Привет e\u0301 👩‍👩‍👧');
  expect(plain().slice(0, 3)).toEqual(['你好 Привет', 'e\u0301 👩‍👩‍👧', '']);
  for (const line of emulator.lines('none')) expect(textWidth(line.replace(/\u001B\[[\d;]*m/g, ''))).toBe(12);
});

test('a wide character at the edge goes to the next line whole', async () => {
  const {says, plain} = bench(3);
  await says('ab你');
  expect(plain().slice(0, 2)).toEqual(['ab', '你']);
});

test.each([
  ['truecolor', `${esc}[38;2;255;128;0m`, `${esc}[1m`, 'a colour of its own'],
  ['256', `${esc}[38;5;208m`, `${esc}[1m`, 'the nearest of 256'],
  ['16', `${esc}[93m`, `${esc}[1m`, 'the nearest of 16'],
] as const)('at %s an orange text is drawn with %j', async (level, orange, bold, _) => {
  const {says, emulator} = bench();
  await says(`${esc}[?25l${esc}[38;2;255;128;0mo${esc}[0;1mb${esc}[0mp`);
  expect(emulator.lines(level)[0]?.trimEnd()).toBe(`${orange}o${esc}[0m${bold}b${esc}[0mp`);
});

test('without colours attributes stay', async () => {
  const {says, emulator} = bench();
  await says(`${esc}[?25l${esc}[31;7mr${esc}[0m`);
  expect(emulator.lines('none')[0]?.trimEnd()).toBe(`${esc}[7mr${esc}[0m`);
});

test('the cursor is where the program has it, and hidden where the program hides it', async () => {
  const {says, emulator} = bench();
  await says(`ab${esc}[1;2H`);
  expect(emulator.lines('none')[0]).toBe(`a${esc}[7mb${esc}[0m${' '.repeat(18)}`);
  await says(`${esc}[?25l`);
  expect(emulator.lines('none')[0]?.trimEnd()).toBe('ab');
});

test('nothing that a program writes reaches the outer terminal but the text of its cells', async () => {
  const {says, emulator} = bench(40, 6);
  const hostile = [
    `${esc}]52;c;c2VjcmV0\u0007`,
    `${esc}]0;title\u0007`,
    `${esc}[?1049h`,
    `${esc}[2J`,
    `${esc}[5n`,
    `${esc}P+q544e${esc}\\`,
  ];
  await says(`${hostile.join('x')}\u202Eevil\u009B31m\u200B`);
  for (const line of emulator.lines('truecolor')) {
    expect(line.replace(/\u001B\[[\d;]*m/g, '')).not.toMatch(/[\p{Cc}\u202E\u200B]/u);
  }
});

test('queries are answered to the program', async () => {
  const {says, session} = bench();
  await says(`ab${esc}[6n${esc}[c`);
  expect(session.sent).toMatch(/^\u001B\[1;3R\u001B\[\?/);
});

test('lines above the screen are kept, up to a limit, and can be scrolled to', async () => {
  const {says, emulator, plain} = bench(20, 4);
  await says(Array.from({length: 6_000}, (_, at) => `line ${at}`).join('\r\n'));
  expect(plain()).toEqual(['line 5996', 'line 5997', 'line 5998', 'line 5999']);
  emulator.scroll(2);
  expect(plain()[0]).toBe('line 5994');
  emulator.scroll(1_000_000);
  expect(emulator.scrolledBack).toBe(5_000);
  expect(plain()[0]).toBe('line 996');
  emulator.scroll(-1_000_000);
  expect(plain().at(-1)).toBe('line 5999');
});

test('a program that writes faster than is shown is held back, and goes on later', async () => {
  const {says, session} = bench(80, 24);
  await says('x'.repeat(700_000));
  expect(session.flow).toEqual([false, true]);
});

test('a new size reaches the program once', () => {
  const {emulator, session} = bench();
  emulator.resize({columns: 40, rows: 10});
  emulator.resize({columns: 40, rows: 10});
  expect(session.sizes).toEqual(['40×10']);
});
