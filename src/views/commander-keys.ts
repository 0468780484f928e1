/** The standing warning about Commander's encryption keys, on the row of its module and on that of its database. */

import {commanderNamespace} from '../domain/postgres/commander.ts';
import {type KeysWarning, keysWarning} from '../domain/postgres/key-backup.ts';
import {
  fingerprintsInSecret,
  fingerprintsOfRun,
  type KeyFingerprints,
  keysKeepingRunbooks,
  keysSecret,
} from '../domain/postgres/key-fingerprints.ts';
import {type Verdict, verdictOf} from '../domain/verdict.ts';
import type {Line, Related, RelatedRun, Seen} from './define-view.ts';

/** Asked for by the one row that it concerns. Of the Secret nothing but the fingerprints is kept. */
export const keysSource: Related = {
  name: 'keys',
  resource: {group: '', plural: 'secrets', versions: ['v1']},
  namespace: commanderNamespace,
  fieldSelector: `metadata.name=${keysSecret}`,
  isLazy: true,
  facts: fingerprintsInSecret,
};

export const keysBackup: RelatedRun = {name: 'keysBackup', runbooks: keysKeepingRunbooks, read: fingerprintsOfRun};

export function keysWarningIn(seen: Seen): KeysWarning | undefined {
  const backup = seen.lastRun?.<KeyFingerprints>('keysBackup');
  if (backup === undefined || backup.kind === 'unknown') return undefined;
  const kept = backup.kind === 'none' ? 'none' : backup.facts;
  const secrets = seen.related<KeyFingerprints | undefined>('keys');
  if (seen.isRead?.('keys') === false) return undefined;
  return keysWarning({live: secrets === undefined ? 'forbidden' : (secrets[0] ?? 'none'), kept});
}

/** A row that is well otherwise waits for a person; any other keeps its verdict, and has the warning on a line of its own. */
export function withKeysWarning(verdict: Verdict, warning: KeysWarning | undefined): Verdict {
  return isVerdict(verdict, warning) ? verdictOf('waiting', warning?.reason) : verdict;
}

export function keysLines(verdict: Verdict, warning: KeysWarning | undefined): readonly Line[] {
  return warning === undefined || isVerdict(verdict, warning) ? [] : [{label: keysSecret, ...warning}];
}

function isVerdict({word}: Verdict, warning: KeysWarning | undefined): boolean {
  return word === 'ok' && warning?.word === 'waiting';
}
