/** The program's own log: one file in the XDG state folder, for what must not be written over the screen. */
import {appendFileSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {stateFolder} from './state-folder.ts';

/** The path written to, or undefined where nothing can be written: a log must never be the reason to fail. */
export function writeLog(text: string): string | undefined {
  const folder = stateFolder();
  const path = join(folder, 'deckhand.log');
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700});
    appendFileSync(path, `${new Date().toISOString()} ${text}\n`, {mode: 0o600});
    return path;
  } catch {
    return undefined;
  }
}
