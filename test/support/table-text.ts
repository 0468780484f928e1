/** Reads tables made of text back into cells: those of kubectl, of `deckhand get` and of the dashboard's screen. */

import {cutColumns} from '../../src/ui/width.ts';

export type TextRow = Readonly<Record<string, string>>;

/** Titles of more than one word, which cannot be told from two titles by looking. */
const longTitles = [
  'RELEASE CHANNEL',
  'DISABLED MESSAGE',
  'UPDATE POLICY',
  'READY CONDITION',
  'MACHINE NAME',
  'NOMINATED NODE',
  'READINESS GATES',
  'LAST SEEN',
  'FIRST SEEN',
  'LAST STATE',
  'CREATED AT',
];

type Span = {readonly title: string; readonly start: number};

/** The rows below a line of titles; a column begins where its title does. */
export function readTable(header: string, lines: readonly string[]): TextRow[] {
  const spans = readTitles(header);
  return lines.map(line =>
    Object.fromEntries(
      spans.map(({title, start}, index) => [title, cutColumns(line, start, spans[index + 1]?.start ?? Number.MAX_SAFE_INTEGER).trim()]),
    ),
  );
}

/** A whole table as programs print it, the titles first. */
export function readPrintedTable(text: string): TextRow[] {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  return readTable(header, lines);
}

function readTitles(header: string): Span[] {
  const pattern = new RegExp(`${longTitles.join('|')}|[A-Z][^\\s↑↓‹›]*`, 'g');
  return [...header.matchAll(pattern)].map(({0: title, index}) => ({title, start: Array.from(header.slice(0, index)).length}));
}

const unitMs: Readonly<Record<string, number>> = {s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000};

/** `3h16m` in milliseconds; undefined for what is no age. */
export function ageMs(text: string): number | undefined {
  if (!/^(\d+[smhdy])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smhdy])/g)].reduce((sum, [, count = '', unit = '']) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
}

/** Of two tables made within a minute or so: ages are coarse, and go on between. */
export function isSameAge(left: string, right: string): boolean {
  const [a, b] = [ageMs(left), ageMs(right)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= Math.max(90_000, 0.05 * Math.max(a, b));
}
