/** Makes a line that another program wrote fit to be shown: control and bidi characters as signs, no token, bounded length. */

const lengthMax = 300;

/** C0 and DEL have pictures of their own in Unicode; the rest of what could move or turn the text becomes U+FFFD. */
export function visibleLine(line: string): string {
  const hidden = line.replace(/\beyJ[\w-]{8,}(\.[\w-]*){0,2}|(?<=\bBearer )\S+/g, '…');
  const visible = hidden
    .replace(/[\u0000-\u001f]/g, character => String.fromCharCode(character.charCodeAt(0) + 0x2400))
    .replaceAll('\u007f', '\u2421')
    .replace(/[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '\ufffd');
  return visible.length > lengthMax ? `${visible.slice(0, lengthMax - 1)}…` : visible;
}
