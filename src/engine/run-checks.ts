/** What must hold before anything is done, and all the while. */
import {inEnglish} from '../domain/words.ts';
import {Refusal} from './define-runbook.ts';
import type {Check, Step} from './define-step.ts';
import type {DriveParts} from './drive-parts.ts';
import type {Script} from './plan-run.ts';

/** Throws Refusal: the world is no longer one in which the run may go on. */
export async function checkInvariants({reader}: DriveParts, {invariants}: Script): Promise<void> {
  for (const {id, holds} of invariants) {
    const check = await holds(reader);
    if (check.kind === 'refuse') throw new Refusal(check.reason, `${id}: ${inEnglish(check.message)}`);
    if (check.kind === 'wait') throw new Refusal('InvariantBroken', `${id}: wanted ${check.wanted}, seen ${check.seen}`);
  }
}

export async function precheck({reader}: DriveParts, step: Step): Promise<Check> {
  return step.precheck === undefined ? {kind: 'pass'} : step.precheck(reader);
}
