/** A folder for one test file, gone when its tests are over. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll} from 'vitest';

export type TemporaryFolder = {readonly path: string; write(name: string, content: string, mode?: number): string};

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'deckhand-test-'));
  afterAll(() => rmSync(path, {recursive: true, force: true}));
  return {
    path,
    write(name, content, mode = 0o600) {
      const file = join(path, name);
      mkdirSync(dirname(file), {recursive: true});
      writeFileSync(file, content, {mode});
      return file;
    },
  };
}
