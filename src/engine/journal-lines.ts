/**
 * The lines of a journal: numbered, each with the hash of its own text, which holds the hash of the line before. Only the
 * last one can be torn by a crash; whatever else does not follow was changed by somebody.
 */
import {type Fields, isFields} from '../domain/fields.ts';
import {BrokenJournal} from './journal-file.ts';
import type {EnginePorts} from './ports.ts';

type Digest = EnginePorts['digest'];

export type JournalEnd = {
  /** Of the last line; it goes on where a journal follows another. */
  readonly number: number;
  readonly hash: string;
};

export type NumberedLine = {readonly number: number; readonly fields: Fields};

export type JournalText = {
  readonly lines: readonly NumberedLine[];
  readonly end: JournalEnd;
  /** Of what can be used. */
  readonly bytes: number;
  /** Behind it, to be cut. */
  readonly tornBytes: number;
  /** The last line is whole but for its line feed. */
  readonly isUnended: boolean;
};

export const journalStart: JournalEnd = {number: 0, hash: ''};

/** Without its line feed. */
export function linkLine(fields: Fields, after: JournalEnd, digest: Digest): {readonly text: string; readonly end: JournalEnd} {
  const number = after.number + 1;
  const body = JSON.stringify({n: number, previous: after.hash, ...fields});
  const hash = digest(body);
  return {text: `{"hash":"${hash}",${body.slice(1)}`, end: {number, hash}};
}

/** Throws BrokenJournal. */
export function readLines(text: string, path: string, digest: Digest): JournalText {
  const lines: NumberedLine[] = [];
  let end = journalStart;
  const texts = text.split('\n');
  const last = texts.pop() ?? '';
  const take = (line: string, index: number): void => {
    const read = readLine(line, index === 0 ? undefined : end, digest);
    if (typeof read === 'string') throw new BrokenJournal(path, index + 1, read);
    lines.push(read.line);
    end = read.end;
  };
  texts.forEach(take);
  const whole = texts.map(line => `${line}\n`).join('');
  const bytes = byteLength(whole);
  if (last === '') return {lines, end, bytes, tornBytes: 0, isUnended: false};
  const read = readLine(last, texts.length === 0 ? undefined : end, digest);
  if (typeof read === 'string') return {lines, end, bytes, tornBytes: byteLength(last), isUnended: false};
  return {lines: [...lines, read.line], end: read.end, bytes: bytes + byteLength(last), tornBytes: 0, isUnended: true};
}

type Read = {readonly line: NumberedLine; readonly end: JournalEnd};

/** Says in words what is wrong. `after` undefined: the first line may have any number. */
function readLine(text: string, after: JournalEnd | undefined, digest: Digest): Read | string {
  const found = /^\{"hash":"(\w+)",(.*)$/s.exec(text);
  if (found === null) return 'it is no line of a journal';
  const [, hash = '', rest = ''] = found;
  const body = `{${rest}`;
  if (digest(body) !== hash) return 'its hash does not fit its text: it was changed';
  const parsed: unknown = JSON.parse(body);
  if (!isFields(parsed) || typeof parsed.n !== 'number') return 'it has no number';
  const {n: number, previous, ...fields} = parsed;
  if (after !== undefined && (number !== after.number + 1 || previous !== after.hash)) {
    return `it does not follow from the line before (number ${number} after ${after.number}): lines were taken out, put in or changed`;
  }
  return {line: {number, fields}, end: {number, hash}};
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
