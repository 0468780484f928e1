/** The answer to each class of failure: what to ask next, from where, after how long, and what to say meanwhile. */
import type {Phrase} from '../domain/messages/phrase.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Failure, Verb} from './reflector-failure.ts';

/** 'page' goes on with the listing at hand; 'notOlder' and 'latest' begin a new one. */
export type Next = {readonly ask: 'page' | 'watch'} | {readonly ask: 'list'; readonly version: 'notOlder' | 'latest'};

export type Answer = {
  readonly next: Next;
  readonly delayMs: number;
  readonly state: 'stale' | 'forbidden' | 'absent';
  readonly reason: Phrase;
};

export type Trouble = {
  readonly failure: Failure;
  readonly during: Verb;
  /** How many failures of this class came in a row, this one included, with no newer version seen and no watch ended well between. */
  readonly streak: number;
  /** Draws the next delay; called at most once, and only where the answer waits for the back-off. */
  readonly backoffMs: () => number;
};

/** A refusal that only people lift. */
const refusedRetryMs = 300_000;
const absentRetryMsFirst = 5_000;
const retryAfterMsMax = 300_000;

const latest: Next = {ask: 'list', version: 'latest'};
const notOlder: Next = {ask: 'list', version: 'notOlder'};

export function decideAnswer({failure, during, streak, backoffMs}: Trouble): Answer {
  const same: Next = during === 'list' ? {ask: 'page'} : {ask: 'watch'};
  switch (failure.kind) {
    case 'expired':
      return stale(streak === 1 ? notOlder : latest, streak < 3 ? 0 : backoffMs(), phrase('source.expired'));
    case 'ahead':
      return stale(latest, streak === 1 ? 0 : backoffMs(), phrase('source.ahead'));
    case 'reshaped':
      return stale(notOlder, streak === 1 ? 0 : backoffMs(), phrase('source.reshaped'));
    case 'throttled':
      return stale(same, Math.min(failure.retryAfterMs, retryAfterMsMax), failure.reason);
    case 'failed':
      return stale(same, backoffMs(), failure.reason);
    case 'garbled':
      // The same bytes twice will come a third time: a listing passes them by.
      return stale(streak === 1 ? same : notOlder, backoffMs(), failure.reason);
    case 'forbidden':
      return {next: latest, delayMs: refusedRetryMs, state: 'forbidden', reason: failure.reason};
    case 'absent':
      return {
        next: latest,
        delayMs: Math.min(absentRetryMsFirst * 2 ** (streak - 1), refusedRetryMs),
        state: 'absent',
        reason: failure.reason,
      };
    case 'unsupported':
      return {next: latest, delayMs: refusedRetryMs, state: during === 'list' ? 'absent' : 'stale', reason: failure.reason};
    case 'refused':
      return {next: latest, delayMs: refusedRetryMs, state: 'stale', reason: failure.reason};
  }
}

function stale(next: Next, delayMs: number, reason: Phrase): Answer {
  return {next, delayMs, state: 'stale', reason};
}
