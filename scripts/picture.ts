/** Makes the pictures of docs from real frames: the built program in a terminal, over the demo cluster. `node scripts/picture.ts` after a build. */
import {writeFileSync} from 'node:fs';
import type {Cell} from '../test/support/screen/emulator.ts';
import {openTerminal, type PtyTerminal} from '../test/support/screen/pty-terminal.ts';

const cell = {width: 8.4, height: 18};
const palette = [
  '#1c1c1c',
  '#cd3131',
  '#0dbc79',
  '#c7a000',
  '#3b8eea',
  '#bc3fbc',
  '#11a8cd',
  '#d0d0d0',
  '#767676',
  '#f14c4c',
  '#23d18b',
  '#f5f543',
  '#6cb6ff',
  '#d670d6',
  '#29b8db',
  '#ffffff',
];
const ground = '#101010';
const ink = '#d0d0d0';

await draw('docs/dashboard.svg', {columns: 112, rows: 26}, async terminal => {
  terminal.press('j', 'j');
  await terminal.waitFor(/^› /m);
});
await draw('docs/database.svg', {columns: 112, rows: 18}, async terminal => {
  terminal.press(':', ...'postgres', 'enter');
  await terminal.waitFor(/postgres default/);
  terminal.press('0');
  await terminal.waitFor(/commander-postgres .*Running/);
  terminal.press('enter');
  await terminal.waitFor(/2 safe copies/);
});

type Size = {readonly columns: number; readonly rows: number};

async function draw(file: string, {columns, rows}: Size, act: (terminal: PtyTerminal) => Promise<void>): Promise<void> {
  const terminal = openTerminal({command: process.execPath, args: ['dist/deckhand.js', '--demo'], columns, rows});
  await terminal.waitFor(/broken/);
  await terminal.waitFor(/● live/);
  await act(terminal);
  const lines = Array.from({length: rows}, (_, y) => Array.from({length: columns}, (_, x) => terminal.cell(x, y)));
  await terminal.close();
  writeFileSync(
    file,
    [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * cell.width + 16} ${rows * cell.height + 16}" font-family="monospace" font-size="14">`,
      `<rect width="100%" height="100%" rx="6" fill="${ground}"/>`,
      ...lines.flatMap((line, y) => runs(line).map(run => drawRun(run, y))),
      '</svg>\n',
    ].join('\n'),
  );
}

type Run = {readonly x: number; text: string; readonly look: Cell};

/** Neighbours that look the same are one piece of text. */
function runs(line: readonly Cell[]): Run[] {
  const found: Run[] = [];
  for (const [x, look] of line.entries()) {
    const last = found.at(-1);
    if (last !== undefined && isSameLook(last.look, look)) last.text += look.text || ' ';
    else found.push({x, text: look.text || ' ', look});
  }
  return found.filter(run => run.text.trim() !== '' || run.look.isInverse);
}

function isSameLook(a: Cell, b: Cell): boolean {
  return (
    a.color === b.color && a.isBold === b.isBold && a.isDim === b.isDim && a.isInverse === b.isInverse && a.isUnderlined === b.isUnderlined
  );
}

function drawRun({x, text, look}: Run, y: number): string {
  const color = look.color === undefined ? ink : (palette[look.color] ?? ink);
  const left = (8 + x * cell.width).toFixed(1);
  const top = 8 + y * cell.height;
  const width = (text.length * cell.width).toFixed(1);
  const back = look.isInverse ? `<rect x="${left}" y="${top}" width="${width}" height="${cell.height}" fill="${color}"/>` : '';
  const style = `${look.isBold ? ' font-weight="bold"' : ''}${look.isDim ? ' opacity="0.6"' : ''}${look.isUnderlined ? ' text-decoration="underline"' : ''}`;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `${back}<text x="${left}" y="${top + 14}" textLength="${width}" xml:space="preserve" fill="${look.isInverse ? ground : color}"${style}>${escaped}</text>`;
}
