/** The last word of a command that failed: one sentence for what the user can mend, the log's path for what they cannot. */
import process from 'node:process';
import {KubeconfigError} from '../cluster/kubeconfig-error.ts';
import {TransportError} from '../domain/kube-port.ts';
import {english} from '../domain/messages/english.ts';
import {type Catalogue, phrase, say} from '../domain/messages/phrase.ts';
import {StatusError} from '../domain/status-error.ts';
import {visibleText} from '../ui/width.ts';
import {ConfigError} from './config-file.ts';
import {writeLog} from './log-file.ts';
import {UsageError} from './usage-error.ts';

export function reportFailure(error: unknown, catalogue: Catalogue = english): void {
  complain(failureText(error, catalogue));
}

/** One line on stderr. What a server said may stand in it: control characters are made visible. */
export function complain(text: string): void {
  process.stderr.write(`deckhand: ${text.split('\n').map(visibleText).join('\n')}\n`);
}

function failureText(error: unknown, catalogue: Catalogue): string {
  if (error instanceof KubeconfigError || error instanceof ConfigError || error instanceof TransportError)
    return say(catalogue, error.phrase);
  if (error instanceof StatusError || error instanceof UsageError) return error.message;
  const path = writeLog(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const what = error instanceof Error ? error.message : String(error);
  return `${what.split('\n')[0]}${path === undefined ? '' : `\n${say(catalogue, phrase('failure.ofDeckhand', path))}`}`;
}
