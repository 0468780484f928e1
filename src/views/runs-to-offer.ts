/** Runs that a user should look at: those that stand still, and their own that this program does not carry. */
import {isFinished, type Run} from '../domain/run.ts';
import type {RunDesk} from '../domain/run-desk.ts';
import {needOf} from '../domain/run-need.ts';

export function runsToOffer(desk: RunDesk, me: string): readonly Run[] {
  const inHand = new Set(desk.inHand().map(({meta}) => meta.uid));
  return desk.runs().filter(run => {
    if (isFinished(run)) return false;
    return needOf(run) !== undefined || (run.spec.requestedBy?.user === me && !inHand.has(run.meta.uid));
  });
}
