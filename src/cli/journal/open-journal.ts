/** Opens the journal of a cluster on this machine and holds it until it is closed. */
import {createHash} from 'node:crypto';
import {hostname} from 'node:os';
import {join} from 'node:path';
import type {Clock} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {Log} from '../../domain/log.ts';
import type {Requester} from '../../domain/run.ts';
import {StatusError} from '../../domain/status-error.ts';
import {JournalRuns} from '../../engine/journal-run-store.ts';
import {KubeClient} from '../../engine/kube-client.ts';
import {stateFolder} from '../state-folder.ts';
import {durableFile, ownFolder} from './durable-file.ts';
import {lockJournal} from './journal-lock.ts';

export type OpenJournal = {
  readonly runs: JournalRuns;
  /** For the target's Lease, so that others learn where the run is recorded. */
  readonly place: string;
  close(): void;
};

export type OpenJournalOptions = {
  /** Of clusterIdentity. */
  readonly cluster: string;
  readonly user: Requester;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly folder?: string;
};

/** Throws JournalHeld, BrokenJournal, and what the file system says. */
export async function openJournal({cluster, user, clock, random, log, folder = stateFolder()}: OpenJournalOptions): Promise<OpenJournal> {
  await ownFolder(folder);
  const name = join(folder, `journal-${cluster}`);
  const path = `${name}.jsonl`;
  const lock = lockJournal(path);
  try {
    const file = durableFile(path, () => `${name}-${new Date(clock.now()).toISOString().replaceAll(':', '-')}.jsonl`);
    const runs = await JournalRuns.open({file, cluster, user, log, ports: {clock, random, digest: sha256}});
    return {runs, place: `${hostname()}:${path}`, close: () => lock.release()};
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Clusters are told apart by the uid of kube-system; by the address of the server where that may not be read. */
export async function clusterIdentity(kube: KubePort, serverUrl: string): Promise<string> {
  const kind = {group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false};
  try {
    const namespace = await new KubeClient(kube).get({kind, name: 'kube-system'});
    if (namespace !== undefined) return namespace.metadata.uid;
  } catch (error) {
    // Any other trouble passes, and the answer must be the same each time.
    if (!(error instanceof StatusError) || error.status.code !== 403) throw error;
  }
  return `at-${sha256(serverUrl).slice(0, 16)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
