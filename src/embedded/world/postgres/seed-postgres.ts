/** The databases of the demo: Commander's own of two members, and one of a team of its own; each with its disks, as if they had run for weeks. */
import {type Fields, readFields} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {day, digits, type Seeding, spread} from '../seeding.ts';
import {type Draft, refOf} from '../world-client.ts';
import {databaseDraft, keysDraft} from './commander-objects.ts';
import {type SpiloShape, setDraft, surroundingDrafts} from './operator-objects.ts';
import {podStatus} from './pod-status.ts';
import {bytesOf, type Content, emptyState, type PostgresState} from './postgres-state.ts';
import {claimDraft, podDraft} from './set-drafts.ts';
import {volumeDraft} from './volume-provisioner.ts';

/** They stand where services stand by default. */
export const demoShape: SpiloShape = {nodeSelector: {'node.deckhouse.io/group': 'system'}};
export const demoProvisioners = ['yandex.csi.flant.com', 'local.csi.storage.deckhouse.io'];
const nodes = ['prod-system-0', 'prod-system-1'];
const firstClass = 'network-hdd';
const provisioner = 'yandex.csi.flant.com';

const table = (rows: number, bytesPerRow: number) => ({rows, bytes: rows * bytesPerRow});

export function demoContent(cluster: string): Content {
  const commander = {clusters: table(37, 9000), jobs: table(214_600, 1200), templates: table(58, 40_000), users: table(126, 900)};
  const shop = {orders: table(410_000, 320), items: table(1_260_000, 90), customers: table(38_500, 700)};
  const own = cluster === 'commander-postgres' ? {commander} : {shop};
  return {lsn: 0, ledger: [], databases: {postgres: {}, ...own}};
}

/** What the simulated members stand on is given back. */
export async function seedPostgres(seeding: Seeding): Promise<PostgresState> {
  const state = emptyState();
  await seeding.create(keysDraft(demoKeys()), 150 * day);
  const commander = databaseDraft({isEnabled: true, isInternal: true, storageClass: firstClass, instances: 2});
  await seedDatabase(seeding, state, commander, {timeline: 3, rows: 48_210, ageDays: 61});
  await seedDatabase(seeding, state, shopDraft, {timeline: 1, rows: 12_904, ageDays: 33});
  return state;
}

const shopDraft: Draft = {
  apiVersion: 'acid.zalan.do/v1',
  kind: 'postgresql',
  metadata: {name: 'shop-postgres', namespace: 'shop', labels: {team: 'shop'}},
  spec: {
    teamId: 'shop',
    numberOfInstances: 1,
    postgresql: {version: '15'},
    volume: {size: '5Gi', storageClass: firstClass},
    resources: {requests: {cpu: '100m', memory: '256Mi'}},
    databases: {shop: 'shop'},
  },
};

function demoKeys(): Record<string, string> {
  const names = ['DETERMINISTIC_KEY', 'KEY_DERIVATION_SALT', 'PRIMARY_KEY'];
  return Object.fromEntries(names.map(name => [`ACTIVE_RECORD_ENCRYPTION_${name}`, digits(`demo/${name}`, 32)]));
}

type Past = {readonly timeline: number; readonly rows: number; readonly ageDays: number};

async function seedDatabase(seeding: Seeding, state: PostgresState, draft: Draft, past: Past): Promise<void> {
  const {client} = seeding;
  const ageMs = past.ageDays * day;
  const cluster = await seeding.create({...draft, status: {PostgresClusterStatus: 'Running'}}, ageMs);
  const known: KubeObject = {...cluster, apiVersion: draft.apiVersion, kind: draft.kind};
  for (const each of surroundingDrafts(known, demoShape)) await seeding.create(each, ageMs);
  const set = await seeding.create(setDraft(known, demoShape), ageMs);
  const {name, namespace = ''} = draft.metadata;
  const instances = Number(readFields(draft, 'spec').numberOfInstances);
  await client.patchStatus(refOf({...draft, apiVersion: 'apps/v1', kind: 'StatefulSet'}), {
    observedGeneration: 1,
    replicas: instances,
    readyReplicas: instances,
    availableReplicas: instances,
  });
  const content = grown(demoContent(name), past.rows);
  const systemId = `77107${digits(`system/${name}`, 20).replace(/\D/g, '7').slice(0, 14)}`;
  for (let ordinal = 0; ordinal < instances; ordinal += 1) {
    await seedMember(seeding, state, {set: {...set, apiVersion: 'apps/v1', kind: 'StatefulSet'}, ordinal, ageMs, content, systemId, past});
  }
  state.clusters[`${namespace}/${name}`] = {
    namespace,
    name,
    systemId,
    leader: `${name}-0`,
    acquiredAtMs: seeding.nowMs - ageMs / 2,
    transitions: past.timeline - 1,
    lockUntilMs: seeding.nowMs + 30_000,
    history: [],
    steppedAtMs: seeding.nowMs,
    optime: content.lsn,
  };
  state.writers[`${namespace}/${name}`] = {next: past.rows + 1, acknowledged: [[1, past.rows]]};
}

function grown(content: Content, rows: number): Content {
  return {...content, lsn: 0x3000000 + 4 * bytesOf(content), ledger: [[1, rows]]};
}

type MemberPlan = {
  readonly set: KubeObject;
  readonly ordinal: number;
  readonly ageMs: number;
  readonly content: Content;
  readonly systemId: string;
  readonly past: Past;
};

async function seedMember(seeding: Seeding, state: PostgresState, plan: MemberPlan): Promise<void> {
  const {set, ordinal, ageMs, content, systemId, past} = plan;
  const {name: cluster, namespace = ''} = set.metadata;
  const name = `${cluster}-${ordinal}`;
  const volume = await seedDisk(seeding, set, name, ageMs);
  const draft = podDraft(set, name, `${cluster}-${digits(cluster, 10)}`);
  const labels = {...draft.metadata.labels, 'spilo-role': ordinal === 0 ? 'master' : 'replica'};
  const nodeName = nodes[ordinal] ?? '';
  const spec = {...readFields(draft, 'spec'), nodeName};
  const pod = await seeding.create({...draft, metadata: {...draft.metadata, labels}, spec}, ageMs * (0.4 + spread(name) / 2));
  const status = podStatus(pod, seeding.ago(ageMs / 2));
  await seeding.client.patchStatus(refOf(draft), status);
  state.disks[volume] = {systemId, timeline: past.timeline, content, history: [], files: {}, capacityBytes: 10 * 2 ** 30};
  state.members[pod.metadata.uid] = {
    cluster,
    namespace,
    name,
    podUid: pod.metadata.uid,
    ip: String(status.podIP),
    volume,
    state: 'running',
    sinceMs: seeding.nowMs - ageMs / 2,
    startedAtMs: seeding.nowMs - ageMs / 2,
  };
}

/** The name of the volume. */
async function seedDisk(seeding: Seeding, set: KubeObject, pod: string, ageMs: number): Promise<string> {
  const [template] = readTemplates(set);
  const draft = claimDraft(set, template, `pgdata-${pod}`);
  const volume = `pvc-${[8, 4, 4, 4, 12].map((count, index) => digits(`${pod}/${index}`, count)).join('-')}`;
  const annotations = {'pv.kubernetes.io/bind-completed': 'yes', 'volume.kubernetes.io/storage-provisioner': provisioner};
  const spec = {...readFields(draft, 'spec'), volumeName: volume};
  const capacity = readFields(spec, 'resources.requests');
  const status = {phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity};
  const claim = await seeding.create({...draft, metadata: {...draft.metadata, annotations}, spec, status}, ageMs);
  const source = {csi: {driver: provisioner, volumeHandle: digits(`${pod}/handle`, 20)}};
  const storageClass = {provisioner, reclaimPolicy: 'Delete', name: firstClass};
  await seeding.create({...volumeDraft(volume, claim, storageClass, source), status: {phase: 'Bound'}}, ageMs);
  return volume;
}

function readTemplates(set: KubeObject): readonly Fields[] {
  const templates = readFields(set, 'spec').volumeClaimTemplates;
  return Array.isArray(templates) ? templates : [];
}
