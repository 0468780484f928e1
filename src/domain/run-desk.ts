/**
 * Where runs are planned, asked for and spoken to: the port that the dashboard and the script face use. Behind it stand the
 * API server's objects, or the journal of this machine where those may not be had.
 */
import type {AuditEntry} from './audit.ts';
import type {Fields} from './fields.ts';
import type {EffectClass, Requester, Risk, Run} from './run.ts';
import type {Carriage} from './run-carrier.ts';
import type {Words} from './words.ts';

export type ParameterField = {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'fields' | 'list' | 'secret';
  readonly words: Words;
  readonly isRequired: boolean;
  /** Where it is not required of every target: of which it is. */
  readonly neededFor?: Words;
  readonly default?: string | number | boolean;
  readonly hasChoices: boolean;
  /** Only what the cluster offers is taken. */
  readonly isClosed: boolean;
};

export type RunbookEntry = {
  readonly name: string;
  readonly version: number;
  readonly group: string;
  readonly risk: Risk;
  /** undefined: any kind, named as resource.group/[namespace/]name. */
  readonly target: {readonly group: string; readonly plural: string; readonly kind: string; readonly isNamespaced: boolean} | undefined;
  /** The run makes its target. */
  readonly isNew: boolean;
  readonly words: {readonly title: Words; readonly why: Words; readonly will: Words; readonly danger: Words};
  readonly parameters: readonly ParameterField[];
};

export type RunRequest = {
  readonly runbook: string;
  /** `target` among them. */
  readonly parameters: Fields;
  readonly undoOf?: {readonly name: string; readonly uid: string};
};

/** Text of cluster objects is data: whoever shows it makes control characters visible. */
export type DiffLine = {readonly sign: '+' | '-' | ' '; readonly text: string};

export type PlannedChange = {
  /** `patch Node worker-1`. */
  readonly what: string;
  readonly command: string;
  readonly diff: readonly DiffLine[];
};

export type StepPreview =
  /** The API server was asked what it would do. */
  | {readonly kind: 'previewed'; readonly changes: readonly PlannedChange[]}
  | {readonly kind: 'no-op'}
  /** Not "no change": nobody can tell before the steps ahead of it are done. */
  | {readonly kind: 'later'}
  | {readonly kind: 'not-previewable'; readonly why: string; readonly words?: Words};

export type PlannedStepView = {
  readonly id: string;
  readonly effect: EffectClass;
  readonly title: Words;
  readonly will: Words;
  readonly danger?: Words;
  readonly gate?: string;
  readonly isUndoable: boolean;
  /** Nothing of it is to be undone. */
  readonly isHarmless?: true;
  readonly commands: readonly string[];
  readonly preview: StepPreview;
};

/** One thing that must be so before the first effect; asked again while the plan is on the screen. `text` is English, for scripts. */
export type PreflightCheck = {
  readonly id: string;
  readonly state: 'pass' | 'fail';
  readonly text: string;
  readonly words?: Words;
  /** A right of the user: of those that are there only the number is of interest. */
  readonly isRight?: true;
};

export type PlanView = {
  readonly runbook: string;
  readonly target: string;
  readonly digest: string;
  readonly risk: Risk;
  readonly parameters: Fields;
  readonly facts: Fields;
  readonly notes: readonly Words[];
  readonly steps: readonly PlannedStepView[];
  readonly checks: readonly PreflightCheck[];
  /** Median of earlier runs of the same runbook that succeeded, without their waiting at gates; absent where there are none. */
  readonly usualSeconds?: number;
  /** Of how many runs that is the median. */
  readonly usualOf?: number;
};

/** The request makes no sense or may not be; `message` says what to do, and `words` do where the sentence is ours. */
export type Refused = {
  readonly kind: 'refused';
  readonly reason: string;
  readonly message: string;
  readonly words?: Words;
  /** Which of those given, or left out, it is about. */
  readonly parameter?: string;
};

export type PlanAnswer = {readonly kind: 'planned'; readonly plan: PlanView} | Refused;

export type Submission = {readonly kind: 'submitted'; readonly run: RunHandle} | Refused;

export type RunHandle = {readonly namespace: string; readonly name: string; readonly uid: string};

export type RunOrder =
  | {readonly verb: 'pause'; readonly reason?: string}
  /** Goes on after a pause, and tries a failed step again. */
  | {readonly verb: 'resume'; readonly reason?: string}
  | {readonly verb: 'abort'; readonly mode: 'SafePoint' | 'Undo' | 'Now'; readonly reason?: string};

/** What a person says at a gate; the digests bind it to what was seen. */
export type GateAnswer = {
  readonly gate: string;
  readonly kind: 'Approval' | 'Consent';
  readonly decision: 'Approve' | 'Reject';
  readonly planDigest: string;
  readonly evidenceDigest: string;
  readonly reason: string;
};

export type TranscriptEntry = {
  readonly at: string;
  readonly by: string;
  readonly kind: string;
  readonly step: string;
  readonly text: string;
  readonly data?: Fields;
};

/** A step as the recorded plan has it. */
export type RecordedStep = {
  readonly id: string;
  readonly title: Words;
  readonly will: Words;
  readonly danger?: Words;
  /** What is asked at its gate. */
  readonly ask?: Words;
  readonly isUndoable: boolean;
  /** Nothing of it is to be undone. */
  readonly isHarmless?: true;
  /** Cannot be left out. */
  readonly isVital?: true;
  /** What does the job of an undo once the run has reached its end: nothing of it is taken back then. */
  readonly wayBack?: Words;
};

export type Transcript = {
  readonly run: Run;
  readonly entries: readonly TranscriptEntry[];
  /** Absent where the plan cannot be read, or was never made. */
  readonly steps?: readonly RecordedStep[];
  /** The sequence number at which the chain of hashes breaks; undefined where it holds. */
  readonly brokenAt?: number;
};

/** Where records of runs are kept now. */
export type Recording =
  | {readonly kind: 'cluster'; readonly namespace: string; readonly areApprovalsProved: boolean}
  /** No RunbookRun may be created, or the kind is not served: `why` says which. */
  | {readonly kind: 'journal'; readonly file: string; readonly why: string; readonly words?: Words; readonly mayLease: boolean}
  /** Nothing is ever submitted. */
  | {readonly kind: 'read-only'; readonly why: string};

export type RehearsalAnswer =
  | {readonly kind: 'rehearsed'; readonly run: Run; readonly entries: readonly TranscriptEntry[]; readonly unknowable: readonly Words[]}
  | Refused;

export type RunDesk = {
  recording(): Promise<Recording>;
  /** As the API server knows us. */
  self(): Requester;
  catalogue(): readonly RunbookEntry[];
  /** What the cluster offers for a parameter now. */
  choices(request: RunRequest, parameter: string): Promise<readonly string[]>;
  plan(request: RunRequest): Promise<PlanAnswer>;
  /** Carries the plan out on a copy of the objects it touches. */
  rehearse(request: RunRequest): Promise<RehearsalAnswer>;
  /** A value typed into a masked field; it stays in memory. Returns what stands for it as a parameter. */
  keepMasked(name: string, value: string): string;
  /**
   * Asks for the run. `planDigest` is the plan that was seen: another one is refused before the first effect. With
   * `isConsenting` the typed yes of the person is given at the first gate.
   */
  submit(request: RunRequest, seen: {readonly planDigest: string; readonly isConsenting: boolean}): Promise<Submission>;
  /** Resolves once the runs that exist have been read. */
  settled(): Promise<void>;
  /** Every known run, newest first; watched where the cluster holds them. */
  runs(): readonly Run[];
  subscribe(listener: () => void): () => void;
  /** Whether what is said from here reaches the run: others are only shown. */
  hears(run: Run): boolean;
  order(run: RunHandle, order: RunOrder): Promise<void>;
  answer(run: RunHandle, answer: GateAnswer): Promise<void>;
  transcript(run: RunHandle): Promise<Transcript>;
  /** What was done through this machine, newest first. */
  audit(max: number): Promise<readonly AuditEntry[]>;
  /** Nobody proves who agreed to it before: whoever takes it over says yes anew, at the gates that are passed. */
  agreesAnew(run: Run): boolean;
  /** Lets this engine carry a run that it did not ask for: the user takes it over by name, and agrees anew where `agreesAnew`. */
  adopt(run: RunHandle): Promise<void>;
  /** Who carries it now, and whether this process would. */
  carriage(run: Run): Carriage;
  /** Unfinished runs that this process carries: what leaving it hands over. */
  inHand(): readonly Run[];
  /** Hands over what is in hand at the next safe point; waits at most so long. */
  close(graceMs: number): Promise<void>;
};
