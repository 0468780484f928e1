/** What the measurements look for on the dashboard's screen. */
import type {PtyTerminal} from '../test/support/screen/pty-terminal.ts';
import {rows} from './probe.ts';

/** Two header lines and a rule stand above the column titles. */
const titlesLine = 3;

/** The name in the row under the cursor. */
export function selectedName(terminal: PtyTerminal): string | undefined {
  const row = terminal.screen().find(line => line.startsWith('›'));
  return row?.slice(1).trimStart().split(' ')[0];
}

export function titles(terminal: PtyTerminal): string {
  return terminal.screen()[titlesLine] ?? '';
}

/** Where the prompt's cursor stands: its line alone would not tell a typed character from a suggested one. */
export function promptCursor(terminal: PtyTerminal): number | undefined {
  const line = rows - 1;
  if (!/^ [/:]/.test(terminal.screen()[line] ?? '')) return undefined;
  for (let column = 0; column < 100; column += 1) if (terminal.cell(column, line).isInverse) return column;
  return undefined;
}

/** How many rows the second header line counts: `modulereleases 10000`. */
export function countedRows(terminal: PtyTerminal): number {
  return Number(/^ \S+ (\d+)/.exec(terminal.screen()[1] ?? '')?.[1] ?? 0);
}

/** The names of all rows on the screen. */
export function visibleNames(terminal: PtyTerminal): string[] {
  const body = terminal.screen().slice(titlesLine + 1, rows - 1);
  return body.flatMap(line => /^[› ] {2}(\S+-v\d\S*)/.exec(line.replace(/^›(?= {2})|^› (?! )/, '›  '))?.[1] ?? []);
}
