/**
 * Carries runs out on an embedded API server under a clock that only the kit moves. Between two looks of a waiting step the
 * scenario plays the platform. The same kit kills the engine at any call of its port.
 */
import {createHash} from 'node:crypto';
import type {Fields} from '../../src/domain/fields.ts';
import type {FilePort} from '../../src/domain/files.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import {type KubePort, type KubeRequest, TransportError} from '../../src/domain/kube-port.ts';
import type {ExecEffect} from '../../src/domain/kube-write.ts';
import {phrase} from '../../src/domain/messages/phrase.ts';
import {describeRef, type ObjectRef} from '../../src/domain/object-ref.ts';
import {isReadCommand} from '../../src/domain/read-commands.ts';
import type {Run, RunSpec} from '../../src/domain/run.ts';
import type {ApiServer} from '../../src/embedded/apiserver/api-server.ts';
import {type Draft, WorldClient} from '../../src/embedded/world/world-client.ts';
import type {Runbook} from '../../src/engine/define-runbook.ts';
import {type DriveParts, defaultDriveSettings} from '../../src/engine/drive-parts.ts';
import {type DriveOutcome, driveRun} from '../../src/engine/drive-run.ts';
import {createGatekeeper} from '../../src/engine/gatekeeper.ts';
import {KubeClient} from '../../src/engine/kube-client.ts';
import {createReader} from '../../src/engine/live-reader.ts';
import type {EnginePorts} from '../../src/engine/ports.ts';
import type {CommandResult} from '../../src/engine/reader.ts';
import type {LogEntry} from '../../src/engine/run-log.ts';
import type {RunStore} from '../../src/engine/run-store.ts';
import {createTargetLeases} from '../../src/engine/target-lease.ts';
import {CallTrail, type Fault} from './call-trail.ts';
import {FakeClock} from './fake-clock.ts';
import {countedChance, isOwnRecord, kitStartMs, templateFor} from './kit-server.ts';
import type {MemoryFile} from './memory-file.ts';
import {clusterRecords, journalRecords, type RunRecords, runsNamespace} from './run-records.ts';
import {Killed, struckFiles} from './struck-files.ts';

export const requester = {user: 'alice', groups: ['oncall']};

/** What the platform does between two looks; called again and again, so it asks what is there before it acts. */
export type Platform = (world: WorldClient, kit: RunKit) => Promise<unknown>;

/** The disk did not take it; the process lives on. */
class WriteFailed extends Error {}

type Exec = (command: ExecEffect) => Promise<CommandResult>;

export type KitOptions = {
  readonly runbooks: readonly Runbook[];
  readonly objects?: readonly Draft[];
  readonly platform?: Platform;
  readonly exec?: Exec;
  readonly maskedValue?: (name: string) => string | undefined;
  /** Where runs are recorded. A write to a journal is a call like any other. */
  readonly records?: 'cluster' | 'journal';
  /** What stands between an engine and its store. */
  readonly wrapStore?: (store: RunStore) => RunStore;
  /** What stands between an engine and the API server, behind the faults. */
  readonly wrapPort?: (port: KubePort) => KubePort;
  /** A controller has no files of a person's. */
  readonly hasFiles?: boolean;
  /** The leases of targets stand where they do without a namespace for runs. */
  readonly areLeasesBesideTargets?: boolean;
  /** The engine believes what no policy proves; true where absent. */
  readonly isTrusting?: boolean;
  /** A server that is at rest at `kitStartMs`; instead of one made of `objects`. */
  readonly template?: () => Promise<ApiServer>;
  /** A world that lives by the kit's clock on the kit's fork of the template. */
  readonly inhabit?: (server: ApiServer, clock: FakeClock) => {readonly exec: Exec; readonly files?: FilePort};
};

export class RunKit {
  readonly clock = new FakeClock(kitStartMs);
  readonly #random = countedChance();
  readonly #server: ApiServer;
  readonly world: WorldClient;
  /** Successful writes of the engine on everything but its own records, in order: `PATCH /api/v1/nodes/w1`. */
  readonly effects: string[] = [];
  readonly trail = new CallTrail();
  readonly #options: KitOptions;
  #holders = 0;
  #isStopping = false;
  #faults: readonly Fault[] = [];
  readonly #records: RunRecords;
  #isDriving = false;
  readonly #inhabitant: {readonly exec: Exec; readonly files?: FilePort} | undefined;

  private constructor(options: KitOptions, template: ApiServer) {
    this.#options = options;
    this.#server = template.fork({clock: this.clock, random: this.#random});
    this.world = new WorldClient(this.#server.port);
    this.#inhabitant = options.inhabit?.(this.#server, this.clock);
    const [clock, random, user] = [this.clock, this.#random, requester];
    this.#records =
      options.records === 'journal'
        ? journalRecords({clock, random, digest, user, strike: () => this.#strikeFile()})
        : clusterRecords(this.world, this.#server.port, digest);
  }

  static async start(options: KitOptions): Promise<RunKit> {
    return new RunKit(options, await (options.template?.() ?? templateFor(options)));
  }

  /** The whole API server, as a client without an engine sees it. */
  get port(): KubePort {
    return this.#server.port;
  }

  get calls(): number {
    return this.trail.calls;
  }

  strikeAt(...faults: readonly Fault[]): void {
    this.#faults = faults;
  }

  /** The next safe point is the last. */
  leave(): void {
    this.#isStopping = true;
  }

  /** An engine that is not asked to leave comes after it. */
  come(): void {
    this.#isStopping = false;
  }

  async submit(runbook: string, parameters: Fields, spec: Partial<RunSpec> & Fields = {}, name = 'run-1'): Promise<Run> {
    return this.#records.submit(name, {runbook: {name: runbook}, parameters, requestedBy: requester, ...spec});
  }

  /** A new engine, as after a restart: it knows only what the API server holds. */
  async drive(name = 'run-1'): Promise<DriveOutcome> {
    this.#holders += 1;
    this.#isDriving = true;
    try {
      return await driveRun(await this.#parts(`engine-${this.#holders}`), {namespace: this.#records.namespace, name});
    } finally {
      this.#isDriving = false;
    }
  }

  /** Drives until the run has ended or waits for a person; gives the requester's consent where that is what it waits for. */
  async driveToEnd(name = 'run-1', {isConsenting = true}: {readonly isConsenting?: boolean} = {}): Promise<Run> {
    for (let turn = 0; turn < 200; turn += 1) {
      const outcome = await this.#survive(name);
      const run = await this.run(name);
      if (outcome.kind === 'finished') return run;
      if (outcome.kind === 'trouble') await this.pass(1_000);
      else if (outcome.kind === 'parked' && run.status.phase === 'AwaitingApproval' && isConsenting) await this.consent(name);
      else if (outcome.kind === 'parked' && outcome.until === undefined) return run;
      else await this.pass(Math.max(1, ('until' in outcome ? (outcome.until ?? 0) : 0) - this.clock.now()));
    }
    throw new Error(`the run ${name} does not come to an end`);
  }

  /** A killed engine is followed by a new one. */
  async #survive(name: string): Promise<DriveOutcome> {
    try {
      return await this.drive(name);
    } catch (error) {
      if (error instanceof WriteFailed) return {kind: 'trouble', error};
      if (!(error instanceof Killed)) throw error;
      this.#records.forget();
      return {kind: 'parked', until: this.clock.now()};
    }
  }

  async run(name = 'run-1'): Promise<Run> {
    return this.#records.load(name);
  }

  async object(ref: ObjectRef): Promise<KubeObject> {
    const found = await new KubeClient(this.#server.port).get(ref);
    if (found === undefined) throw new Error(`there is no ${describeRef(ref)}`);
    return found;
  }

  /** The chain of its log, checked. */
  async log(name = 'run-1'): Promise<readonly LogEntry[]> {
    const store = await this.#records.store({kube: this.#server.port, clock: this.clock, random: this.#random, digest});
    return store.readLog(await this.run(name));
  }

  async control(control: Fields, name = 'run-1'): Promise<void> {
    await this.#records.control(name, control);
  }

  /** The yes of the requester at the gate that is open, or somebody else's with `by`. */
  async consent(name = 'run-1', change: Fields = {}): Promise<void> {
    const run = await this.run(name);
    const {meta, status} = run;
    const gate = status.steps.find(
      step => step.gate !== undefined && step.gate.evidenceDigest !== '' && step.gate.have < step.gate.required,
    )?.gate;
    if (gate === undefined) throw new Error(`no gate of ${name} is open`);
    await this.#records.say(`yes-${meta.name}-${this.clock.now()}-${String(change.by ?? 'requester')}`, run, {
      gate: gate.id,
      kind: 'Consent',
      planDigest: status.plan?.digest,
      evidenceDigest: gate.evidenceDigest,
      decision: 'Approve',
      by: requester.user,
      groups: requester.groups,
      ...change,
    });
    await this.clock.advance(1);
  }

  /** Time goes by, and the platform does its part. */
  async pass(ms: number): Promise<void> {
    const wasDriving = this.#isDriving;
    this.#isDriving = false;
    await this.#options.platform?.(this.world, this);
    this.#isDriving = wasDriving;
    await this.clock.advance(ms);
  }

  async #parts(identity: string): Promise<DriveParts> {
    const kube: KubePort = {request: request => this.#ask(request), stream: request => this.#server.port.stream(request)};
    const {exec = this.#inhabitant?.exec, maskedValue, hasFiles = true} = this.#options;
    const files = hasFiles ? this.#inhabitant?.files : undefined;
    const ports: EnginePorts = {
      kube,
      clock: this.clock,
      random: this.#random,
      digest,
      ...(exec === undefined ? {} : {exec: command => this.#exec(exec, command)}),
      ...(maskedValue === undefined ? {} : {maskedValue}),
      ...(files === undefined ? {} : {files: struckFiles(files, path => this.#nextFault(this.trail.note(path, 'act')))}),
    };
    const made = await this.#records.store(ports);
    const store = this.#options.wrapStore?.(made) ?? made;
    const {place} = this.#records;
    const namespace = this.#options.areLeasesBesideTargets === true ? undefined : runsNamespace;
    return {
      ports,
      reader: createReader(ports),
      store,
      holder: {identity, lease: 'none'},
      findRunbook: name => this.#options.runbooks.find(runbook => runbook.name === name),
      engineVersion: 'test',
      gatekeeper: createGatekeeper({
        ports,
        isTrusting: this.#options.isTrusting ?? true,
        self: place === undefined ? {user: 'deckhand', groups: []} : requester,
      }),
      targets: createTargetLeases({ports, store, namespace, ...(place === undefined ? {} : {journal: place})}),
      settings: defaultDriveSettings,
      isHolding: () => true,
      isStopping: () => this.#isStopping,
      wait: ms => this.pass(ms),
    };
  }

  #strikeFile(): ReturnType<MemoryFile['strike']> {
    if (!this.#isDriving) return undefined;
    const at = this.trail.note('journal', 'act');
    const fault = this.#faults.find(({call}) => call === at)?.kind;
    switch (fault) {
      case 'kill-before':
        return {fault: 'before', error: new Killed(`before line ${this.trail.calls}`)};
      case 'kill-within':
        return {fault: 'within', error: new Killed(`within line ${this.trail.calls}`)};
      case 'kill-after':
        return {fault: 'after', error: new Killed(`after line ${this.trail.calls}`)};
      case 'answer-lost':
        return {fault: 'within', error: new WriteFailed('no space left on the disk')};
      case undefined:
        return undefined;
    }
  }

  /** A command in a container: without an answer nobody knows whether it ran. */
  async #exec(exec: Exec, command: ExecEffect): Promise<CommandResult> {
    const kind = isReadCommand(command.command) ? 'look' : 'act';
    const fault = this.#nextFault(this.trail.note(`${command.pod} ${command.command.join(' ')}`, kind));
    const result = await exec(command);
    if (fault === 'kill-after') throw new Killed(`after call ${this.trail.calls}`);
    return fault === 'answer-lost' ? {exitCode: undefined, stdout: '', stderr: ''} : result;
  }

  #nextFault(at: number): Fault['kind'] | undefined {
    const fault = this.#faults.find(({call}) => call === at)?.kind;
    if (fault === 'kill-before' || fault === 'kill-within') throw new Killed(`before call ${this.trail.calls}`);
    return fault;
  }

  async #ask(request: KubeRequest) {
    const fault = this.#nextFault(this.trail.noteRequest(request));
    const answer = await (this.#options.wrapPort?.(this.#server.port) ?? this.#server.port).request(request);
    if (request.method !== 'GET' && answer.status < 300 && !isOwnRecord(request.path))
      this.effects.push(`${request.method} ${request.path.split('?')[0] ?? ''}`);
    if (fault === 'kill-after') throw new Killed(`after call ${this.trail.calls}`);
    if (fault === 'answer-lost') throw new TransportError('reset', phrase('connect.reset', 'test'));
    return answer;
  }
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
