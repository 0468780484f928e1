/**
 * The width of texts of which one need not ask the library: escape sequences take no column, and every other character
 * takes one. Nearly all that is drawn is such a text, and the library segments it into graphemes first.
 */

const escapeCode = 0x1b;

/** undefined where a character may be wide, combining or invisible: then only the library can tell. */
export function quickWidth(text: string): number | undefined {
  let width = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === escapeCode) {
      const end = endOfSequence(text, index);
      if (end === undefined) return undefined;
      index = end;
    } else if (isOneColumn(code)) width++;
    else return undefined;
  }
  return width;
}

/** Where the colour or style that begins here ends; undefined for any other sequence. */
function endOfSequence(text: string, start: number): number | undefined {
  if (text.charCodeAt(start + 1) !== 0x5b) return undefined;
  for (let index = start + 2; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x6d) return index;
    const isParameter = (code >= 0x30 && code <= 0x39) || code === 0x3b;
    if (!isParameter) return undefined;
  }
  return undefined;
}

/**
 * ASCII, Latin, Greek, Cyrillic, punctuation, and the arrows and shapes of which our glyphs are. What a following mark
 * could make wide or narrow is no matter: the mark itself is not among these.
 */
function isOneColumn(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  if (code < 0x300) return code >= 0xa1 && code !== 0xad && code !== 0xa9 && code !== 0xae;
  if (code < 0x530) return code >= 0x3a3 && (code < 0x483 || code > 0x489);
  if (code < 0x2010) return false;
  if (code <= 0x2027 || code === 0x2039 || code === 0x203a) return true;
  if (code >= 0x2190 && code <= 0x2193) return true;
  if (code >= 0x2500 && code <= 0x25fa) return code !== 0x25aa && code !== 0x25ab && code !== 0x25b6 && code !== 0x25c0;
  return code === 0x2717;
}
