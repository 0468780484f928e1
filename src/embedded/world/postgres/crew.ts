/** Who stands in which pod on which disk, and what each of them does when it is asked, told to stop, or lost. */
import type {Clock} from '../../../domain/clock.ts';
import {readList, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {parseQuantity} from '../../../domain/query/quantity.ts';
import type {ContainerLog} from '../../apiserver/pod-runtime.ts';
import {WorldClient} from '../world-client.ts';
import {runInHelper} from './helper-pod.ts';
import type {HearTrouble} from './loop.ts';
import {type MemberFaults, type MemberPace, realPace} from './member-faults.ts';
import {MemberLines} from './member-lines.ts';
import {mirrorCluster} from './member-mirror.ts';
import {answerRest, type MemberPlace, memberPrograms} from './member-programs.ts';
import {usedBytes} from './member-sql-answers.ts';
import {claimsOf, isLeaving} from './objects.ts';
import type {AskSwitchover} from './operator.ts';
import type {AnswerParts} from './patroni-answers.ts';
import {stepCluster} from './patroni-step.ts';
import {isNodeThere} from './pod-keeper.ts';
import {addressOf} from './pod-status.ts';
import {type Cluster, type Content, type Disk, emptyContent, type Member, type PostgresState} from './postgres-state.ts';
import type {Disks} from './volume-provisioner.ts';

export type MembersParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly state: PostgresState;
  readonly faults?: MemberFaults;
  readonly pace?: Partial<MemberPace>;
  /** Of Patroni. */
  readonly version?: string;
  readonly usesConfigMaps?: boolean;
  /** What a cluster holds when it is new. */
  readonly firstContent?: (cluster: string) => Content;
  readonly onTrouble?: HearTrouble;
};

export type MemberRun = Pick<MemberPlace, 'input' | 'write' | 'signal'> & {
  readonly namespace: string;
  readonly pod: string;
  readonly command: readonly string[];
};

export class Crew {
  readonly #parts: MembersParts;
  readonly #client: WorldClient;
  readonly #pace: MemberPace;
  /** Pods of clusters in which nothing runs yet: by `namespace/cluster`. */
  #silent = new Map<string, string[]>();
  readonly #lines = new MemberLines();

  constructor(parts: MembersParts) {
    this.#parts = parts;
    this.#client = new WorldClient(parts.port);
    this.#pace = {...realPace, ...parts.pace};
  }

  readonly disks: Disks = {
    create: async volume => void this.#disk(volume.metadata.name, readString(volume, 'spec.capacity.storage') ?? '1Gi'),
    remove: async volume => {
      delete this.#parts.state.disks[volume.metadata.name];
    },
  };

  #disk(name: string, capacity: string): Disk {
    const {disks} = this.#parts.state;
    const disk = disks[name] ?? {
      systemId: '',
      timeline: 0,
      content: emptyContent,
      history: [],
      files: {},
      capacityBytes: parseQuantity(capacity) ?? 2 ** 30,
    };
    disks[name] = disk;
    return disk;
  }

  find(namespace: string, pod: string): Member | undefined {
    return Object.values(this.#parts.state.members).find(member => member.namespace === namespace && member.name === pod);
  }

  log(podUid: string): ContainerLog | undefined {
    return this.#lines.of(podUid);
  }

  lose(namespace: string, pod: string): void {
    const member = this.find(namespace, pod);
    if (member !== undefined) member.isLost = true;
  }

  revive(namespace: string, pod: string): void {
    const member = this.find(namespace, pod);
    if (member !== undefined) this.#revive(member);
  }

  /** Who stands in a pod is a member; who stands in none is one no more. */
  async muster(): Promise<void> {
    const {state} = this.#parts;
    const pods = await this.#client.list('v1', 'Pod', undefined, {labelSelector: 'application=spilo'});
    const uids = new Set(pods.map(({metadata}) => metadata.uid));
    for (const uid of Object.keys(state.members)) if (!uids.has(uid)) delete state.members[uid];
    const silent = new Map<string, string[]>();
    for (const pod of pods) {
      const member = state.members[pod.metadata.uid];
      if (member !== undefined) {
        this.#followNode(member, await isNodeThere(this.#client, pod));
        continue;
      }
      const isUp = readString(pod, 'status.phase') === 'Running' && readList(pod, 'status.containerStatuses').length > 0;
      if (isUp && !isLeaving(pod) && (await this.#join(pod))) continue;
      const key = `${pod.metadata.namespace}/${pod.metadata.labels?.['cluster-name']}`;
      silent.set(key, [...(silent.get(key) ?? []), pod.metadata.name]);
    }
    this.#silent = silent;
    this.#lines.forget(uid => uids.has(uid));
  }

  /** With its node a member is lost, and starts anew when that is back. */
  #followNode(member: Member, isThere: boolean): void {
    if (!isThere && member.isLost !== true) Object.assign(member, {isLost: true, isNodeLost: true});
    if (isThere && member.isNodeLost === true) this.#revive(member);
  }

  #revive(member: Member): void {
    Object.assign(member, {isLost: false, isNodeLost: false, state: 'stopped', sinceMs: this.#parts.clock.now()});
  }

  async #join(pod: KubeObject): Promise<boolean> {
    const {namespace = '', name, uid, labels = {}} = pod.metadata;
    const [claimName = ''] = claimsOf(pod);
    const claim = await this.#client.find({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claimName, namespace});
    const volume = readString(claim, 'spec.volumeName');
    if (volume === undefined) return false;
    this.#disk(volume, readString(claim, 'status.capacity.storage') ?? '1Gi');
    const cluster = labels['cluster-name'] ?? '';
    const nowMs = this.#parts.clock.now();
    const known = {cluster, namespace, name, podUid: uid, ip: readString(pod, 'status.podIP') ?? addressOf(pod), volume};
    this.#parts.state.members[uid] = {...known, state: 'stopped', sinceMs: nowMs, startedAtMs: 0};
    this.#cluster(namespace, cluster);
    return true;
  }

  #cluster(namespace: string, name: string): Cluster {
    const {clusters} = this.#parts.state;
    const key = `${namespace}/${name}`;
    const cluster = clusters[key] ?? {
      namespace,
      name,
      systemId: '',
      leader: undefined,
      acquiredAtMs: 0,
      transitions: 0,
      lockUntilMs: 0,
      history: [],
      steppedAtMs: this.#parts.clock.now(),
      optime: 0,
    };
    clusters[key] = cluster;
    return cluster;
  }

  async tick(): Promise<void> {
    const {state, usesConfigMaps = false} = this.#parts;
    for (const [key, cluster] of Object.entries(state.clusters)) {
      const answers = this.#step(cluster);
      this.#lines.look(answers);
      await mirrorCluster({...answers, client: this.#client, usesConfigMaps});
      const isGone = answers.members.length === 0 && !this.#silent.has(key) && (await this.#isForgotten(cluster));
      if (isGone) delete state.clusters[key];
    }
  }

  /** Its state lives in the API server; where that was deleted the next start is the first. */
  async #isForgotten({namespace, name}: Cluster): Promise<boolean> {
    const kind = this.#parts.usesConfigMaps === true ? 'ConfigMap' : 'Endpoints';
    return (await this.#client.find({apiVersion: 'v1', kind, name: `${name}-config`, namespace})) === undefined;
  }

  #step(cluster: Cluster): AnswerParts {
    const {state, clock, faults = {}, version = '3.0.1', firstContent} = this.#parts;
    const world = {
      state,
      faults,
      pace: this.#pace,
      firstContent: firstContent?.(cluster.name) ?? {...emptyContent, databases: {postgres: {}}},
    };
    const nowMs = clock.now();
    stepCluster(world, cluster, nowMs);
    const {namespace, name} = cluster;
    const members = Object.values(state.members)
      .filter(member => member.namespace === namespace && member.cluster === name)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const silent = this.#silent.get(`${namespace}/${name}`) ?? [];
    return {...world, cluster, members, nowMs, elapsedMs: 0, version, silent};
  }

  stop(pod: KubeObject): boolean {
    const member = this.#parts.state.members[pod.metadata.uid];
    if (member === undefined) return true;
    if (member.isLost === true) return false;
    if (member.isLeaving !== true) {
      member.isLeaving = true;
      const isUp = member.state === 'running' || member.state === 'stopping';
      member.state = isUp ? 'stopping' : 'stopped';
      member.sinceMs = this.#parts.clock.now();
    }
    return member.state === 'stopped';
  }

  failure(pod: KubeObject) {
    return this.#parts.state.members[pod.metadata.uid]?.failure;
  }

  async run({namespace, pod, command, ...io}: MemberRun): Promise<number | undefined> {
    const [name = '', ...args] = command;
    const program = memberPrograms[name];
    const member = this.find(namespace, pod);
    if (member === undefined)
      return runInHelper(this.#client, (volume, capacity) => this.#disk(volume, capacity), {namespace, pod, command, ...io});
    return program === undefined ? undefined : program(args, {...io, ...this.#place(member)});
  }

  #place(member: Member): Pick<MemberPlace, 'clock' | 'member' | 'parts' | 'disk'> {
    const {state, clock} = this.#parts;
    return {
      clock,
      member: () => state.members[member.podUid],
      parts: () => this.#step(this.#cluster(member.namespace, member.cluster)),
      disk: () => {
        const disk = this.#disk(member.volume, '1Gi');
        const parts = this.#step(this.#cluster(member.namespace, member.cluster));
        return {files: disk.files, capacityBytes: disk.capacityBytes, usedBytes: () => usedBytes(parts, member)};
      },
    };
  }

  async askSwitchover({namespace, pod, leader, candidate}: Parameters<AskSwitchover>[0]) {
    const member = this.find(namespace, pod);
    const silent = {status: 0, body: 'connection refused'};
    if (member === undefined) return silent;
    const io = {input: noInput(), write: async () => undefined, signal: new AbortController().signal};
    return (await answerRest('switchover', JSON.stringify({leader, candidate}), {...io, ...this.#place(member)})) ?? silent;
  }
}

async function* noInput(): AsyncGenerator<Uint8Array> {}
