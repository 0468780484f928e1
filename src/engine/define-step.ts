/**
 * A step of a runbook: precheck, act, verify, undo. `act` says what is to be done as data; the executor does it. A step
 * closes over the run's input, which never changes. One without what its effect class needs (a probe, a key, the question to a person) does not type-check.
 */
import type {Fields} from '../domain/fields.ts';
import type {Effect, KubeWrite} from '../domain/kube-write.ts';
import type {LogPlace} from '../domain/log-place.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import type {Words} from '../domain/words.ts';
import type {Reader} from './reader.ts';

/** `wait`: not yet, asked again until the step's time is over. `refuse`: no, and why; nothing was done. */
export type Check =
  | {readonly kind: 'pass'}
  | {readonly kind: 'wait'; readonly wanted: Words; readonly seen: Words}
  | {readonly kind: 'refuse'; readonly reason: string; readonly message: Words};

/**
 * How far the world is from what the step wants; `logs` are shown beside it. `failed` ends the step: waiting longer would not
 * help. `again`: what was done has come to nothing, or a further act is due: `act` decides anew from the world, `againMax` times.
 */
export type Progress =
  | {readonly kind: 'done'; readonly summary?: Words}
  | {readonly kind: 'again'; readonly why: Words}
  | {
      readonly kind: 'waiting';
      readonly wanted: Words;
      readonly seen: Words;
      readonly logs?: readonly LogPlace[];
    }
  | {readonly kind: 'failed'; readonly reason: string; readonly message: Words};

/** What can be asked of a step's past: when it began, how often it was tried, under which key. */
export type StepPast = {
  readonly key: string;
  readonly attempt: number;
  /** Epoch milliseconds of the first intent. */
  readonly startedAt: number;
  /** When waiting for the last try began; only `verify` is told. */
  readonly triedAt?: number;
  /** The last lines that the effects of a Probed step answered with; only the first look of `verify` after a try is told. */
  readonly answer?: string;
  /** When another step of the run began; undefined where it has not. */
  readonly startedAtOf?: (step: string) => number | undefined;
  /** What another step of the run ended with, in English; undefined where it has not. */
  readonly summaryOf?: (step: string) => string | undefined;
};

export type GateDefinition = {
  /** Unique in the runbook; what `spec.approvals` names. */
  readonly id: string;
  readonly ask: Words;
  /** What the decision stands on; when it changes, approvals given before are void. `key` is the step's own, as its effects bear it. */
  readonly facts: (reader: Reader, key: string, past: StepPast) => Promise<Fields>;
};

/** What the world is left with where the run ends after its step has begun and before one of `until` is done. */
export type Leftover = {
  /** With the command or the runbook that mends it. */
  readonly words: Words;
  readonly until: readonly string[];
};

type StepCommon = {
  readonly id: string;
  readonly title: Words;
  /** Why the step is there and what will happen. */
  readonly will: Words;
  /** What could go wrong, and what then. */
  readonly danger?: Words;
  readonly gate?: GateDefinition;
  readonly precheck?: (reader: Reader) => Promise<Check>;
  /** Absent where the answer to the write is all there is to know. */
  readonly verify?: (reader: Reader, past: StepPast) => Promise<Progress>;
  /** How often in a row `verify` must be done before it counts: for statuses that lag. 1 where absent. */
  readonly stableTimes?: number;
  /** What comes after stands on it: it is tried again, or the run ends; nobody can leave it out. */
  readonly isVital?: true;
  /** Changes nothing that anybody would want back: it looks, keeps a copy, or clears away what the run made itself. */
  readonly isHarmless?: true;
  /** What it will write is the same whatever the steps before it do: its preview is shown ahead of them. */
  readonly isForeseeable?: true;
  /** Said as the run ends. */
  readonly leaves?: readonly Leftover[];
  /** Said instead of an undo of a run that reached its end: since this was done, another runbook does that job. */
  readonly wayBack?: Words;
  /** How often `verify` may ask for `act` once more; 3 where absent. */
  readonly againMax?: number;
  /** Seconds for each phase; the engine's defaults where absent (precheck 60, act 60, verify 600). */
  readonly timeouts?: {readonly precheck?: number; readonly act?: number; readonly verify?: number};
  /** The same by hand: commands for a shell, with "$TARGET" and "$PARAMETER_NAME" where parameters stand. */
  readonly commands: readonly string[];
};

/** Writes that the API server itself fences: by uid and resourceVersion, or by a name that is not left to chance. */
export type CasStep = StepCommon & {
  readonly effect: 'K8sCas';
  /** Only what is still missing: [] once the world is as wanted. Called again after a crash and after a conflict. */
  readonly act: (reader: Reader, key: string) => Promise<readonly KubeWrite[]>;
  /** 'inverse': puts back what the step's own writes changed. Absent: the step cannot be undone, and the screen says so unless it is harmless. */
  readonly undo?: 'inverse' | ((reader: Reader, key: string) => Promise<readonly KubeWrite[]>);
  /** Asked before it is taken back: what the platform has acted on cannot be unsaid by taking the word away. */
  readonly undoCheck?: (reader: Reader) => Promise<Check>;
};

/** The outside deduplicates by our key: sending twice does it once. */
export type KeyedStep = StepCommon & {
  readonly effect: 'Keyed';
  readonly act: (reader: Reader, key: string) => Promise<readonly Effect[]>;
  readonly undo?: (reader: Reader, key: string) => Promise<readonly Effect[]>;
};

/** After a crash the world can be asked whether the effect under this key happened. */
export type ProbedStep = StepCommon & {
  readonly effect: 'Probed';
  readonly act: (reader: Reader, key: string) => Promise<readonly Effect[]>;
  readonly probe: (reader: Reader, past: StepPast) => Promise<'done' | 'not-done' | 'unknown'>;
  readonly undo?: (reader: Reader, key: string) => Promise<readonly Effect[]>;
};

/** Done by a person, or where nobody but a person can tell whether it happened. */
export type HumanStep = StepCommon & {
  readonly effect: 'HumanConfirmed';
  /** What the person is to do and to confirm; shown whole. */
  readonly ask: Words;
};

export type Step = CasStep | KeyedStep | ProbedStep | HumanStep;

/** Holds for the whole run: asked before each effect and while waiting; a breach stops the run before the next effect. */
export type Invariant = {
  readonly id: string;
  readonly words: Words;
  readonly holds: (reader: Reader) => Promise<Check>;
};

export const pass: Check = {kind: 'pass'};

export function refuse(reason: string, message: Words): Check {
  return {kind: 'refuse', reason, message};
}

export function waiting(wanted: Words, seen: Words, logs?: readonly LogPlace[]): Extract<Progress, {kind: 'waiting'}> {
  return {kind: 'waiting', wanted, seen, ...(logs === undefined ? {} : {logs})};
}

export function again(why: Words): Progress {
  return {kind: 'again', why};
}

export function done(summary?: Words): Progress {
  return summary === undefined ? {kind: 'done'} : {kind: 'done', summary};
}

export function failed(reason: string, message: Words): Progress {
  return {kind: 'failed', reason, message};
}

/** The object a run is about, as it was when the run was planned. */
export type Target = {readonly ref: ObjectRef; readonly uid: string};

/** Instead of a run's: nothing is done under it. */
export const previewKey = 'preview';

/** Of the run whose step acts under this key. */
export function runUidOf(key: string): string {
  return key.split('/')[0] ?? key;
}
