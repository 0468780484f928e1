/**
 * A run of a runbook as it is recorded: RunbookRun (deckhand.dev/v1alpha1), and the same record in a local journal.
 * `spec` is what was asked for and never changes but for `control`; `status` is written by the run's holder only.
 */
import type {Fields} from './fields.ts';
import type {KindRef} from './object-ref.ts';

export const runKind: KindRef = {group: 'deckhand.dev', version: 'v1alpha1', plural: 'runbookruns', kind: 'RunbookRun', isNamespaced: true};
export const approvalKind: KindRef = {
  group: 'deckhand.dev',
  version: 'v1alpha1',
  plural: 'runbookapprovals',
  kind: 'RunbookApproval',
  isNamespaced: true,
};

export const effectClasses = ['K8sCas', 'Keyed', 'Probed', 'HumanConfirmed'] as const;
export type EffectClass = (typeof effectClasses)[number];

export const risks = ['harmless', 'change', 'destructive'] as const;
export type Risk = (typeof risks)[number];

export const phases = [
  'Pending',
  'Planning',
  'AwaitingApproval',
  'Running',
  'Paused',
  'Undoing',
  'Succeeded',
  'Failed',
  'Aborted',
  'Unknown',
] as const;
export type Phase = (typeof phases)[number];

export const stepStates = [
  'Pending',
  'Prechecking',
  'AwaitingApproval',
  'Acting',
  'Verifying',
  'Succeeded',
  'Skipped',
  'Failed',
  'Undoing',
  'Undone',
  'UndoFailed',
  'Unknown',
] as const;
export type StepState = (typeof stepStates)[number];

export const failurePolicies = ['Pause', 'Undo', 'Stop'] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

export const desiredStates = ['Run', 'Pause', 'Abort'] as const;
export const abortModes = ['SafePoint', 'Undo', 'Now'] as const;

export type Requester = {readonly user: string; readonly groups: readonly string[]};

/** Who must agree before the gate opens; gate `*` stands for every gate of the runbook. */
export type ApprovalRule = {
  readonly gate: string;
  readonly required: number;
  /** Members of one of these groups or one of these users may approve; anybody where both are empty. */
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly expiresAfterSeconds?: number;
};

export type RunControl = {
  readonly desired: (typeof desiredStates)[number];
  readonly abortMode: (typeof abortModes)[number];
  readonly by: string;
  readonly reason: string;
};

export type RunTimeouts = {
  readonly runSeconds?: number;
  readonly stepSeconds?: number;
  readonly verifySeconds?: number;
  readonly gateSeconds?: number;
};

export type RunSpec = {
  readonly runbook: {readonly name: string; readonly version?: number; readonly digest?: string};
  readonly parameters: Fields;
  readonly requestedBy?: Requester;
  readonly approvals: readonly ApprovalRule[];
  readonly timeouts: RunTimeouts;
  readonly failurePolicy: FailurePolicy;
  readonly control: RunControl;
  readonly undoOf?: {readonly name: string; readonly uid: string};
  readonly ttlSecondsAfterFinished?: number;
  /** The plan that the person at the dashboard has seen and agreed to; another plan is refused. */
  readonly planDigest?: string;
};

export type StepIntent = {
  /** The same for every attempt at one effect: what a Keyed effect is deduplicated by and a Probed one is asked by. */
  readonly key: string;
  readonly epoch: number;
  readonly attempt: number;
  /** Of what is about to be sent. */
  readonly digest: string;
  readonly recordedAt: string;
};

export type StepGate = {
  readonly id: string;
  readonly required: number;
  readonly have: number;
  /** Names of the RunbookApprovals that count. */
  readonly approvals: readonly string[];
  /** Of the facts on which the decision stands; approvals of other facts are void. */
  readonly evidenceDigest: string;
  readonly openedAt: string;
  readonly deadline?: string;
  /** In English, for who decides without a screen: what is asked, what could go wrong, on what it stands, whose word is wanted. */
  readonly question?: string;
  readonly danger?: string;
  readonly facts?: readonly string[];
  readonly waitsFor?: string;
  readonly refused?: readonly RefusedApproval[];
};

/** An approval of this gate that does not count. */
export type RefusedApproval = {readonly name: string; readonly by: string; readonly why: string};

export type StepStatus = {
  readonly id: string;
  readonly title: string;
  readonly index: number;
  readonly effect: EffectClass;
  readonly state: StepState;
  readonly intent?: StepIntent;
  readonly attempts: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Absolute end of the phase that the step is in. */
  readonly deadline?: string;
  readonly nextAttemptAt?: string;
  readonly reason: string;
  /** At most 256 bytes. */
  readonly message: string;
  /** The same in Russian, at most 512 bytes; absent where it is the same text. */
  readonly messageRu?: string;
  /** What tells more while it waits, as `namespace/pod/container`; gone once it waits no more. */
  readonly logs?: readonly string[];
  readonly gate?: StepGate;
};

export type RunCondition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** As that of a step. */
  readonly messageRu?: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
};

export type RunTarget = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** '' where the run is to make the object. */
  readonly uid: string;
};

export type RunStatus = {
  readonly observedGeneration: number;
  /** Equals metadata.uid, or the status was copied from another run and counts for nothing. */
  readonly runUID: string;
  readonly phase: Phase;
  readonly target?: RunTarget;
  readonly holder?: {readonly identity: string; readonly lease: string; readonly epoch: number; readonly since: string};
  readonly plan?: {
    readonly runbookVersion: number;
    readonly definitionDigest: string;
    readonly digest: string;
    readonly engineVersion: string;
    /** The ConfigMap that holds the plan whole. */
    readonly ref: string;
    readonly risk: Risk;
  };
  readonly current: string;
  readonly progress: string;
  readonly steps: readonly StepStatus[];
  readonly conditions: readonly RunCondition[];
  readonly log: {readonly chunks: number; readonly head: number; readonly headDigest: string};
  readonly startedAt?: string;
  readonly finishedAt?: string;
};

export type RunMeta = {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers: readonly string[];
};

export type Run = {
  readonly meta: RunMeta;
  readonly spec: RunSpec;
  readonly status: RunStatus;
  /** What stands in the record is the status of another run; `status` here is that of a run not looked at yet. */
  readonly isStatusForeign?: true;
  /** Kept for lists: its steps stand in the record only. */
  readonly isAbridged?: true;
  /** What its steps said, where they are not kept. */
  readonly atGatesMs?: number;
};

export type ApprovalDecision = 'Approve' | 'Reject';

export type Approval = {
  readonly name: string;
  readonly createdAt?: string;
  readonly run: {readonly name: string; readonly uid: string};
  readonly gate: string;
  /** Consent is the typed yes of the requester at the dashboard; Approval that of somebody else. */
  readonly kind: 'Approval' | 'Consent';
  readonly planDigest: string;
  readonly evidenceDigest: string;
  readonly decision: ApprovalDecision;
  readonly by: string;
  readonly groups: readonly string[];
  readonly reason: string;
  readonly expiresAt?: string;
};

export const finishedPhases: ReadonlySet<Phase> = new Set(['Succeeded', 'Failed', 'Aborted']);

export function isFinished({status}: Run): boolean {
  return finishedPhases.has(status.phase);
}

/** It has ended, and the time that it asked to be kept for afterwards is over. */
export function hasOutlived(run: Run, now: number): boolean {
  const {ttlSecondsAfterFinished: ttl} = run.spec;
  const {finishedAt} = run.status;
  return isFinished(run) && ttl !== undefined && finishedAt !== undefined && Date.parse(finishedAt) + ttl * 1000 <= now;
}

/** What it waited for people before its steps began. */
export function atGatesMs({status, atGatesMs: known}: Run): number {
  if (known !== undefined) return known;
  const waits = status.steps.map(({gate, startedAt}) =>
    gate === undefined || gate.openedAt === '' || startedAt === undefined ? 0 : Date.parse(startedAt) - Date.parse(gate.openedAt),
  );
  return waits.reduce((sum, wait) => sum + Math.max(0, wait), 0);
}

/** Steps are most of a run, and of a finished one only its own page shows them. */
export function abridged(run: Run): Run {
  return isFinished(run) ? {...run, status: {...run.status, steps: []}, isAbridged: true, atGatesMs: atGatesMs(run)} : run;
}

export function targetText(spec: RunSpec): string {
  const target = spec.parameters.target;
  return typeof target === 'string' ? target : '';
}
