/** Positions in the write-ahead log: `16/B374D848`, and their distance in bytes. */

/** Bytes from the beginning; undefined where the text is no position. Exact below 8 PiB. */
export function readWalPosition(text: string): number | undefined {
  const match = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text.trim());
  if (match === null) return undefined;
  return Number.parseInt(match[1] ?? '', 16) * 2 ** 32 + Number.parseInt(match[2] ?? '', 16);
}

export function formatWalPosition(position: number): string {
  return `${Math.floor(position / 2 ** 32)
    .toString(16)
    .toUpperCase()}/${(position % 2 ** 32).toString(16).toUpperCase()}`;
}
