/** Why approvals of a gate do not count, told where whoever made them looks: the status, the log, and an Event. */
import type {Approval, RefusedApproval, StepGate} from '../domain/run.ts';
import type {Words} from '../domain/words.ts';
import {clipBytes} from './clip-bytes.ts';
import {messageBytesMax} from './fit-status.ts';
import {type GateShown, gateShownWith} from './gate-evidence.ts';
import type {VoidApproval} from './gatekeeper.ts';
import type {RunRecord} from './run-record.ts';

const refusedMax = 16;

/** What its digest belongs to is looked up in the log: another gate, or this one as it was before. */
export async function sayVoid(
  record: RunRecord,
  stepId: string,
  gate: StepGate,
  refusals: readonly VoidApproval[],
): Promise<readonly VoidApproval[]> {
  if (!refusals.some(({isOfOtherFacts}) => isOfOtherFacts)) return refusals;
  const shown = await gateShownWith(record);
  return refusals.map(each =>
    each.isOfOtherFacts ? {...each, why: whoseDigest(gate, stepId, shown(each.approval.evidenceDigest)) ?? each.why} : each,
  );
}

function whoseDigest({id}: StepGate, stepId: string, shown: GateShown | undefined): Words | undefined {
  if (shown === undefined) return undefined;
  if (shown.step === stepId && shown.gate === id)
    return {
      en: 'what it stands on has changed since: look again and approve anew',
      ru: 'основания с тех пор изменились: посмотрите и дайте согласие заново',
    };
  return {
    en: `its evidenceDigest is that of the gate ${shown.gate}: take that of ${id} in status.steps[].gate`,
    ru: `evidenceDigest — от gate ${shown.gate}: возьмите тот, что у ${id} в status.steps[].gate`,
  };
}

export function nameVoid({name}: Approval, why: Words): Words {
  return {en: `${name}: ${why.en}`, ru: `${name}: ${why.ru}`};
}

/** The list for the status; each is noted once for each reason. */
export function noteRefused(record: RunRecord, stepId: string, gate: StepGate, voids: readonly VoidApproval[]): readonly RefusedApproval[] {
  const refused = voids.map(({approval: {name, by}, why}) => ({name, by, why: clipBytes(why.en, messageBytesMax)}));
  const known = gate.refused ?? [];
  for (const {name, by, why} of refused) {
    if (known.some(each => each.name === name && each.why === why)) continue;
    record.note('approval-refused', stepId, `${name} of ${by} does not count at the gate ${gate.id}: ${why}`, {
      gate: gate.id,
      approval: name,
      by,
      why,
    });
  }
  return refused.slice(-refusedMax);
}
