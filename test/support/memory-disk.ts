/** The disk of a person's machine, in memory. */
import {createHash} from 'node:crypto';
import {type FileDigest, FileFault, type FilePort} from '../../src/domain/files.ts';

export class MemoryDisk implements FilePort {
  readonly owner = 'anna@bastion';
  readonly files = new Map<string, Uint8Array>();
  /** Bytes that still fit. */
  free = 1024 ** 4;

  digest(path: string): Promise<FileDigest | undefined> {
    const bytes = this.files.get(path);
    return Promise.resolve(bytes === undefined ? undefined : {bytes: bytes.length, sha256: sha256Of(bytes)});
  }

  readText(path: string): Promise<string | undefined> {
    const bytes = this.files.get(path);
    return Promise.resolve(bytes === undefined ? undefined : new TextDecoder().decode(bytes));
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(this.free);
  }

  save(path: string, text: string): Promise<void> {
    this.files.set(path, new TextEncoder().encode(text));
    return Promise.resolve();
  }

  create(path: string) {
    const chunks: Uint8Array[] = [];
    let size = 0;
    return Promise.resolve({
      write: async (bytes: Uint8Array) => {
        size += bytes.length;
        if (size > this.free) throw new FileFault(`${path}: no space left on the disk`);
        chunks.push(Uint8Array.from(bytes));
      },
      keep: async () => {
        const whole = new Uint8Array(Buffer.concat(chunks));
        this.files.set(path, whole);
        return {bytes: whole.length, sha256: sha256Of(whole)};
      },
      drop: async () => undefined,
    });
  }

  async *read(path: string): AsyncGenerator<Uint8Array> {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new FileFault(`${path}: there is no such file`);
    yield bytes;
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
