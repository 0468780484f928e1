/** Where this program keeps what must outlive it on this machine: `$XDG_STATE_HOME/deckhand`. */
import {homedir} from 'node:os';
import {join} from 'node:path';
import process from 'node:process';

export function stateFolder(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'deckhand');
}
