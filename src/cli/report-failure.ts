/** The last word of a command that failed: one sentence for what the user can mend, the log's path for what they cannot. */
import process from 'node:process';
import {KubeconfigError} from '../cluster/kubeconfig-error.ts';
import {TransportError} from '../domain/kube-port.ts';
import {StatusError} from '../domain/status-error.ts';
import {visibleText} from '../ui/width.ts';
import {writeLog} from './log-file.ts';

export function reportFailure(error: unknown): void {
  complain(failureText(error));
}

/** One line on stderr. What a server said may stand in it: control characters are made visible. */
export function complain(text: string): void {
  process.stderr.write(`deckhand: ${text.split('\n').map(visibleText).join('\n')}\n`);
}

function failureText(error: unknown): string {
  if (error instanceof KubeconfigError || error instanceof TransportError || error instanceof StatusError) return error.message;
  const path = writeLog(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const what = error instanceof Error ? error.message : String(error);
  return `${what.split('\n')[0]}${path === undefined ? '' : `\nThis is a fault of deckhand; the details are in ${path}`}`;
}
