/** A tar archive whose bytes depend on names, modes and contents alone: no times, no owners, no order of a file system. */

export type TarEntry = {
  /** Without a leading slash; folders end with one. */
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
};

const block = 512;
const nameBytesMax = 100;

/** Folders that lead to an entry come before it, made where none is given. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const all = new Map<string, TarEntry>();
  for (const path of entries.flatMap(entry => foldersOf(entry.path))) all.set(path, {path, mode: 0o755, content: Buffer.alloc(0)});
  for (const entry of entries) all.set(entry.path, entry);
  const sorted = [...all.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
  const parts = sorted.flatMap(entry => [headerOf(entry), entry.content, Buffer.alloc(paddingOf(entry.content.length))]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** The ustar header, owned by root, made at the epoch. */
function headerOf({path, mode, content}: TarEntry): Buffer {
  if (Buffer.byteLength(path) > nameBytesMax)
    throw new Error(`${path} is longer than ${nameBytesMax} bytes, which this archive cannot hold`);
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  header.write(path, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(0, 136, 12);
  header.write(path.endsWith('/') ? '5' : '0', 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  header.write('root', 265, 'latin1');
  header.write('root', 297, 'latin1');
  // The checksum is counted with blanks in its own place.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, path.endsWith('/') ? -2 : -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

function paddingOf(length: number): number {
  return (block - (length % block)) % block;
}
