/**
 * A stand-in for the Zalando operator, as far as its clusters are changed, scaled and deleted: what it does in which order,
 * what it says in its log, and where it goes on after a failure of its own. It is a client of any API server.
 */

import {canonicalJson} from '../../../domain/canonical-json.ts';
import type {Clock} from '../../../domain/clock.ts';
import {readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {timestamp} from '../seeding.ts';
import {type Ref, WorldClient} from '../world-client.ts';
import {type HearTrouble, type Running, startLoop} from './loop.ts';
import {isLeaving} from './objects.ts';
import {deleteCluster} from './operator-delete.ts';
import type {SpiloShape} from './operator-objects.ts';
import {syncCluster} from './operator-sync.ts';

export type OperatorLine = {
  readonly 'cluster-name': string;
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  readonly msg: string;
  readonly pkg: 'controller' | 'cluster';
  readonly time: string;
  readonly worker: number;
};

export type OperatorFaults = {
  /** It does nothing at all. */
  isDown?: boolean | undefined;
  /** The next replacement of a StatefulSet fails; the log says that the cluster has been updated all the same. Counted down. */
  failedReplacements?: number | undefined;
  /** How long there is no StatefulSet while it is replaced, beyond the operator's own look; milliseconds. */
  replaceDelayMs?: number | undefined;
  /** The switchover that it asks for before a scale-down fails; it scales down nevertheless. */
  failsOwnSwitchover?: boolean | undefined;
  /** The operator's `resync_period`: 30 minutes where absent. */
  resyncMs?: number | undefined;
  /** So many of its periodic syncs end in SyncFailed. Counted down. */
  failedSyncs?: number | undefined;
};

/** Asks Patroni of a pod for a switchover, as POST /switchover does. */
export type AskSwitchover = (request: {
  readonly namespace: string;
  readonly pod: string;
  readonly leader: string;
  readonly candidate: string;
}) => Promise<{readonly status: number; readonly body: string}>;

export type OperatorParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly askSwitchover: AskSwitchover;
  readonly shape?: SpiloShape;
  readonly faults?: OperatorFaults;
  log?(line: OperatorLine): void;
  readonly onTrouble?: HearTrouble;
};

export type ClusterWork = Required<Pick<OperatorParts, 'clock' | 'askSwitchover' | 'faults' | 'shape'>> & {
  readonly client: WorldClient;
  readonly signal: AbortSignal;
  say(level: OperatorLine['level'], msg: string, pkg?: OperatorLine['pkg']): void;
};

const apiVersion = 'acid.zalan.do/v1';

/** The wish that was last carried out, or tried in vain. */
type Seen = {readonly wish: string; readonly failedAtMs: number | undefined; readonly atMs: number};

export function startPostgresOperator(parts: OperatorParts): Running {
  const {port, clock, askSwitchover, shape = {}, faults = {}, onTrouble} = parts;
  const client = new WorldClient(port);
  const seen = new Map<string, Seen>();
  /** Each cluster has a worker of its own. */
  const busy = new Set<string>();
  return startLoop({
    port,
    clock,
    who: 'operator',
    everyMs: 5000,
    hears: ['/apis/acid.zalan.do/v1/postgresqls'],
    onTrouble,
    async work(signal) {
      if (faults.isDown === true) return undefined;
      const clusters = await client.list(apiVersion, 'postgresql');
      for (const cluster of clusters) {
        const {uid} = cluster.metadata;
        if (busy.has(uid)) continue;
        busy.add(uid);
        const say = sayFor(parts, cluster);
        void tend({client, clock, askSwitchover, shape, faults, signal, say}, cluster, seen)
          .catch(error => (signal.aborted ? undefined : onTrouble?.('operator', error)))
          .finally(() => busy.delete(uid));
      }
      const orphans = await client.list('apps/v1', 'StatefulSet', undefined, {labelSelector: 'application=spilo'});
      for (const set of orphans) {
        const isWanted = clusters.some(
          ({metadata}) => metadata.name === set.metadata.name && metadata.namespace === set.metadata.namespace,
        );
        // It lists clusters before sets: one made in between is asked for.
        if (isWanted || isLeaving(set) || (await client.find(clusterRef(set))) !== undefined) continue;
        await deleteCluster({client, clock, askSwitchover, shape, faults, signal, say: sayFor(parts, set)}, set);
      }
      return undefined;
    },
  });
}

function sayFor({log, clock}: OperatorParts, {metadata}: KubeObject): ClusterWork['say'] {
  return (level, msg, pkg = 'cluster') =>
    log?.({'cluster-name': `${metadata.namespace}/${metadata.name}`, level, msg, pkg, time: timestamp(clock.now()), worker: 0});
}

export function clusterRef({metadata}: KubeObject): Ref {
  return {apiVersion, kind: 'postgresql', name: metadata.name, namespace: metadata.namespace ?? ''};
}

export type ClusterStatus = 'Creating' | 'Updating' | 'UpdateFailed' | 'SyncFailed' | 'CreateFailed' | 'Running';

/** What is done with a cluster, and how that is told. */
const errands = {
  create: {first: 'creating a new Postgres cluster', last: 'cluster has been created', during: 'Creating', failed: 'CreateFailed'},
  update: {first: 'update of the cluster started', last: 'cluster has been updated', during: 'Updating', failed: 'UpdateFailed'},
  sync: {first: 'syncing of the cluster started', last: 'cluster has been synced', during: undefined, failed: 'SyncFailed'},
  resync: {first: 'syncing of the cluster started', last: 'cluster has been synced', during: undefined, failed: 'SyncFailed'},
} as const;

/** The operator's `repair_period`. */
const repairMs = 300_000;
/** And its `resync_period`. */
const resyncMs = 1_800_000;

async function tend(work: ClusterWork, cluster: KubeObject, seen: Map<string, Seen>): Promise<void> {
  if (isLeaving(cluster)) return;
  const {uid} = cluster.metadata;
  const wish = canonicalJson(cluster.spec);
  const errand = errandOf(cluster, wish, seen.get(uid), work);
  if (errand === undefined) return;
  seen.set(uid, {wish, failedAtMs: undefined, atMs: work.clock.now()});
  const {first, last, during, failed} = errands[errand];
  if (during !== undefined) await show(work, cluster, during);
  // What a look finds in order is not told.
  const isQuiet = errand === 'sync';
  if (!isQuiet) work.say('info', first, 'controller');
  const outcome = (isQuiet || errand === 'resync') && isSyncFailing(work) ? 'failed' : await attempt(work, cluster, isQuiet);
  const atMs = work.clock.now();
  seen.set(uid, {wish, failedAtMs: outcome === 'failed' ? atMs : undefined, atMs});
  const isWell = readString(cluster, 'status.PostgresClusterStatus') === 'Running';
  if (isQuiet && outcome === 'nothing' && isWell) return;
  await show(work, cluster, outcome === 'failed' ? failed : 'Running');
  work.say('info', last, 'controller');
}

/** undefined where there is nothing to do. After a restart, and after a failure in its time, it looks. */
function errandOf(
  cluster: KubeObject,
  wish: string,
  before: Seen | undefined,
  {clock, faults}: ClusterWork,
): keyof typeof errands | undefined {
  const nowMs = clock.now();
  const status = readString(cluster, 'status.PostgresClusterStatus') ?? '';
  if (status === '') return 'create';
  if (before === undefined) return 'sync';
  if (before.wish !== wish) return 'update';
  if (before.failedAtMs !== undefined) return nowMs - before.failedAtMs >= repairMs ? 'sync' : undefined;
  return nowMs - before.atMs >= (faults.resyncMs ?? resyncMs) ? 'resync' : undefined;
}

function isSyncFailing({faults, say}: ClusterWork): boolean {
  if ((faults.failedSyncs ?? 0) === 0) return false;
  faults.failedSyncs = (faults.failedSyncs ?? 0) - 1;
  say('error', 'could not sync cluster: could not sync persistent volume claims: context deadline exceeded');
  return true;
}

async function attempt(work: ClusterWork, cluster: KubeObject, isQuiet: boolean): Promise<'done' | 'nothing' | 'failed'> {
  try {
    return await syncCluster(work, cluster, isQuiet);
  } catch (error) {
    if (work.signal.aborted) throw error;
    work.say('error', error instanceof Error ? error.message : String(error));
    return 'failed';
  }
}

export async function show({client}: ClusterWork, cluster: KubeObject, status: ClusterStatus): Promise<void> {
  await client.patchStatus(clusterRef(cluster), {PostgresClusterStatus: status});
}
