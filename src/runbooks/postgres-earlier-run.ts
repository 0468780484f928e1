/** What became of the run that an annotation of a database names, as far as whoever asks may see runs. */
import type {KubeObject} from '../domain/kube-object.ts';
import {type BranchInput, type EarlierRun, instancesBeforeAnnotation, instancesRunAnnotation} from '../domain/postgres/storage-branch.ts';
import {readRun} from '../domain/read-run.ts';
import {runKind, targetText} from '../domain/run.ts';
import {StatusError} from '../domain/status-error.ts';
import type {ListOptions, Reader} from '../engine/reader.ts';
import {type DatabaseName, databaseRef} from './postgres-kinds.ts';

/** Where runs are where nobody said otherwise: a controller may not look into every namespace. */
const places: readonly ListOptions[] = [{}, {namespace: 'deckhand'}];

export type Mark = Pick<BranchInput, 'instancesBefore' | 'earlierRun'>;

export async function readMark(reader: Reader, database: DatabaseName): Promise<Mark> {
  const {[instancesBeforeAnnotation]: text, [instancesRunAnnotation]: run} =
    (await reader.get(databaseRef(database)))?.metadata.annotations ?? {};
  const before = Number(text);
  if (!Number.isInteger(before) || before < 1) return {instancesBefore: undefined, earlierRun: 'unknown'};
  return {instancesBefore: before, earlierRun: await earlierRun(reader, database, run)};
}

/** A run that was given up was not to be gone on with, perhaps: 'unknown', as for one in somebody's journal, and for none. */
async function earlierRun(reader: Reader, {namespace, name}: DatabaseName, uid: string | undefined): Promise<EarlierRun> {
  if (uid === undefined) return 'unknown';
  const object = (await readableRuns(reader)).find(({metadata}) => metadata.uid === uid);
  if (object === undefined) return 'unknown';
  const {spec, status} = readRun(object);
  const isAbout = spec.runbook.name === 'postgres-storage-class' && targetText(spec) === `${namespace}/${name}`;
  return isAbout && status.phase !== 'Succeeded' ? 'unknown' : 'over';
}

async function readableRuns(reader: Reader): Promise<readonly KubeObject[]> {
  for (const place of places) {
    try {
      return await reader.list(runKind, place);
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.code !== 403) throw error;
    }
  }
  return [];
}
