/** Files as an engine meets them that may be killed at any call: written whole or not, and heard of or not. */
import type {FilePort} from '../../src/domain/files.ts';

/** The process died: nothing of the engine runs after it. */
export class Killed extends Error {}

/** `strike` counts the call; it throws where the engine dies before it. */
export function struckFiles(files: FilePort, strike: (path: string) => string | undefined): FilePort {
  return {
    owner: files.owner,
    digest: path => files.digest(path),
    readText: path => files.readText(path),
    freeBytes: folder => files.freeBytes(folder),
    create: path => files.create(path),
    read: path => files.read(path),
    save: async (path, text) => {
      const fault = strike(path);
      await files.save(path, text);
      if (fault === 'kill-after') throw new Killed(`after ${path} was written`);
    },
  };
}
