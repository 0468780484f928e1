/** One look at a database: its objects, and what its members say of themselves and of each other. */
import {readItems, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {TransportError} from '../domain/kube-port.ts';
import type {DatabaseSeen, DcsState, LeaderSeen} from '../domain/postgres/database-seen.ts';
import {agreedLeader} from '../domain/postgres/database-seen.ts';
import {memberContainer, type PatroniPage, patroniGet, psqlAnswering} from '../domain/postgres/member-commands.ts';
import {readMemberDisk, volumeNameOf} from '../domain/postgres/member-disk.ts';
import {type MemberPod, readMemberPod} from '../domain/postgres/member-pod.ts';
import {flushLsnSql, replayLsnSql} from '../domain/postgres/member-sql.ts';
import {type PatroniAnswer, readPatroniAnswer} from '../domain/postgres/patroni-answer.ts';
import {type MemberReport, readMemberReport} from '../domain/postgres/patroni-report.ts';
import {readPatroniSettings} from '../domain/postgres/patroni-settings.ts';
import {leaderOf, readTopology, type Topology} from '../domain/postgres/patroni-topology.ts';
import {readMemberSet, readPostgresCluster} from '../domain/postgres/postgres-cluster.ts';
import {type Barrier, isBarrierPassed} from '../domain/postgres/replica-safety.ts';
import {readWalPosition} from '../domain/postgres/wal-position.ts';
import {StatusError} from '../domain/status-error.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {CommandResult, Reader} from '../engine/reader.ts';
import {configMapKind, type DatabaseName, databaseRef, endpointsKind, volumeKind} from './postgres-kinds.ts';
import {claimKind, podKind, statefulSetKind} from './workload-kinds.ts';

/** Looks within one look: a replica that streams has caught up between two of them. */
const barrierLooksMax = 5;
/** A stream that breaks says nothing of the member. */
const reachTries = 3;

export type DatabaseObjects = Pick<DatabaseSeen, 'cluster' | 'set' | 'pods' | 'disks' | 'now'>;

/** The objects alone. Throws Refusal where the database is gone. */
export async function readDatabaseObjects(reader: Reader, database: DatabaseName): Promise<DatabaseObjects> {
  const {namespace, name} = database;
  const live = await reader.get(databaseRef(database));
  if (live === undefined)
    throw new Refusal('DatabaseGone', {
      en: `postgresql ${namespace}/${name} is gone: nothing more is done here`,
      ru: `postgresql ${namespace}/${name} больше нет: здесь больше ничего не делаем`,
    });
  const set = await reader.get({kind: statefulSetKind, namespace, name});
  const pods = await readMemberPods(reader, database);
  const claims = (await reader.list(claimKind, {namespace})).filter(claim => readMemberDisk(name, claim) !== undefined);
  const volumes = await readVolumes(reader, claims);
  return {
    cluster: readPostgresCluster(live),
    set: set === undefined ? undefined : readMemberSet(set),
    pods,
    disks: claims.flatMap(claim => readMemberDisk(name, claim, volumes) ?? []).toSorted(byOrdinal),
    now: reader.now(),
  };
}

export async function readMemberPods(reader: Reader, {namespace, name}: DatabaseName): Promise<readonly MemberPod[]> {
  const pods = await reader.list(podKind, {namespace, labelSelector: `application=spilo,cluster-name=${name}`});
  return pods.flatMap(pod => readMemberPod(name, pod) ?? []).toSorted(byOrdinal);
}

async function readVolumes(reader: Reader, claims: readonly KubeObject[]): Promise<ReadonlyMap<string, KubeObject>> {
  const volumes = new Map<string, KubeObject>();
  for (const claim of claims) {
    const name = volumeNameOf(claim);
    const volume = name === undefined ? undefined : await reader.get({kind: volumeKind, name});
    if (volume !== undefined) volumes.set(volume.metadata.name, volume);
  }
  return volumes;
}

/** Everything. Throws Refusal where the database is gone. */
export async function readDatabase(reader: Reader, database: DatabaseName): Promise<DatabaseSeen> {
  const objects = await readDatabaseObjects(reader, database);
  const topology = await readTopologyOf(reader, database, objects.pods);
  const leader = objects.pods.find(({name}) => topology !== undefined && name === leaderOf(topology)?.name);
  const reports = new Map<string, MemberReport>();
  // The leader last: a replica that was asked later would seem to have more than it.
  for (const pod of [...objects.pods.filter(each => each !== leader), ...(leader === undefined ? [] : [leader])].filter(isReachable)) {
    const answer = await askMember(reader, database, pod, 'patroni');
    const report = answer === undefined ? undefined : readMemberReport(answer.body);
    if (report !== undefined) reports.set(pod.name, report);
  }
  const settings = leader === undefined ? undefined : await askMember(reader, database, leader, 'config');
  return {
    ...objects,
    topology,
    reports,
    settings: settings?.status === 200 ? readPatroniSettings(settings.body) : undefined,
    dcs: await readDcs(reader, database),
    isLeaderServing: leader !== undefined && (await askMember(reader, database, leader, 'leader'))?.status === 200,
    now: reader.now(),
  };
}

/** Who leads, and nothing else of the database. Throws Refusal where not all three witnesses name the same member. */
export async function readLeader(reader: Reader, database: DatabaseName): Promise<Leader> {
  const pods = await readMemberPods(reader, database);
  const topology = await readTopologyOf(reader, database, pods);
  const leader = pods.find(({name}) => topology !== undefined && name === leaderOf(topology)?.name);
  const isLeaderServing = leader !== undefined && (await askMember(reader, database, leader, 'leader'))?.status === 200;
  const answer = leader === undefined ? undefined : await askMember(reader, database, leader, 'patroni');
  const report = answer === undefined ? undefined : readMemberReport(answer.body);
  const reports = new Map(leader === undefined || report === undefined ? [] : [[leader.name, report]]);
  return requireLeader({topology, pods, isLeaderServing, reports, dcs: await readDcs(reader, database)});
}

/** Of the first member that answers. */
export async function readTopologyOf(reader: Reader, database: DatabaseName, pods: readonly MemberPod[]): Promise<Topology | undefined> {
  for (const pod of pods.filter(isReachable)) {
    const answer = await askMember(reader, database, pod, 'cluster');
    const topology = answer?.status === 200 ? readTopology(answer.body) : undefined;
    if (topology !== undefined) return topology;
  }
  return undefined;
}

function isReachable({phase, isTerminating}: MemberPod): boolean {
  return phase === 'Running' && !isTerminating;
}

async function askMember(reader: Reader, database: DatabaseName, pod: MemberPod, page: PatroniPage): Promise<PatroniAnswer | undefined> {
  const {stdout} = await runInMember(reader, database, pod, patroniGet(page));
  return readPatroniAnswer(stdout);
}

/** Without an exit code where nobody gets into the member: the others are still there to be looked at. */
export async function runInMember(
  reader: Reader,
  {namespace}: DatabaseName,
  pod: Pick<MemberPod, 'name' | 'uid'>,
  command: readonly string[],
): Promise<CommandResult> {
  let trouble = '';
  for (let attempt = 0; attempt < reachTries; attempt += 1) {
    try {
      return await reader.run({kind: 'exec', namespace, pod: pod.name, podUid: pod.uid, container: memberContainer, command});
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      trouble = error.message;
    }
  }
  return {exitCode: undefined, stdout: '', stderr: trouble};
}

/** A kubelet that does not answer, or a pod that is gone meanwhile; not a right that is missing. */
function isUnreachable(error: unknown): error is Error {
  if (error instanceof TransportError) return error.kind !== 'aborted';
  return error instanceof StatusError && (error.status.code >= 500 || error.status.code === 404);
}

/** What psql printed, trimmed; undefined where the statement was not carried out. */
export async function askSql(
  reader: Reader,
  database: DatabaseName,
  pod: Pick<MemberPod, 'name' | 'uid'>,
  statement: string,
  inDatabase?: string,
): Promise<string | undefined> {
  const {exitCode, stdout} = await runInMember(reader, database, pod, psqlAnswering(statement, inDatabase));
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** Patroni keeps its lock on Endpoints or on ConfigMaps, as it was told. */
async function readDcs(reader: Reader, {namespace, name}: DatabaseName): Promise<DcsState> {
  const endpoints = await reader.get({kind: endpointsKind, namespace, name});
  const inEndpoints = endpoints?.metadata.annotations?.leader;
  if (endpoints !== undefined && inEndpoints !== undefined) {
    const failover = await reader.get({kind: endpointsKind, namespace, name: `${name}-failover`});
    const addresses = readItems(endpoints, 'subsets', subset =>
      readItems(subset, 'addresses', each => readString(each, 'ip') ?? ''),
    ).flat();
    return {
      kind: 'endpoints',
      leader: inEndpoints,
      isFailoverPending: isPending(failover),
      writeAddress: addresses.length === 1 ? addresses[0] : '',
    };
  }
  const leader = await reader.get({kind: configMapKind, namespace, name: `${name}-leader`});
  if (leader === undefined) return {kind: 'none', leader: undefined, isFailoverPending: false, writeAddress: undefined};
  const failover = await reader.get({kind: configMapKind, namespace, name: `${name}-failover`});
  return {
    kind: 'configmaps',
    leader: leader.metadata.annotations?.leader,
    isFailoverPending: isPending(failover),
    writeAddress: undefined,
  };
}

function isPending(failover: KubeObject | undefined): boolean {
  const {leader = '', member = ''} = failover?.metadata.annotations ?? {};
  return leader !== '' || member !== '';
}

export type Leader = {readonly name: string; readonly pod: MemberPod; readonly timeline: number; readonly systemId: string};

/** Throws Refusal where not all three witnesses name the same member. */
export function requireLeader(seen: LeaderSeen & Pick<DatabaseSeen, 'reports'>): Leader {
  const agreed = agreedLeader(seen);
  if (agreed.kind !== 'agreed') {
    const reason = agreed.kind === 'none' ? 'NoLeader' : 'LeaderDisputed';
    throw new Refusal(reason, {
      en: `${agreed.why.en}: nothing is done until the database has one leader that all agree on`,
      ru: `${agreed.why.ru}: ничего не делаем, пока у базы нет одного лидера, с которым согласны все`,
    });
  }
  const pod = seen.pods.find(({name}) => name === agreed.name);
  const report = seen.reports.get(agreed.name);
  if (pod === undefined || report?.timeline === undefined || report.systemId === undefined)
    throw new Refusal('NoLeader', {
      en: `${agreed.name} leads, but does not say on which timeline: look at its log`,
      ru: `${agreed.name} — лидер, но не сообщает свою timeline: посмотрите его журнал`,
    });
  return {name: agreed.name, pod, timeline: report.timeline, systemId: report.systemId};
}

/** The leader's position first, then the replica's, a few times over: what was on the leader's disk at that moment is in the replica, or not yet. */
export async function readBarrier(
  reader: Reader,
  database: DatabaseName,
  leader: Pick<MemberPod, 'name' | 'uid'>,
  replica: Pick<MemberPod, 'name' | 'uid'>,
): Promise<Barrier | undefined> {
  const flushed = readWalPosition((await askSql(reader, database, leader, flushLsnSql)) ?? '');
  if (flushed === undefined) return undefined;
  let barrier: Barrier = {flushed, replayed: undefined};
  for (let look = 0; look < barrierLooksMax && !isBarrierPassed(barrier); look += 1) {
    barrier = {flushed, replayed: readWalPosition((await askSql(reader, database, replica, replayLsnSql)) ?? '')};
  }
  return barrier;
}

function byOrdinal(left: {readonly ordinal: number}, right: {readonly ordinal: number}): number {
  return left.ordinal - right.ordinal;
}
