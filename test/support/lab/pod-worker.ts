/** One pod under the node agent: from its volumes over its containers to the end of its object. */
import {setTimeout as sleep} from 'node:timers/promises';
import {systemClock} from '../../../src/cli/system-clock.ts';
import {readField, readFields, readString} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {ContainerLife} from './container-life.ts';
import type {ContainerPlaces, ProgramFor} from './container-program.ts';
import type {LabGround} from './lab-ground.ts';
import type {LabRequests} from './lab-requests.ts';
import {claimsOf, containersOf, graceOf, type PodContainer, restartsAfter} from './pod-spec.ts';
import {areReady, isToldReady, podStatus} from './pod-status.ts';

const retryMs = 100;
const second = 1000;
const strategic = 'application/strategic-merge-patch+json';

export type PodWorkerParts = {readonly ground: LabGround; readonly requests: LabRequests; readonly programFor: ProgramFor};

export class PodWorker {
  pod: KubeObject;
  /** Resolves when nothing of the pod runs and its object is gone. */
  readonly ended: Promise<void>;
  address: string | undefined;
  mounts: ReadonlyMap<string, ContainerPlaces['mounts']> = new Map();
  lives: readonly ContainerLife[] = [];
  readonly #parts: PodWorkerParts;
  readonly #startedAt = new Date(systemClock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  #isLeaving = false;
  #isVanished = false;
  #leave: () => void = () => undefined;
  #isPublishing = false;
  #isChanged = false;

  constructor(pod: KubeObject, parts: PodWorkerParts) {
    this.pod = pod;
    this.#parts = parts;
    this.ended = this.#live();
    this.update(pod);
  }

  get path(): string {
    const {namespace = '', name} = this.pod.metadata;
    return `/api/v1/namespaces/${namespace}/pods/${name}`;
  }

  update(pod: KubeObject): void {
    this.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#goAway();
    // The node controller calls every pod of a node unready that it has not heard from for a while.
    else if (this.lives.length > 0 && isToldReady(pod) !== areReady(this.lives)) this.#tellChange();
  }

  /** Its object was removed while it ran. */
  vanish(): void {
    this.#isVanished = true;
    this.#goAway();
  }

  /** The whole of it dies as with its machine; nothing is told to anybody. */
  async crash(): Promise<void> {
    await Promise.all(this.lives.map(life => life.crash()));
  }

  /** Without a word to the API server. */
  async end(): Promise<void> {
    this.#isVanished = true;
    this.#goAway();
    await Promise.all(this.lives.map(life => life.stop(0)));
  }

  places(container: PodContainer): Omit<ContainerPlaces, 'variables'> {
    const {pod, address = ''} = this;
    return {pod, container, address, folder: this.#parts.ground.podFolder(pod.metadata.uid), mounts: this.mounts.get(container.name) ?? []};
  }

  #goAway(): void {
    this.#isLeaving = true;
    this.#leave();
  }

  async #live(): Promise<void> {
    const {ground} = this.#parts;
    const left = new Promise<void>(resolve => {
      this.#leave = resolve;
    });
    await this.#start();
    if (!this.#isLeaving) await left;
    const graceMs = graceOf(this.pod) * second;
    await Promise.all(this.lives.map(life => life.stop(graceMs)));
    if (this.address !== undefined) ground.returnAddress(this.address);
    if (!this.#isVanished) {
      await this.#publish();
      await this.#parts.requests.write('DELETE', this.path, {gracePeriodSeconds: 0, preconditions: {uid: this.pod.metadata.uid}});
    }
  }

  async #start(): Promise<void> {
    const {ground, programFor} = this.#parts;
    const containers = containersOf(this.pod);
    const claims = claimsOf(this.pod);
    const folders = new Map<string, string>();
    for (const [volume, claim] of claims) {
      const folder = claim === undefined ? `${ground.makePodFolder(this.pod.metadata.uid)}/${volume}` : await this.#folderOf(claim);
      if (folder === undefined) return;
      folders.set(volume, folder);
    }
    if (this.#isLeaving) return;
    const folder = ground.makePodFolder(this.pod.metadata.uid);
    this.address = ground.takeAddress();
    const address = this.address;
    this.mounts = new Map(
      containers.map(({name, mounts}) => [
        name,
        mounts.flatMap(({volume, path}) => {
          const found = folders.get(volume);
          return found === undefined ? [] : [{path, folder: found}];
        }),
      ]),
    );
    const lives: ContainerLife[] = [];
    for (const container of containers) {
      const variables = await this.#variablesOf(container);
      if (variables === undefined) return;
      const mounts = this.mounts.get(container.name) ?? [];
      const places = {pod: this.pod, container, address, folder, mounts, variables};
      lives.push(
        new ContainerLife({
          container,
          address,
          folder,
          guard: ground.guard,
          prepare: () => programFor(places),
          restarts: code => restartsAfter(this.pod, code),
          onChange: () => this.#tellChange(),
        }),
      );
    }
    this.lives = lives;
    if (!this.#isLeaving) for (const life of lives) life.start();
  }

  /** Of the volume that the claim is bound to, once it is; undefined where the pod has to go before that. */
  async #folderOf(claim: string): Promise<string | undefined> {
    const {ground, requests} = this.#parts;
    const path = `/api/v1/namespaces/${this.pod.metadata.namespace}/persistentvolumeclaims/${claim}`;
    while (!this.#isLeaving) {
      const found = await requests.get(path);
      const volume = readString(found, 'spec.volumeName');
      if (volume !== undefined && readString(found, 'status.phase') === 'Bound') return ground.volumeFolder(volume);
      await sleep(retryMs);
    }
    return undefined;
  }

  async #variablesOf(container: PodContainer): Promise<Record<string, string> | undefined> {
    const variables: Record<string, string> = {HOSTNAME: this.pod.metadata.name};
    for (const variable of container.variables) {
      if (variable.kind === 'value') variables[variable.name] = variable.value;
      else if (variable.kind === 'field') {
        const value = variable.path === 'status.podIP' ? this.address : readField(this.pod, variable.path);
        variables[variable.name] = String(value ?? '');
      } else {
        const data = await this.#secret(variable.secret);
        if (data === undefined) return undefined;
        if (variable.kind === 'secret') variables[variable.name] = data[variable.key] ?? '';
        else for (const [key, value] of Object.entries(data)) variables[`${variable.prefix}${key}`] = value;
      }
    }
    return variables;
  }

  /** A container waits for its Secret; undefined where the pod has to go before it is there. */
  async #secret(name: string): Promise<Record<string, string> | undefined> {
    const path = `/api/v1/namespaces/${this.pod.metadata.namespace}/secrets/${name}`;
    while (!this.#isLeaving) {
      const secret = await this.#parts.requests.get(path);
      if (secret !== undefined) {
        const data = Object.entries(readFields(secret, 'data'));
        return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')]));
      }
      await sleep(retryMs);
    }
    return undefined;
  }

  #tellChange(): void {
    this.#isChanged = true;
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    void this.#publishChanges().catch(() => undefined);
  }

  async #publishChanges(): Promise<void> {
    try {
      while (this.#isChanged && !this.#isVanished) {
        this.#isChanged = false;
        await this.#publish();
      }
    } finally {
      this.#isPublishing = false;
    }
  }

  async #publish(): Promise<void> {
    const status = podStatus(this.pod, {address: this.address, startedAt: this.#startedAt, lives: this.lives});
    const body = {metadata: {uid: this.pod.metadata.uid}, status};
    await this.#parts.requests.write('PATCH', `${this.path}/status`, body, strategic);
  }
}
