/** Whether the encryption keys of Commander that are in use are those of the last backup: without them a restored database cannot be read. */
import {type Phrase, phrase} from '../messages/phrase.ts';
import {differingKeys, type KeyFingerprints} from './key-fingerprints.ts';

export type KeysSeen = {
  /** In the Secret; `none`: there is no Secret, or none of the keys in it, so nothing is encrypted. */
  readonly live: KeyFingerprints | 'none' | 'forbidden';
  /** In the record of the last backup. */
  readonly kept: KeyFingerprints | 'none' | 'unknown';
};

export type KeysWarning = {readonly word: 'waiting' | 'unknown'; readonly reason: Phrase};

/** undefined where there is nothing to warn of. */
export function keysWarning({live, kept}: KeysSeen): KeysWarning | undefined {
  if (kept === 'unknown') return undefined;
  if (live === 'forbidden') return {word: 'unknown', reason: phrase('keys.forbidden')};
  if (live === 'none') return kept === 'none' ? undefined : {word: 'waiting', reason: phrase('keys.gone')};
  if (kept === 'none') return {word: 'waiting', reason: phrase('keys.neverKept')};
  const differing = differingKeys(live, kept);
  return differing.length === 0 ? undefined : {word: 'waiting', reason: phrase('keys.differ', differing)};
}
