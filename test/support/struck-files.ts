/** Files as an engine meets them that may be killed at any call: written whole or not, and heard of or not. */
import type {FilePort} from '../../src/domain/files.ts';

export function struckFiles(files: FilePort, strike: () => 'after' | undefined, killed: () => Error): FilePort {
  return {
    owner: files.owner,
    digest: path => files.digest(path),
    readText: path => files.readText(path),
    freeBytes: folder => files.freeBytes(folder),
    create: path => files.create(path),
    read: path => files.read(path),
    save: async (path, text) => {
      const fault = strike();
      await files.save(path, text);
      if (fault === 'after') throw killed();
    },
  };
}
