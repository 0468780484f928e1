/**
 * An embedded API server whose clients are replicas, each known by its token. At a chosen write of a run the replica that
 * makes it is killed, before the write is applied or before its answer is heard. A spare one is asleep until then.
 */
import {createHash, randomBytes} from 'node:crypto';
import type {Fields} from '../../../src/domain/fields.ts';
import {readRun} from '../../../src/domain/read-run.ts';
import {finishedPhases, type Run, runKind} from '../../../src/domain/run.ts';
import {approvalDefinition, runDefinition} from '../../../src/domain/run-kinds/run-definitions.ts';
import type {ApiAnswer, ApiCall} from '../../../src/embedded/apiserver/api-call.ts';
import {type Draft, WorldClient} from '../../../src/embedded/world/world-client.ts';
import {createClusterRunStore} from '../../../src/engine/cluster-run-store.ts';
import {KubeClient} from '../../../src/engine/kube-client.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {ControllerProcess} from '../controller-process.ts';
import type {Program} from '../dashboard.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../embedded-server.ts';
import {runsNamespace} from '../runs/run-objects.ts';

export type Strike = {
  /** Of the run's writes, from 1. */
  readonly write: number;
  /** 'before': the API server never gets it. 'after': it is applied, and nobody hears the answer. */
  readonly when: 'before' | 'after';
};

/** What the platform and people do when they see what has become of the world; asked again and again. */
export type Surroundings = (arena: KillArena, run: Run) => Promise<unknown>;

/** Who may do everything, so that the rights of the requester are no obstacle. */
const requester = {user: 'alice', groups: ['system:masters']};
const leases = '3/2.5/0.5';
const replicasMax = 400;
const deadlineMs = 90_000;

export class KillArena {
  readonly world: WorldClient;
  /** Writes that the API server took, own records of the engine left out: `PATCH /api/v1/nodes/worker-1`. */
  effects: string[] = [];
  /** Writes of the run so far, leases that are renewed left out: how often that happens is a matter of time. */
  writes: string[] = [];
  readonly #program: Program;
  readonly #server: EmbeddedServer;
  readonly #tokens: readonly string[];
  readonly #replicas = new Map<string, ControllerProcess>();
  #spare: ControllerProcess | undefined;
  #started = 0;
  #strike: Strike | undefined;
  #struck: string | undefined;

  private constructor(program: Program, server: EmbeddedServer, tokens: readonly string[]) {
    this.#program = program;
    this.#server = server;
    this.#tokens = tokens;
    this.world = new WorldClient(server.port);
  }

  static async start(program: Program, objects: readonly Draft[] = []): Promise<KillArena> {
    const tokens = Array.from({length: replicasMax}, () => randomBytes(12).toString('hex'));
    const users = tokens.map((token, index) => ({token, user: {username: `replica-${index}`, uid: '', groups: ['system:masters']}}));
    let arena: KillArena | undefined;
    const server = await startEmbeddedServer({
      crds: true,
      users,
      wrap: handle => call => (arena === undefined ? handle(call) : arena.#answer(handle, call)),
    });
    arena = new KillArena(program, server, tokens);
    for (const definition of [runDefinition, approvalDefinition]) await arena.world.create(definition);
    await arena.world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: runsNamespace}});
    for (const draft of objects) await arena.world.create(draft);
    await arena.#startReplica();
    await arena.#addSpare();
    return arena;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#replicas.values()].map(replica => replica.ended('SIGKILL')));
    await this.#server.close();
  }

  /** Carries a run to its end with one replica killed on the way; `isStruck` false: it made fewer writes than that. */
  async carry(
    name: string,
    runbook: string,
    target: string,
    surroundings: Surroundings,
    strike?: Strike,
  ): Promise<{readonly run: Run; readonly isStruck: boolean}> {
    this.writes = [];
    this.effects = [];
    this.#struck = undefined;
    this.#strike = strike;
    await this.world.create({
      apiVersion: 'deckhand.dev/v1alpha1',
      kind: 'RunbookRun',
      metadata: {name, namespace: runsNamespace},
      spec: {runbook: {name: runbook}, parameters: {target}, requestedBy: requester},
    });
    let seen: Run | undefined;
    const run = await waitUntil(
      `the run ${name} has ended`,
      async () => {
        seen = await this.run(name);
        await surroundings(this, seen);
        return (await this.#isOver(seen)) && seen;
      },
      {deadlineMs, explain: () => `${JSON.stringify(strike)} after ${this.writes.join(', ')}: ${JSON.stringify(seen?.status)}`},
    );
    const isStruck = this.#struck !== undefined;
    if (isStruck) await this.#addSpare();
    return {run, isStruck};
  }

  async run(name: string): Promise<Run> {
    const object = await new KubeClient(this.#server.port).get({kind: runKind, namespace: runsNamespace, name});
    if (object === undefined) throw new Error(`the run ${name} is gone`);
    return readRun(object);
  }

  /** Throws where its chain is broken. */
  log(run: Run) {
    return createClusterRunStore({kube: this.#server.port, digest: sha256}).readLog(run);
  }

  /** The yes of the requester, where the run waits for one. */
  async consent({meta, status}: Run): Promise<void> {
    const gate = status.steps.find(step => step.gate !== undefined && step.gate.have < step.gate.required)?.gate;
    if (gate === undefined || gate.evidenceDigest === '') return;
    const name = `yes-${meta.name}-${gate.id}`;
    if (
      (await this.world.find({apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookApproval', name, namespace: runsNamespace})) !== undefined
    )
      return;
    await this.world.create({
      apiVersion: 'deckhand.dev/v1alpha1',
      kind: 'RunbookApproval',
      metadata: {name, namespace: runsNamespace},
      spec: {
        run: {name: meta.name, uid: meta.uid},
        gate: gate.id,
        kind: 'Consent',
        planDigest: status.plan?.digest,
        evidenceDigest: gate.evidenceDigest,
        decision: 'Approve',
        by: requester.user,
        groups: requester.groups,
      },
    });
  }

  /** The record is whole, the target is free, and nothing is left to tidy up but what a sweep takes. */
  async #isOver({meta, status}: Run): Promise<boolean> {
    if (!finishedPhases.has(status.phase) || meta.finalizers.length > 0) return false;
    if (this.#struck !== undefined) return true;
    const lease: Fields | undefined = await this.world.find({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      name: `run-${meta.uid}`,
      namespace: runsNamespace,
    });
    return lease === undefined;
  }

  #answer(handle: (call: ApiCall) => ApiAnswer, call: ApiCall): ApiAnswer {
    const isOwn = isOwnRecord(call.path);
    if (!isWriteOfRun(call)) return handle(call);
    this.writes.push(`${call.method} ${call.path}`);
    const isStruck = this.#strike !== undefined && this.#struck === undefined && this.writes.length === this.#strike.write;
    if (isStruck) {
      this.#struck = call.user.username;
      this.#replicas.get(call.user.username)?.signal('SIGKILL');
      this.#replicas.delete(call.user.username);
      this.#spare?.signal('SIGCONT');
      if (this.#strike?.when === 'before') return silence;
    }
    const answer = handle(call);
    if (!isOwn && answer.status < 300) this.effects.push(`${call.method} ${call.path}`);
    return isStruck ? silence : answer;
  }

  async #startReplica(): Promise<ControllerProcess> {
    const index = this.#started;
    this.#started += 1;
    const token = this.#tokens[index] ?? '';
    const args = ['--trust-requesters', '--leases', leases, '--token', token];
    const name = `replica-${index}`;
    const replica = await ControllerProcess.start(this.#program, this.#server.kubeconfigPath, args, name);
    this.#replicas.set(name, replica);
    await waitUntil('the replica has read the runs', async () => (await replica.probe('/readyz')).code === 200, {deadlineMs});
    return replica;
  }

  /** Between two runs, so that it holds nothing while it sleeps. */
  async #addSpare(): Promise<void> {
    this.#spare = await this.#startReplica();
    this.#spare.signal('SIGSTOP');
  }
}

/** A stream on which nothing ever comes. */
const silence: ApiAnswer = {status: 200, headers: {}, events: {next: () => new Promise(() => undefined), close: () => undefined}};

function isWriteOfRun({method, path, body}: ApiCall): boolean {
  if (method === 'GET' || /reviews$|\/events(\/|$)/.test(path)) return false;
  if (path.endsWith('/leases') && new TextDecoder().decode(body).includes('"deckhand-leader"')) return false;
  return !(method === 'PUT' && path.includes('/leases/'));
}

function isOwnRecord(path: string): boolean {
  return /\/(runbookruns|runbookapprovals|leases)(\/|$)/.test(path) || path.startsWith(`/api/v1/namespaces/${runsNamespace}/configmaps`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
