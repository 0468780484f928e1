/** Cuts a stream of bytes into lines, in time linear in the bytes, whatever the chunks split. */

const newline = 0x0a;

/** A watch event is one object, etcd takes 1.5 MB by default: far above both, and still no danger to the process. */
export const lineBytesMax = 64 * 1024 * 1024;

export class LineTooLong extends Error {
  constructor() {
    super(`a line is longer than ${lineBytesMax} bytes`);
    this.name = 'LineTooLong';
  }
}

export class LineSplitter {
  /** The pieces of the line that has not ended; joined once, when it does. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** The lines that end in this chunk. Decoded only when whole, so that a character may be split between chunks. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, end));
      const line = this.#take();
      if (line.trim() !== '') lines.push(line);
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return lines;
  }

  /** True where the stream ended in the middle of a line. */
  get isInsideLine(): boolean {
    return this.#bytes > 0;
  }

  #keep(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes > lineBytesMax) throw new LineTooLong();
    this.#pieces.push(piece);
  }

  #take(): string {
    const [only] = this.#pieces;
    const bytes = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }
}
