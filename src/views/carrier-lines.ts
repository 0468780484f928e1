/** Who carries a run, in words: nobody is named as its carrier who does not hold its lease now. */
import {humanDuration} from '../domain/age.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Run} from '../domain/run.ts';
import type {Carriage} from '../domain/run-carrier.ts';
import type {TranscriptEntry} from '../domain/run-desk.ts';
import {needOf} from '../domain/run-need.ts';
import type {Tone} from '../ui/theme.ts';
import {clockTime} from './log-lines.ts';

export type CarrierWords = {readonly words: Phrase; readonly tone: Tone};

export function carrierWords(run: Run, {carrier, isNext}: Carriage, now: number): CarrierWords {
  const last = run.status.holder?.identity;
  const since = (time: string): string => humanDuration(now - Date.parse(time));
  const need = needOf(run);
  if (need !== undefined && need.kind !== 'left') return {words: phrase(isNext ? 'run.waitsNext' : 'run.waits'), tone: 'dim'};
  switch (carrier.kind) {
    case 'here':
      return {words: phrase('run.heldHere'), tone: 'dim'};
    case 'live':
      return {words: phrase('run.heldBy', carrier.identity, since(carrier.since)), tone: 'dim'};
    case 'silent':
      return {words: phrase(isNext ? 'run.silentNext' : 'run.silent', carrier.identity, since(carrier.heardAt)), tone: 'waiting'};
    case 'nobody':
    case 'unseen':
      if (isNext) return {words: phrase('run.next'), tone: 'dim'};
      if (last === undefined) return {words: phrase('run.noHolder'), tone: 'waiting'};
      return carrier.kind === 'nobody'
        ? {words: phrase('run.left', last), tone: 'waiting'}
        : {words: phrase('run.heldLast', last), tone: 'dim'};
  }
}

/** That its carrier died on the way; undefined where the run only changed hands while nothing was under way. */
export function takeoverWords(run: Run, {carrier}: Carriage, entries: readonly TranscriptEntry[]): Phrase | undefined {
  const last = entries.findLast(({kind}) => kind === 'taken-over');
  const {how, from} = last?.data ?? {};
  if (last === undefined || how !== 'ran-out' || typeof from !== 'string') return undefined;
  const at = clockTime(last.at);
  const isHere = carrier.kind === 'here' && run.status.holder?.identity === last.by;
  return isHere ? phrase('run.takenOverHere', at, from) : phrase('run.takenOver', at, last.by, from);
}

/** How a colleague goes on from here: a gate is answered, all else is resumed. */
export function handedOverWords(run: Run): Phrase {
  const kind = needOf(run)?.kind;
  const verb = kind === 'gate' || kind === 'outcome' ? 'approve' : 'resume';
  return phrase('run.handedOver', `deckhand runbook ${verb} ${run.meta.name}`);
}
