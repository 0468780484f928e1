/** Runs that stand still: those that this user can move on, with their own that this program does not carry, and those that wait for others. */
import {isFinished, type Run} from '../domain/run.ts';
import type {RunDesk} from '../domain/run-desk.ts';
import {isUpTo, needOf} from '../domain/run-need.ts';

export type WaitingRuns = {readonly mine: readonly Run[]; readonly others: readonly Run[]};

export function waitingRuns(desk: RunDesk): WaitingRuns {
  const open = desk.runs().filter(run => !isFinished(run));
  const {user} = desk.self();
  const isLeft = (run: Run): boolean =>
    needOf(run) === undefined && run.spec.requestedBy?.user === user && desk.hears(run) && !goesOnHere(desk, run);
  return {
    mine: open.filter(run => waitsForUs(desk, run) || isLeft(run)),
    others: open.filter(run => needOf(run) !== undefined && !waitsForUs(desk, run)),
  };
}

function goesOnHere(desk: RunDesk, run: Run): boolean {
  const {carrier, isNext} = desk.carriage(run);
  return isNext || carrier.kind === 'here';
}

/** It stands still until this user says something. */
export function waitsForUs(desk: RunDesk, run: Run): boolean {
  return needOf(run) !== undefined && desk.hears(run) && isUpTo(run, desk.self());
}
