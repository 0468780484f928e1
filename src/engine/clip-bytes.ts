/** Shortens a text to a number of bytes of UTF-8, never inside a character, with a sign that something is missing. */
const sign = '…';
/** A longer word is cut all the same. */
const wordLengthMax = 60;

export function clipBytes(text: string, bytesMax: number): string {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(text);
  if (bytes.length <= bytesMax) return text;
  const room = bytesMax - encoder.encode(sign).length;
  // What is left of a character that was cut decodes to U+FFFD, which streaming keeps back.
  return `${wholeWords(new TextDecoder().decode(bytes.subarray(0, room), {stream: true}), text)}${sign}`;
}

/** Half a name or number reads like another one. */
function wholeWords(cut: string, text: string): string {
  const isBetween = /\s/.test(text.charAt(cut.length));
  const end = isBetween ? cut.length : cut.lastIndexOf(' ');
  return end < cut.length - wordLengthMax || end <= 0 ? cut : cut.slice(0, end).replace(/[\s,;:]+$/, '');
}
