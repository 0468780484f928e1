/** What must hold before anything is done, and all the while. */
import {asWords} from '../domain/words.ts';
import {Refusal} from './define-runbook.ts';
import type {Check, Step} from './define-step.ts';
import type {DriveParts} from './drive-parts.ts';
import type {Script} from './plan-run.ts';

/** Throws Refusal: the world is no longer one in which the run may go on. */
export async function checkInvariants({reader}: DriveParts, {invariants}: Script): Promise<void> {
  for (const {id, holds} of invariants) {
    const check = await holds(reader);
    if (check.kind === 'refuse') {
      const {en, ru} = asWords(check.message);
      throw new Refusal(check.reason, {en: `${id}: ${en}`, ru: `${id}: ${ru}`});
    }
    if (check.kind === 'wait') {
      const [wanted, seen] = [asWords(check.wanted), asWords(check.seen)];
      throw new Refusal('InvariantBroken', {
        en: `${id}: wanted ${wanted.en}, seen ${seen.en}`,
        ru: `${id}: нужно ${wanted.ru}, сейчас ${seen.ru}`,
      });
    }
  }
}

export async function precheck({reader}: DriveParts, step: Step): Promise<Check> {
  return step.precheck === undefined ? {kind: 'pass'} : step.precheck(reader);
}
