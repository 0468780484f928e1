/** Shortens a text to a number of bytes of UTF-8, never inside a character, with a sign that something is missing. */
const sign = '…';

export function clipBytes(text: string, bytesMax: number): string {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(text);
  if (bytes.length <= bytesMax) return text;
  const room = bytesMax - encoder.encode(sign).length;
  // What is left of a character that was cut decodes to U+FFFD, which streaming keeps back.
  return `${new TextDecoder().decode(bytes.subarray(0, room), {stream: true})}${sign}`;
}
