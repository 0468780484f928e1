/** What one leader does for all: removes runs whose time to live is over, with what people said of them, and leases that outlived their run. */
import {readField} from '../domain/fields.ts';
import type {KubeObject, ObjectMeta} from '../domain/kube-object.ts';
import type {Log} from '../domain/log.ts';
import {readRun} from '../domain/read-run.ts';
import {approvalKind, hasOutlived, isFinished, type Run, runKind} from '../domain/run.ts';
import {KubeClient} from './kube-client.ts';
import {leaseKind} from './lease-record.ts';
import type {EnginePorts} from './ports.ts';

export type HousekeepingOptions = {
  readonly ports: Pick<EnginePorts, 'kube' | 'clock'>;
  readonly namespace: string;
  readonly log: Log;
};

/** Leases of runs that were made a moment ago may belong to one that the caller has not heard of yet. */
const graceMs = 60_000;

/** One sweep. `runs` is what the caller's watch holds; each removal is bound to the uid that was judged. */
export async function sweep(
  {ports, namespace, log}: HousekeepingOptions,
  runs: readonly Run[],
): Promise<{readonly runs: number; readonly leases: number}> {
  const client = new KubeClient(ports.kube);
  const now = ports.clock.now();
  const over = runs.filter(run => hasOutlived(run, now));
  const approvals = over.length === 0 ? [] : await client.list(approvalKind, {namespace});
  for (const {meta} of over) {
    // Before the run: without it nobody would know any more that their time is over.
    for (const {metadata} of approvals.filter(approval => readField(approval, 'spec.run.uid') === meta.uid)) {
      await client.delete({kind: approvalKind, namespace, name: metadata.name}, deleteOptions(metadata.uid));
    }
    await client.delete({kind: runKind, namespace, name: meta.name}, {...deleteOptions(meta.uid), propagationPolicy: 'Background'});
    log('info', 'run removed, its time is over', {run: meta.name});
  }
  const orphans = (await client.list(leaseKind, {namespace})).filter(lease => isOrphan(lease, runs, now));
  let removed = 0;
  for (const {metadata} of orphans) {
    if (await isAlive(client, namespace, metadata)) continue;
    await client.delete({kind: leaseKind, namespace, name: metadata.name}, deleteOptions(metadata.uid));
    log('info', 'orphaned lease removed', {lease: metadata.name});
    removed += 1;
  }
  return {runs: over.length, leases: removed};
}

function isOrphan({metadata}: KubeObject, runs: readonly Run[], now: number): boolean {
  const uid = runUidOf(metadata);
  if (uid === undefined || metadata.annotations?.['deckhand.dev/journal'] !== undefined) return false;
  const run = runs.find(({meta}) => meta.uid === uid);
  const isOld = Date.parse(metadata.creationTimestamp ?? '') + graceMs < now;
  return isOld && (run === undefined || isFinished(run));
}

/** The watch may hold less than there is: before a lease goes, its run is asked for. */
async function isAlive(client: KubeClient, namespace: string, metadata: ObjectMeta): Promise<boolean> {
  const name = metadata.annotations?.['deckhand.dev/run']?.split('/')[1];
  const object = name === undefined ? undefined : await client.get({kind: runKind, namespace, name});
  return object !== undefined && object.metadata.uid === runUidOf(metadata) && !isFinished(readRun(object));
}

function runUidOf({name, labels}: ObjectMeta): string | undefined {
  return /^run-(.+)$/.exec(name)?.[1] ?? labels?.['deckhand.dev/run-uid'];
}

function deleteOptions(uid: string) {
  return {apiVersion: 'v1', kind: 'DeleteOptions', preconditions: {uid}} as const;
}
