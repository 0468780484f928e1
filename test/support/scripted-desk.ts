/** A RunDesk that does what a test says: plans come from the test, runs stand where the test puts them, and what is asked for is kept. */
import type {AuditEntry} from '../../src/domain/audit.ts';
import type {Fields} from '../../src/domain/fields.ts';
import {noStatus} from '../../src/domain/read-run-status.ts';
import type {Requester, Run, RunSpec, RunStatus, StepStatus} from '../../src/domain/run.ts';
import {abridged, isFinished} from '../../src/domain/run.ts';
import type {Carriage, RunCarrier} from '../../src/domain/run-carrier.ts';
import type {
  GateAnswer,
  PlanAnswer,
  PlanView,
  Recording,
  RehearsalAnswer,
  RunbookEntry,
  RunDesk,
  RunHandle,
  RunOrder,
  RunRequest,
  Submission,
  Transcript,
} from '../../src/domain/run-desk.ts';

export const same = (text: string): {readonly en: string; readonly ru: string} => ({en: text, ru: text});

export class ScriptedDesk implements RunDesk {
  where: Recording = {kind: 'cluster', namespace: 'deckhand', areApprovalsProved: true};
  user = 'ivan';
  groups: readonly string[] = [];
  /** False: it may only look. */
  isHeard = true;
  entries: readonly RunbookEntry[] = [];
  offers: Readonly<Record<string, readonly string[]>> = {};
  /** Answers each plan; throws where the test wants trouble. */
  answerPlan: (request: RunRequest) => PlanAnswer = request => ({kind: 'planned', plan: planOf(request)});
  answerRehearsal: () => RehearsalAnswer = () => ({kind: 'refused', reason: 'No', message: 'no rehearsal in this test'});
  refuseSubmission: string | undefined;
  /** As a desk does that stays open for days. */
  forgetsSteps = false;
  readonly masked = new Map<string, string>();
  readonly submitted: {readonly request: RunRequest; readonly planDigest: string; readonly isConsenting: boolean}[] = [];
  readonly orders: {readonly run: string; readonly order: RunOrder}[] = [];
  readonly answers: {readonly run: string; readonly answer: GateAnswer}[] = [];
  readonly adopted: string[] = [];
  mustAgreeAnew = false;
  readonly logs = new Map<string, Pick<Transcript, 'entries' | 'steps' | 'brokenAt'>>();
  audited: readonly AuditEntry[] = [];
  /** Where it is somebody else than the record says. */
  readonly carriers = new Map<string, RunCarrier>();
  plansMade = 0;
  #runs: readonly Run[] = [];
  readonly #carried = new Set<string>();
  readonly #listeners = new Set<() => void>();

  async recording(): Promise<Recording> {
    return this.where;
  }

  self(): Requester {
    return {user: this.user, groups: this.groups};
  }

  catalogue(): readonly RunbookEntry[] {
    return this.entries;
  }

  async choices(_: RunRequest, parameter: string): Promise<readonly string[]> {
    return this.offers[parameter] ?? [];
  }

  async plan(request: RunRequest): Promise<PlanAnswer> {
    this.plansMade += 1;
    return this.answerPlan(request);
  }

  async rehearse(): Promise<RehearsalAnswer> {
    return this.answerRehearsal();
  }

  keepMasked(name: string, value: string): string {
    this.masked.set(`masked:${name}`, value);
    return `masked:${name}`;
  }

  async submit(
    request: RunRequest,
    {planDigest, isConsenting}: {readonly planDigest: string; readonly isConsenting: boolean},
  ): Promise<Submission> {
    if (this.refuseSubmission !== undefined) return {kind: 'refused', reason: 'Refused', message: this.refuseSubmission};
    this.submitted.push({request, planDigest, isConsenting});
    const name = `${request.runbook}-${this.submitted.length}`;
    const run = runOf(name, {
      spec: {runbook: {name: request.runbook}, parameters: request.parameters, requestedBy: {user: this.user, groups: []}},
    });
    this.#carried.add(run.meta.uid);
    this.put(run);
    return {kind: 'submitted', run: handleOf(run)};
  }

  async settled(): Promise<void> {}

  runs(): readonly Run[] {
    return this.forgetsSteps ? this.#runs.map(abridged) : this.#runs;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  hears(): boolean {
    return this.isHeard;
  }

  async order({name}: RunHandle, order: RunOrder): Promise<void> {
    this.orders.push({run: name, order});
  }

  async answer({name}: RunHandle, answer: GateAnswer): Promise<void> {
    this.answers.push({run: name, answer});
  }

  async transcript({uid}: RunHandle): Promise<Transcript> {
    const run = this.#runs.find(({meta}) => meta.uid === uid);
    if (run === undefined) throw new Error('the run is gone');
    return {run, ...(this.logs.get(uid) ?? {entries: []})};
  }

  async audit(max: number): Promise<readonly AuditEntry[]> {
    return this.audited.slice(0, max);
  }

  agreesAnew(run: Run): boolean {
    return this.mustAgreeAnew && !this.#carried.has(run.meta.uid);
  }

  async adopt({name, uid}: RunHandle): Promise<void> {
    this.adopted.push(name);
    this.#carried.add(uid);
  }

  carriage({meta, status}: Run): Carriage {
    const isNext = this.#carried.has(meta.uid);
    const {holder} = status;
    const held: RunCarrier = holder === undefined ? {kind: 'nobody'} : {kind: 'live', identity: holder.identity, since: holder.since};
    return {carrier: this.carriers.get(meta.uid) ?? (isNext ? {kind: 'here'} : held), isNext};
  }

  inHand(): readonly Run[] {
    return this.#runs.filter(run => this.#carried.has(run.meta.uid) && !isFinished(run));
  }

  async close(): Promise<void> {}

  /** Puts a run in place of the one with the same uid, the newest first. */
  put(run: Run): void {
    const isThere = this.#runs.some(({meta}) => meta.uid === run.meta.uid);
    this.#runs = isThere ? this.#runs.map(each => (each.meta.uid === run.meta.uid ? run : each)) : [run, ...this.#runs];
    for (const listener of [...this.#listeners]) listener();
  }
}

export function handleOf({meta: {namespace, name, uid}}: Run): RunHandle {
  return {namespace, name, uid};
}

export function entryOf(name: string, more: Partial<RunbookEntry> = {}): RunbookEntry {
  return {
    name,
    version: 1,
    group: 'nodes',
    risk: 'change',
    target: {group: '', plural: 'nodes', kind: 'Node', isNamespaced: false},
    isNew: false,
    words: {title: same(`Title of ${name}`), why: same('why'), will: same(`What ${name} does.`), danger: same('danger')},
    parameters: [],
    ...more,
  };
}

export function planOf(request: RunRequest, more: Partial<PlanView> = {}): PlanView {
  const {target} = request.parameters;
  return {
    runbook: request.runbook,
    target: typeof target === 'string' ? target : '',
    digest: 'digest-1',
    risk: 'change',
    parameters: request.parameters,
    facts: {},
    notes: [],
    steps: [
      {
        id: 'act',
        effect: 'K8sCas',
        title: same('Do it'),
        will: same('It is done.'),
        isUndoable: true,
        commands: ['kubectl do it'],
        preview: {
          kind: 'previewed',
          changes: [
            {
              what: 'patch Node worker-1',
              command: 'kubectl patch',
              diff: [
                {sign: ' ', text: 'spec:'},
                {sign: '-', text: '  unschedulable: false'},
                {sign: '+', text: '  unschedulable: true'},
              ],
            },
          ],
        },
      },
    ],
    checks: [{id: 'rights', state: 'pass', text: 'you may patch nodes'}],
    ...more,
  };
}

export type RunParts = {
  readonly spec?: Partial<RunSpec>;
  readonly status?: Partial<RunStatus>;
  readonly createdAt?: string;
};

export function runOf(name: string, {spec = {}, status = {}, createdAt = '2026-01-01T00:00:00Z'}: RunParts = {}): Run {
  const parameters: Fields = {target: 'worker-1'};
  return {
    meta: {
      name,
      namespace: 'deckhand',
      uid: `uid-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: createdAt,
      finalizers: [],
    },
    spec: {
      runbook: {name: 'node-drain'},
      parameters,
      requestedBy: {user: 'ivan', groups: []},
      approvals: [],
      timeouts: {},
      failurePolicy: 'Pause',
      control: {desired: 'Run', abortMode: 'SafePoint', by: '', reason: ''},
      ...spec,
    },
    status: {...noStatus, runUID: `uid-${name}`, ...status},
  };
}

export function stepOf(id: string, more: Partial<StepStatus> = {}): StepStatus {
  return {id, title: `Step ${id}`, index: 0, effect: 'K8sCas', state: 'Pending', attempts: 0, reason: '', message: '', ...more};
}
