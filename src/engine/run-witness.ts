/** Tells of what happens to runs: Events beside the run for kubectl describe, and figures for dashboards. Deciding never waits for it. */
import type {Clock} from '../domain/clock.ts';
import {apiVersionOf} from '../domain/resource.ts';
import {type Phase, type Run, runKind, type StepStatus} from '../domain/run.ts';
import type {EventNote} from './event-correlator.ts';
import type {Meter} from './metrics.ts';

export type RunWitness = (before: Run, after: Run) => void;

export type WitnessOptions = {readonly clock: Clock; readonly meter: Meter; record(note: EventNote): void};

const troubles: ReadonlySet<Phase> = new Set(['Failed', 'Unknown']);
const worthTelling: ReadonlySet<Phase> = new Set([
  'AwaitingApproval',
  'Running',
  'Paused',
  'Undoing',
  'Succeeded',
  'Failed',
  'Aborted',
  'Unknown',
]);
const ended: ReadonlySet<StepStatus['state']> = new Set(['Succeeded', 'Failed', 'Skipped', 'Unknown', 'Undone', 'UndoFailed']);

export function createWitness({clock, meter, record}: WitnessOptions): RunWitness {
  return (before, after) => {
    const runbook = after.spec.runbook.name;
    if (before.status.phase !== after.status.phase && worthTelling.has(after.status.phase)) record(noteOf(after));
    for (const step of after.status.steps) {
      const old = before.status.steps.find(({id}) => id === step.id);
      for (const note of refusedNotes(after, old, step)) record(note);
      if (old?.state !== step.state && ended.has(step.state)) measureStep(meter, runbook, step, clock.now());
      if (hasPassed(step) && old !== undefined && !hasPassed(old)) measureGate(meter, runbook, step, clock.now());
    }
  };
}

function refusedNotes({meta}: Run, old: StepStatus | undefined, {gate}: StepStatus): readonly EventNote[] {
  const known = old?.gate?.refused ?? [];
  return (gate?.refused ?? [])
    .filter(({name, why}) => !known.some(each => each.name === name && each.why === why))
    .map(({name, by, why}) => ({
      about: aboutRun(meta),
      type: 'Warning',
      reason: 'ApprovalRefused',
      message: `${name} of ${by} does not count at the gate ${gate?.id}: ${why}`,
    }));
}

function aboutRun({namespace, name, uid}: Run['meta']): EventNote['about'] {
  return {apiVersion: apiVersionOf(runKind), kind: runKind.kind, namespace, name, uid};
}

function noteOf({meta, spec, status}: Run): EventNote {
  const {phase, current, progress} = status;
  const step = status.steps.find(({id}) => id === current);
  const told = status.conditions.find(
    ({type, status: is, message}) =>
      is === 'True' && message !== '' && (type === phase || type === 'Stalled' || type === 'WaitingForApproval'),
  );
  const isStalled = phase === 'Paused' && step?.state === 'Failed';
  return {
    about: aboutRun(meta),
    type: troubles.has(phase) || isStalled ? 'Warning' : 'Normal',
    reason: isStalled ? 'StepFailed' : phase,
    message: `${spec.runbook.name}: ${progress} steps${current === '' ? '' : `, at ${current}`}${told === undefined ? '' : `: ${told.message}`}`,
  };
}

function measureStep(meter: Meter, runbook: string, {id, state, startedAt}: StepStatus, now: number): void {
  if (state === 'Unknown') meter.count('runbook_unknown_outcomes_total', {runbook, step: id});
  if (startedAt !== undefined)
    meter.observe('runbook_step_seconds', {runbook, step: id, outcome: state}, (now - Date.parse(startedAt)) / 1000);
}

function measureGate(meter: Meter, runbook: string, {gate}: StepStatus, now: number): void {
  if (gate !== undefined && gate.openedAt !== '') {
    meter.observe('runbook_gate_wait_seconds', {runbook, gate: gate.id}, (now - Date.parse(gate.openedAt)) / 1000);
  }
}

function hasPassed({gate}: StepStatus): boolean {
  return gate !== undefined && gate.have >= gate.required;
}
