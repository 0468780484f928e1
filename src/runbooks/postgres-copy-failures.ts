/** Copies of a member that end and are begun again: Patroni goes on with that for ever, and only its log knows why. */
import type {DatabaseSeen} from '../domain/postgres/database-seen.ts';
import type {StepPast} from '../engine/define-step.ts';

/** Copies that fail once or twice heal: a password that is being changed, a network that comes back. */
const failedLooksMin = 5;
const failedMsMin = 300_000;

/** Whether the copy fails again and again, as far as this has looked since the last try began; forgotten with the engine. */
export type CopyFailures = (seen: Pick<DatabaseSeen, 'topology' | 'now'>, member: string, past: StepPast) => boolean;

export function countFailures(): CopyFailures {
  let isCopying = false;
  let looks: number[] = [];
  return ({topology, now}, member, {triedAt = 0}) => {
    const state = topology?.members.find(({name}) => name === member)?.state;
    if (state === 'creating replica') isCopying = true;
    else if (state !== undefined && state !== 'stopped' && state !== '') {
      isCopying = false;
      looks = [];
    } else if (state === 'stopped' && isCopying) looks = [...looks.filter(at => at >= triedAt), now];
    return state === 'stopped' && looks.length >= failedLooksMin && now - (looks[0] ?? now) >= failedMsMin;
  };
}
