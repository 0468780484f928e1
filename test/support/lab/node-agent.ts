/**
 * The lab's kubelet: of the pods that are bound to its nodes it makes real processes, tells the API server how they are, and
 * runs what is asked for inside them. It works over any way to an API server, the embedded one's or a real one's.
 */
import type {ChildProcess} from 'node:child_process';
import {connect} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {readString} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {ContainerPlace, PodRuntime, ProcessExit, ProcessIo} from '../../../src/embedded/apiserver/pod-runtime.ts';
import type {ContainerLife} from './container-life.ts';
import type {ProgramFor} from './container-program.ts';
import type {ExecDamage} from './exec-damage.ts';
import {followObjects, type Objects} from './follow-objects.ts';
import type {LabGround} from './lab-ground.ts';
import {nodeDraft, nodeStatus, renewLease} from './lab-node.ts';
import {LabRequests} from './lab-requests.ts';
import {mapArguments} from './map-arguments.ts';
import {execInPod} from './pod-exec.ts';
import {containersOf} from './pod-spec.ts';
import {PodWorker} from './pod-worker.ts';
import {ServiceFiles} from './service-files.ts';

export type NodeAgentParts = {
  readonly ground: LabGround;
  readonly nodes: readonly string[];
  readonly programFor: ProgramFor;
  /** Answers a command where no program of this machine can. */
  readonly answers?: (
    place: ContainerPlace,
    command: readonly string[],
  ) => Promise<{readonly stdout: string; readonly code: number} | undefined>;
  readonly damage?: ExecDamage | undefined;
};

const leaseMs = 5_000;
const mergePatch = 'application/merge-patch+json';

export class NodeAgent {
  readonly runtime: PodRuntime;
  readonly #parts: NodeAgentParts;
  readonly #controller = new AbortController();
  readonly #workers = new Map<string, PodWorker>();
  readonly #running = new Map<string, Set<ChildProcess>>();
  readonly #services: ServiceFiles;
  #followed: {stop(): Promise<void>} | undefined;

  constructor(parts: NodeAgentParts) {
    this.#parts = parts;
    this.#services = new ServiceFiles(parts.ground);
    this.runtime = {
      log: ({pod, container}, life) => {
        const found = this.#lifeOf(pod, container);
        return (life === 'present' ? found?.log : found?.previousLog)?.open();
      },
      exec: (place, command, io) => this.#exec(place, command, io),
      attach: async () => ({kind: 'failed', message: 'the lab attaches to nothing'}),
      connectPort: (pod, port, io) => this.#connect(pod, port, io),
    };
  }

  /** `kubeletPort` is where an API server reaches the nodes; an embedded one has the runtime itself. */
  async start(port: KubePort, kubeletPort?: number): Promise<void> {
    const requests = new LabRequests(port, this.#controller.signal);
    for (const name of this.#parts.nodes) {
      await requests.write('POST', '/api/v1/nodes', nodeDraft(name));
      await requests.write('PATCH', `/api/v1/nodes/${name}/status`, nodeStatus(kubeletPort), mergePatch);
    }
    void this.#renewLeases(requests, kubeletPort).catch(() => undefined);
    this.#followed = followObjects(port, '/api/v1/pods', pods => this.#hear(pods, requests));
  }

  get workers(): readonly PodWorker[] {
    return [...this.#workers.values()];
  }

  /** The pod as the agent has it. */
  find(namespace: string, name: string): PodWorker | undefined {
    return [...this.#workers.values()].find(({pod: {metadata}}) => metadata.namespace === namespace && metadata.name === name);
  }

  /** Ends everything at once; the API server hears nothing of it. */
  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#followed?.stop();
    for (const running of this.#running.values()) for (const child of running) child.kill('SIGKILL');
    await Promise.all([...this.#workers.values()].map(worker => worker.end()));
  }

  #hear(pods: Objects, requests: LabRequests): void {
    this.#services.update(pods);
    for (const [uid, pod] of pods) {
      if (!this.#parts.nodes.includes(readString(pod, 'spec.nodeName') ?? '')) continue;
      const known = this.#workers.get(uid);
      if (known === undefined) this.#begin(uid, pod, requests);
      else known.update(pod);
    }
    for (const [uid, worker] of this.#workers) if (!pods.has(uid)) worker.vanish();
  }

  #begin(uid: string, pod: KubeObject, requests: LabRequests): void {
    if (['Succeeded', 'Failed'].includes(readString(pod, 'status.phase') ?? '')) return;
    const {ground, programFor} = this.#parts;
    const worker = new PodWorker(pod, {ground, requests, programFor});
    this.#workers.set(uid, worker);
    void worker.ended
      .catch(() => undefined)
      .then(() => {
        this.#workers.delete(uid);
        for (const child of this.#running.get(uid) ?? []) child.kill('SIGKILL');
        this.#running.delete(uid);
      });
  }

  /** The status as well: a node that was not heard from for a while is unready until it says otherwise. */
  async #renewLeases(requests: LabRequests, kubeletPort: number | undefined): Promise<void> {
    const {signal} = this.#controller;
    while (!signal.aborted) {
      for (const name of this.#parts.nodes) {
        await renewLease(requests, name);
        await requests.write('PATCH', `/api/v1/nodes/${name}/status`, nodeStatus(kubeletPort), mergePatch);
      }
      await sleep(leaseMs, undefined, {signal, ref: false});
    }
  }

  async #exec(place: ContainerPlace, command: readonly string[], io: ProcessIo): Promise<ProcessExit> {
    const answer = await this.#parts.answers?.(place, command);
    if (answer !== undefined) {
      await io.write('stdout', answer.stdout);
      return {kind: 'exited', code: answer.code};
    }
    const {uid} = place.pod.metadata;
    const worker = this.#workers.get(uid);
    const life = this.#lifeOf(place.pod, place.container);
    const container = containersOf(place.pod).find(({name}) => name === place.container);
    if (worker === undefined || container === undefined || life?.environment === undefined || !life.isRunning) {
      return {kind: 'failed', message: `container not found (${JSON.stringify(place.container)})`};
    }
    const places = worker.places(container);
    const running = this.#running.get(uid) ?? new Set();
    this.#running.set(uid, running);
    const {damage, ground} = this.#parts;
    const {environment} = life;
    const run = (given: ProcessIo): Promise<ProcessExit> =>
      execInPod(mapArguments(command, places), given, {environment, folder: places.folder, guard: ground.guard, running});
    return damage === undefined ? run(io) : damage.around(command, io, run);
  }

  async #connect(pod: KubeObject, port: number, io: Parameters<PodRuntime['connectPort']>[2]): Promise<void> {
    const host = this.#workers.get(pod.metadata.uid)?.address;
    if (host === undefined) throw new Error('the pod has no address');
    const socket = connect({host, port});
    io.signal.addEventListener('abort', () => socket.destroy(), {once: true});
    void (async () => {
      for await (const bytes of io.input) socket.write(bytes);
      socket.end();
    })().catch(() => socket.destroy());
    for await (const bytes of socket) await io.write(bytes);
  }

  #lifeOf(pod: KubeObject, container: string): ContainerLife | undefined {
    return this.#workers.get(pod.metadata.uid)?.lives.find(({name}) => name === container);
  }
}

/** What its log says last: for a test that fails. */
export function lastWords(worker: PodWorker | undefined, lines = 40): string {
  const said = worker?.lives.flatMap(life => life.log.lines.slice(-lines).map(({text}) => text)) ?? [];
  return said.join('\n');
}
