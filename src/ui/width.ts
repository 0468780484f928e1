/** How many columns a text takes, and texts made to take exactly so many: by grapheme, as terminals count. */
import stringWidth from 'string-width';
import {quickWidth} from './quick-width.ts';

export type Align = 'left' | 'right';

export function textWidth(text: string): number {
  return quickWidth(text) ?? stringWidth(text);
}

/** The text in exactly `width` columns: padded, or cut with '…'. The hot path of every frame. */
export function fitText(text: string, width: number, align: Align = 'left'): string {
  if (width <= 0) return '';
  if (isOneColumnEach(text)) {
    if (text.length === width) return text;
    if (text.length > width) return `${text.slice(0, width - 1)}…`;
    return align === 'left' ? text.padEnd(width) : text.padStart(width);
  }
  const total = stringWidth(text);
  const fitted = total > width ? cutColumns(text, 0, width - 1) : text;
  const mark = total > width ? '…' : '';
  const missing = ' '.repeat(Math.max(0, width - stringWidth(fitted) - mark.length));
  return align === 'left' ? fitted + mark + missing : missing + fitted + mark;
}

/** The columns [from, to) of a text; a wide character cut in half leaves a space, so that what follows stays in its column. */
export function cutColumns(text: string, from: number, to: number): string {
  if (isOneColumnEach(text)) return text.slice(Math.max(0, from), Math.max(0, to));
  let result = '';
  let column = 0;
  for (const {segment} of segmentsOf(text)) {
    const end = column + textWidth(segment);
    if (column >= to) break;
    if (column >= from && end <= to) result += end > column || column > from ? segment : '';
    else if (end > from) result += ' '.repeat(Math.min(end, to) - Math.max(column, from));
    column = end;
  }
  return result;
}

export function graphemes(text: string): string[] {
  return Array.from(segmentsOf(text), ({segment}) => segment);
}

/** The first segmenter costs 14 ms: the first frame shall not wait for it, and each further one is free. */
function segmentsOf(text: string): Intl.Segments {
  return new Intl.Segmenter(undefined, {granularity: 'grapheme'}).segment(text);
}

/**
 * Characters that would move the cursor, hide or reorder text, as marks that can be read: '\n' → ␤, U+202E → ⟨U+202E⟩.
 * A joiner is left alone only inside an emoji.
 */
export function visibleText(text: string): string {
  if (!hiddenCharacter.test(text)) return text;
  return text.replace(hiddenCharacters, character => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n') return '␤';
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '␡';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

const hiddenSource = String.raw`[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D`;
const hiddenCharacter = new RegExp(hiddenSource, 'u');
const hiddenCharacters = new RegExp(hiddenSource, 'gu');

/** There a UTF-16 unit is a grapheme of one column, and nothing needs to be segmented. */
function isOneColumnEach(text: string): boolean {
  return quickWidth(text) === text.length;
}
