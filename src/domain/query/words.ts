/**
 * Splits what is typed at `/` or `:` into words. Double quotes keep spaces and take the meaning from the signs within;
 * one that is not closed yet reaches to the end, since the line is read while it is being typed.
 */

export type Word = {
  /** Without its quotes. */
  readonly text: string;
  /** As typed. */
  readonly raw: string;
  /** Where `raw` begins in the line. */
  readonly position: number;
  /** For each character of `text`, whether it stood within quotes. */
  readonly isQuoted: readonly boolean[];
};

export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (isSpace(line[at])) {
      at += 1;
      continue;
    }
    const word = readWord(line, at);
    words.push(word);
    at += word.raw.length;
  }
  return words;
}

function readWord(line: string, position: number): Word {
  let text = '';
  const isQuoted: boolean[] = [];
  let isInside = false;
  let at = position;
  for (; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (!isInside && isSpace(character)) break;
    if (character === '"') {
      isInside = !isInside;
      continue;
    }
    // A backslash belongs to the pattern, and keeps the quote or space behind it from ending anything.
    const next = line[at + 1];
    const isPair = character === '\\' && next !== undefined && (next === '"' || isSpace(next));
    text += isPair ? character + next : character;
    isQuoted.push(isInside);
    if (isPair) {
      isQuoted.push(isInside);
      at += 1;
    }
  }
  return {text, raw: line.slice(position, at), position, isQuoted};
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}
