/**
 * One value as YAML, in the style in which kubectl prints it. Control characters and those that turn the direction of
 * text are always escaped: what the screen shows is what the object holds.
 */

/** Control, bidirectional and invisible characters, and halves of surrogate pairs. A joiner within emoji is left alone. */
const hidden =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/u;
const hiddenOrSign = new RegExp(`${hidden.source}|["\\\\\\n]`, 'gu');

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
};

/** What YAML 1.1 would read as something other than text. */
const ambiguous =
  /^(?:~|null|true|false|yes|no|on|off|y|n|=|<<|[-+]?(?:\.\d+|\d[\d_]*(?:\.\d*)?)(?:e[-+]?\d+)?|[-+]?0[xob][\da-f_]+|[-+]?\.inf|\.nan|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?|\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?)$/i;

export function isMultiline(text: string): boolean {
  return text.includes('\n');
}

/** In one line, quoted as far as needed. */
export function inlineScalar(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  if (hidden.test(value) || isMultiline(value)) return doubleQuoted(value);
  if (value === '' || ambiguous.test(value)) return `"${value}"`;
  return isPlain(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

/**
 * Text of several lines: the first stands behind its key, the others are to be indented. A literal block, or, where
 * something in it must be escaped, a quoted text that is broken behind each line.
 */
export function multilineScalar(text: string): string[] {
  const lines = text.split('\n');
  if (hidden.test(text) || text.endsWith(' ') || /^\s*$/.test(text)) return quotedLines(lines);
  const body = text.endsWith('\n') ? lines.slice(0, -1) : lines;
  const chomp = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') ? '+' : '';
  // Where the text itself begins with a space or an empty line, the block has to say how far it is indented.
  const indent = /^[ \n]/.test(text) ? '2' : '';
  return [`|${indent}${chomp}`, ...body];
}

function quotedLines(lines: readonly string[]): string[] {
  return lines.map((line, index) => {
    const isFirst = index === 0;
    const isLast = index === lines.length - 1;
    const lead = isFirst ? '"' : line.startsWith(' ') ? '\\' : '';
    return `${lead}${escaped(line)}${isLast ? '"' : '\\n\\'}`;
  });
}

function doubleQuoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replace(hiddenOrSign, character => {
    const short = shortEscapes[character];
    if (short !== undefined) return short;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
}

function isPlain(text: string): boolean {
  return !/^[\s,[\]{}#&*!|>'"%@`]|^[-?:](?:\s|$)|\s$|:(?:\s|$)|\s#/.test(text) && !text.startsWith('---') && !text.startsWith('...');
}
