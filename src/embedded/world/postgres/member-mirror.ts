/** What members and their cluster write into the API server, as Patroni does: labels, annotations, and the objects that hold its state. */
import {readNumber} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {Ref, WorldClient} from '../world-client.ts';
import {diskOf, leaderOf} from './cluster-step.ts';
import {commanderNames} from './commander-objects.ts';
import {podRef, unlessOutrun} from './objects.ts';
import {type AnswerParts, configOf, isFrom} from './patroni-answers.ts';
import type {Member} from './postgres-state.ts';
import {isFollowing, isStreaming} from './replication.ts';

export type MirrorParts = AnswerParts & {readonly client: WorldClient; readonly usesConfigMaps: boolean};

export async function mirrorCluster(parts: MirrorParts): Promise<void> {
  if (parts.faults.isStoreDown === true) return;
  parts.cluster.isAppHeld = await isAppHeld(parts);
  for (const member of parts.members) await mirrorMember(parts, member);
  await mirrorLeader(parts);
}

/** Commander's own part that has the database is scaled to nothing, or was never made. */
async function isAppHeld({client, cluster: {namespace, name}}: MirrorParts): Promise<boolean> {
  if (name !== commanderNames.database) return false;
  const backend = await client.find({apiVersion: 'apps/v1', kind: 'Deployment', name: 'backend', namespace});
  return backend !== undefined && readNumber(backend, 'spec.replicas') === 0;
}

async function mirrorMember(parts: MirrorParts, member: Member): Promise<void> {
  if (member.isLost === true || member.failure !== undefined) return;
  const label = labelOf(parts, member);
  const essence = JSON.stringify([label, member.state, member.state === 'running' ? diskOf(parts, member).timeline : 0]);
  if (!isDue(parts, member, essence)) return;
  member.told = {text: essence, atMs: parts.nowMs};
  const change = {metadata: {labels: {'spilo-role': label}, annotations: {status: JSON.stringify(statusOf(parts, member))}}};
  await unlessOutrun(
    parts.client.patch(podRef(member.namespace, member.name), {...change, metadata: {...change.metadata, uid: member.podUid}}),
  );
}

/** Of changes at once, of positions at Patroni's next loop. */
function isDue({nowMs, pace}: MirrorParts, {told}: Pick<Member, 'told'>, essence: string): boolean {
  return told === undefined || told.text !== essence || nowMs - told.atMs >= pace.loopWaitMs;
}

function labelOf(parts: MirrorParts, member: Member): 'master' | 'replica' | null {
  if (leaderOf(parts)?.name === member.name) return 'master';
  return isFollowing(parts, member) ? 'replica' : null;
}

function statusOf(parts: MirrorParts, member: Member) {
  const {version, cluster} = parts;
  const {ip, state} = member;
  const disk = diskOf(parts, member);
  const isLeader = member.name === cluster.leader;
  const isUp = state === 'running';
  const lsn = disk.content.lsn;
  return {
    conn_url: `postgres://${ip}:5432/postgres`,
    api_url: `http://${ip}:8008/patroni`,
    state,
    role: isLeader ? (isFrom(version, '4.0.0') ? 'primary' : 'master') : isUp ? 'replica' : 'uninitialized',
    version,
    ...(isUp && {xlog_location: lsn}),
    ...(isUp && !isLeader && isFrom(version, '4.1.0') && {replay_lsn: lsn, receive_lsn: lsn}),
    ...(isStreaming(parts, member) && isFrom(version, '3.0.4') && {replication_state: 'streaming'}),
    ...(isUp && {timeline: disk.timeline}),
  };
}

async function mirrorLeader(parts: MirrorParts): Promise<void> {
  const {cluster, nowMs, faults, usesConfigMaps, members} = parts;
  if (cluster.systemId === '') return;
  const leader = leaderOf(parts);
  const config = JSON.stringify(configOf(parts));
  const essence = JSON.stringify([
    cluster.leader,
    cluster.systemId,
    config,
    cluster.syncStandby?.name,
    failoverOf(parts),
    faults.hasStaleEndpoint,
    leader?.ip,
  ]);
  // One that cannot reach its lock holder says nothing: the object stays as it was.
  const isSilent = cluster.leader !== undefined && members.every(({name, isLost}) => name !== cluster.leader || isLost === true);
  if (isSilent || !isDue(parts, cluster, essence)) return;
  const isNew = cluster.told?.text !== essence;
  cluster.told = {text: essence, atMs: nowMs};
  if (leader !== undefined) cluster.optime = diskOf(parts, leader).content.lsn;
  const time = (ms: number) => new Date(ms).toISOString().replace('Z', '000+00:00');
  const subsets = {subsets: leader === undefined ? [] : [subsetOf(leader, faults.hasStaleEndpoint === true)]};
  await keep(parts, usesConfigMaps ? `${cluster.name}-leader` : cluster.name, usesConfigMaps ? {} : subsets, {
    leader: cluster.leader ?? null,
    ttl: String(parts.pace.ttlMs / 1000),
    renewTime: time(nowMs),
    acquireTime: time(cluster.acquiredAtMs),
    transitions: String(cluster.transitions),
    optime: String(cluster.optime),
  });
  if (!isNew) return;
  await keep(parts, `${cluster.name}-config`, {}, {initialize: cluster.systemId, config, history: JSON.stringify(cluster.history)});
  await keep(parts, `${cluster.name}-failover`, {}, failoverOf(parts));
  if (faults.isSynchronous === true) {
    await keep(parts, `${cluster.name}-sync`, {}, {leader: cluster.leader ?? null, sync_standby: cluster.syncStandby?.name ?? null});
  }
}

function failoverOf({faults}: MirrorParts): Readonly<Record<string, string | null>> {
  const planned = faults.scheduledSwitchover;
  return {leader: planned?.from ?? null, member: planned?.to ?? null, scheduled_at: planned?.at ?? null};
}

function subsetOf({ip, name, namespace, podUid}: Member, isStale: boolean) {
  const target = {kind: 'Pod', name, namespace, uid: podUid};
  return {
    addresses: [{ip: isStale ? '10.111.255.254' : ip, targetRef: target}],
    ports: [{name: 'postgresql', port: 5432, protocol: 'TCP'}],
  };
}

type Annotations = Readonly<Record<string, string | null>>;

/** Written where it says something new; made where it is missing. */
async function keep({client, cluster, usesConfigMaps}: MirrorParts, name: string, more: object, annotations: Annotations): Promise<void> {
  const ref: Ref = {apiVersion: 'v1', kind: usesConfigMaps ? 'ConfigMap' : 'Endpoints', name, namespace: cluster.namespace};
  const live = await client.find(ref);
  if (live === undefined) {
    const given = Object.entries(annotations).filter((entry): entry is [string, string] => entry[1] !== null);
    const labels = {application: 'spilo', 'cluster-name': cluster.name};
    const metadata = {name, namespace: cluster.namespace, labels, annotations: Object.fromEntries(given)};
    await unlessOutrun(client.create({...ref, metadata, ...more}));
    return;
  }
  if (!isSaid(live, annotations) || Object.keys(more).length > 0) await unlessOutrun(client.patch(ref, {metadata: {annotations}, ...more}));
}

function isSaid({metadata}: KubeObject, annotations: Annotations): boolean {
  return Object.entries(annotations).every(([name, value]) => (metadata.annotations?.[name] ?? null) === value);
}
