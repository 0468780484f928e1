/** The gates of a run, as they follow from its plan. */
import type {StepGate} from '../domain/run.ts';
import type {Script} from './plan-run.ts';

/** The gate that a destructive run passes before its first step. */
export const startGate = 'start';

export function gatesOf({steps}: Script['plan']): readonly string[] {
  return [startGate, ...steps.flatMap(step => ownGate(step) ?? [])];
}

/** The gate that the step itself declares; what a person does is confirmed at a gate of the step's name. */
export function ownGate({id, gate, effect}: Script['plan']['steps'][number]): string | undefined {
  return gate ?? (effect === 'HumanConfirmed' ? id : undefined);
}

/** Without evidence: it is closed until somebody has looked at the facts. */
export function closedGate(id: string): StepGate {
  return {id, required: 1, have: 0, approvals: [], evidenceDigest: '', openedAt: ''};
}
