/** How the built program is run: by the Node that runs the bench. */
import {join} from 'node:path';
import process from 'node:process';

const built = join(import.meta.dirname, '../dist/deckhand.js');

export function program(args: readonly string[]): {command: string; args: readonly string[]} {
  return {command: process.execPath, args: [built, ...args]};
}
