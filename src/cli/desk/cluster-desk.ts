/**
 * The desk over a cluster that holds runs as objects. It asks, watches and answers; an engine of this process competes for
 * the runs that this user may carry.
 */

import type {AuditEntry, AuditTrail} from '../../domain/audit.ts';
import {canonicalJson} from '../../domain/canonical-json.ts';
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {Log} from '../../domain/log.ts';
import type {PodStreams} from '../../domain/pod-streams.ts';
import {approvalKind, isFinished, type Requester, type Run, runKind} from '../../domain/run.ts';
import type {Carriage} from '../../domain/run-carrier.ts';
import type {
  GateAnswer,
  PlanAnswer,
  Recording,
  RehearsalAnswer,
  RunbookEntry,
  RunDesk,
  RunHandle,
  RunOrder,
  RunRequest,
  Submission,
  Transcript,
} from '../../domain/run-desk.ts';
import type {OpenSource} from '../../domain/source.ts';
import {type AuditSink, auditedRunStore} from '../../engine/audited-run-store.ts';
import {defaultDriveSettings} from '../../engine/drive-parts.ts';
import {Engine, leaseName} from '../../engine/engine.ts';
import {createGatekeeper, type Gatekeeper} from '../../engine/gatekeeper.ts';
import {KubeClient} from '../../engine/kube-client.ts';
import {leaseSettings} from '../../engine/lease.ts';
import {createLeaseFeed} from '../../engine/lease-feed.ts';
import type {LeaseSettings} from '../../engine/lease-terms.ts';
import {LeaseWatch} from '../../engine/lease-watch.ts';
import {startGate} from '../../engine/run-gates.ts';
import {createTargetLeases} from '../../engine/target-lease.ts';
import {findRunbook} from '../../runbooks/catalog.ts';
import {localFiles} from '../local-files.ts';
import {version} from '../version.ts';
import {createDeskCore, type DeskCore, randomWord} from './desk-core.ts';
import {type EngineParts, makeEngineParts, ownerName, sha256} from './engine-parts.ts';
import {newestFirst} from './newest-first.ts';
import {refusalOf} from './plan-request.ts';
import {runObject} from './run-object.ts';
import {silentMeter} from './silent-meter.ts';
import {yesAnew} from './yes-anew.ts';

export type ClusterDeskOptions = {
  readonly port: KubePort;
  readonly streams: PodStreams;
  readonly open: OpenSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly namespace: string;
  /** As the API server knows us. */
  readonly self: Requester;
  /** By policies of the API server. */
  readonly areRequestersProved: boolean;
  readonly areApprovalsProved: boolean;
  readonly leases?: LeaseSettings;
  readonly context: string;
  readonly audit: AuditTrail & AuditSink;
  /** Goes on by itself with runs of this user that another process began. */
  readonly takesUp: boolean;
  readonly forgetsSteps?: boolean;
};

/** Runs that a dashboard carries at once; a bulk action is as many runs as it has targets. */
const workers = 4;

export class ClusterDesk implements RunDesk {
  readonly #options: ClusterDeskOptions;
  readonly #parts: EngineParts;
  readonly #client: KubeClient;
  readonly #gatekeeper: Gatekeeper;
  readonly #engine: Engine;
  readonly #leases: LeaseWatch;
  readonly #core: DeskCore;
  readonly #listeners = new Set<() => void>();
  /** Screens ask for it with every frame. */
  #sorted: readonly Run[] | undefined;
  /** Uids of runs that this process asked for or was told to take over. */
  readonly #ours = new Set<string>();
  /** Names of the approvals that this process wrote. */
  readonly #answers = new Set<string>();

  constructor(options: ClusterDeskOptions) {
    const {port, streams, open, clock, random, log, namespace, self, context, audit} = options;
    this.#options = options;
    const masked = new Map<string, string>();
    this.#parts = makeEngineParts({port, streams, clock, random, maskedValue: name => masked.get(name), files: localFiles(ownerName())});
    this.#client = new KubeClient(port);
    this.#gatekeeper = createGatekeeper({
      ports: this.#parts.ports,
      // Of runs whose requester nobody proves it carries only its own and those that the user took over by name.
      isTrusting: false,
      isOwnRun: uid => this.#ours.has(uid),
      isOwnApproval: name => this.#answers.has(name),
      self,
      recordsIn: namespace,
    });
    const terms = options.leases ?? leaseSettings;
    const leaseFeed = createLeaseFeed(open);
    this.#leases = new LeaseWatch({feed: leaseFeed, clock, namespace, durationMs: terms.durationMs, onChange: () => this.#tell()});
    this.#engine = new Engine({
      ...this.#parts,
      store: auditedRunStore(this.#parts.store, {sink: audit, context, digest: sha256, log}),
      findRunbook,
      engineVersion: version,
      gatekeeper: this.#gatekeeper,
      targets: createTargetLeases({ports: this.#parts.ports, store: this.#parts.store, namespace}),
      settings: defaultDriveSettings,
      log,
      meter: silentMeter,
      open,
      leaseFeed,
      leaseSettings: terms,
      namespace,
      forgetsSteps: options.forgetsSteps ?? false,
      owner: ownerName(),
      workers,
      mayCarry: run => this.#mayCarry(run),
      onChange: () => this.#tell(),
    });
    const history = (): readonly Run[] => this.#engine.runs;
    this.#core = createDeskCore({...this.#parts, gatekeeper: this.#gatekeeper, namespace, findRunbook, history}, self, masked);
    void this.#engine.start();
  }

  async recording(): Promise<Recording> {
    const {namespace, areApprovalsProved} = this.#options;
    return {kind: 'cluster', namespace, areApprovalsProved};
  }

  self(): Requester {
    return this.#core.self();
  }

  catalogue(): readonly RunbookEntry[] {
    return this.#core.catalogue();
  }

  choices(request: RunRequest, parameter: string): Promise<readonly string[]> {
    return this.#core.choices(request, parameter);
  }

  audit(max: number): Promise<readonly AuditEntry[]> {
    return this.#options.audit.last(max);
  }

  plan(request: RunRequest): Promise<PlanAnswer> {
    return this.#core.plan(request);
  }

  rehearse(request: RunRequest): Promise<RehearsalAnswer> {
    return this.#core.rehearse(request);
  }

  keepMasked(name: string, value: string): string {
    return this.#core.keepMasked(name, value);
  }

  transcript(run: RunHandle): Promise<Transcript> {
    return this.#core.transcript(run);
  }

  async submit(request: RunRequest, seen: {readonly planDigest: string; readonly isConsenting: boolean}): Promise<Submission> {
    const {namespace, self} = this.#options;
    const name = `${request.runbook}-${randomWord(this.#options.random)}`;
    try {
      const answer = await this.plan(request);
      if (answer.kind === 'refused') return answer;
      const made = await this.#client.create(
        {kind: runKind, namespace, name},
        runObject({namespace, name}, request, self, seen.planDigest),
      );
      const run = {namespace, name, uid: made.metadata.uid};
      this.#ours.add(run.uid);
      this.#engine.look(name);
      if (seen.isConsenting && answer.plan.risk === 'destructive') await this.#consent(run, answer.plan.facts, seen.planDigest);
      return {kind: 'submitted', run};
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return {kind: 'refused', ...refusal};
    }
  }

  settled(): Promise<void> {
    return this.#engine.synced;
  }

  runs(): readonly Run[] {
    this.#sorted ??= this.#engine.runs.toSorted(newestFirst);
    return this.#sorted;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  hears(): boolean {
    return true;
  }

  async order({namespace, name, uid}: RunHandle, order: RunOrder): Promise<void> {
    const {clock, self} = this.#options;
    const desired = ({pause: 'Pause', resume: 'Run', abort: 'Abort'} as const)[order.verb];
    // A new reason makes a new generation: that is how a run that wants `Run` already is told to try again.
    const reason = order.reason ?? `${order.verb} at ${new Date(clock.now()).toISOString()}`;
    const abortMode = order.verb === 'abort' ? {abortMode: order.mode} : {};
    await this.#client.patch(
      {kind: runKind, namespace, name},
      {metadata: {uid}, spec: {control: {desired, by: self.user, reason, ...abortMode}}},
    );
  }

  async answer(run: RunHandle, answer: GateAnswer): Promise<void> {
    const {namespace, self} = this.#options;
    const name = `${run.name}-${answer.gate.replace(/[^a-z0-9-]+/gi, '-').toLowerCase()}-${randomWord(this.#options.random)}`;
    this.#answers.add(name);
    await this.#client.create(
      {kind: approvalKind, namespace, name},
      {
        apiVersion: 'deckhand.dev/v1alpha1',
        kind: approvalKind.kind,
        metadata: {name, namespace},
        spec: {run: {name: run.name, uid: run.uid}, ...answer, by: self.user, groups: self.groups},
      },
    );
  }

  agreesAnew(run: Run): boolean {
    const {meta, status} = run;
    return !isFinished(run) && !this.#options.areApprovalsProved && status.plan?.risk === 'destructive' && !this.#ours.has(meta.uid);
  }

  async adopt(handle: RunHandle): Promise<void> {
    const run = await this.#parts.store.load(handle);
    const answers = run !== undefined && this.agreesAnew(run) ? await yesAnew(this.#parts, run, this.#options.self) : [];
    for (const answer of answers) await this.answer(handle, answer);
    this.#ours.add(handle.uid);
    this.#engine.look(handle.name);
  }

  /** Runs of this process are handed over at their next safe point. */
  async close(graceMs: number): Promise<void> {
    this.#listeners.clear();
    this.#leases.stop();
    await this.#engine.stop(graceMs);
  }

  carriage(run: Run): Carriage {
    const isNext = !isFinished(run) && this.#mayCarry(run) && !this.agreesAnew(run);
    if (this.#engine.isDriving(run.meta.name)) return {carrier: {kind: 'here'}, isNext};
    if (!isFinished(run)) return {carrier: this.#leases.holderOf(leaseName(run.meta.uid)), isNext};
    this.#leases.forget(leaseName(run.meta.uid));
    return {carrier: {kind: 'nobody'}, isNext};
  }

  inHand(): readonly Run[] {
    const {runs} = this.#engine;
    return runs.filter(run => !isFinished(run) && (this.#ours.has(run.meta.uid) || this.#isTakenUp(run)));
  }

  #mayCarry({meta, spec}: Run): boolean {
    const {takesUp, areRequestersProved, self} = this.#options;
    return this.#ours.has(meta.uid) || (takesUp && areRequestersProved && spec.requestedBy?.user === self.user);
  }

  /** One that waits at a gate is only looked at: nothing of it is under way. */
  #isTakenUp({meta, status}: Run): boolean {
    return status.phase !== 'AwaitingApproval' && this.#engine.isDriving(meta.name);
  }

  async #consent(run: RunHandle, facts: Readonly<Record<string, unknown>>, planDigest: string): Promise<void> {
    const evidenceDigest = this.#parts.ports.digest(canonicalJson(facts));
    await this.answer(run, {
      gate: startGate,
      kind: 'Consent',
      decision: 'Approve',
      planDigest,
      evidenceDigest,
      reason: 'typed at the dashboard',
    });
  }

  #tell(): void {
    this.#sorted = undefined;
    for (const listener of [...this.#listeners]) listener();
  }
}
