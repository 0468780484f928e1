/** Whether the effects of a step happened, by the log of its run. */
import {type Fields, isFields, readList, readString} from '../domain/fields.ts';
import type {LogEntry} from './run-log.ts';

export type Became = 'nothing' | 'happened' | 'unknown';

/** Outcomes after which the cluster is as it was. */
const isNo = new Set(['refused', 'conflict', 'busy']);

/** Of what the step is there for: means of it (a helper) apart. `log` undefined: it cannot be read. */
export function whatBecameOf(stepId: string, log: readonly LogEntry[] | undefined): Became {
  if (log === undefined) return 'unknown';
  let wanted = new Set<string>();
  let isOpen = false;
  let isInDoubt = false;
  for (const {kind, step, data = {}} of log) {
    if (step !== stepId) continue;
    if (kind === 'intent') {
      isInDoubt ||= isOpen;
      wanted = wantedBy(data);
      isOpen = wanted.size > 0;
    }
    if (kind !== 'effect' || !wanted.has(readString(data, 'what') ?? '')) continue;
    const outcome = readString(data, 'outcome') ?? '';
    if (outcome === 'applied') return 'happened';
    isInDoubt ||= !isNo.has(outcome);
    isOpen = false;
  }
  return isOpen || isInDoubt ? 'unknown' : 'nothing';
}

function wantedBy(data: Fields): Set<string> {
  const own = readList(data, 'effects')
    .filter(isFields)
    .filter(({isAside}) => isAside !== true);
  return new Set(own.map(effect => readString(effect, 'what') ?? ''));
}
