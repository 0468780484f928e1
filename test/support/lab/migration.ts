/** A database of the lab before and after its disks have moved, with Commander writing all along. */
import {expect} from 'vitest';
import {readItems, readList, readString} from '../../../src/domain/fields.ts';
import {memberContainer, patroniGet, psql} from '../../../src/domain/postgres/member-commands.ts';
import {replicationSql} from '../../../src/domain/postgres/member-sql.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {newClass} from '../postgres-drafts.ts';
import {runsNamespace} from '../runs/run-objects.ts';
import {compareWithCommander, leaderName, whatWasSaid} from './commander-database.ts';
import {askPod} from './run-in-pod.ts';
import type {SafetyWitness} from './safety-witness.ts';
import type {Lab} from './start-lab.ts';

const namespace = 'd8-commander';
const name = 'commander-postgres';
const deadlineMs = 90_000;
const keptIn = {claim: 'dumps', secret: 'commander-keys'};

/** Where a run without a machine of its own keeps a dump and the keys. */
export const keptSafe = {backupTo: `pvc:${runsNamespace}/${keptIn.claim}`, keysTo: `secret:${runsNamespace}/${keptIn.secret}`};
/** Somebody has both elsewhere. */
export const keptElsewhere = {backupTo: 'none', keysTo: 'none'};

export async function makeBackupClaim(lab: Lab): Promise<void> {
  await new WorldClient(lab.server.port).create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: keptIn.claim, namespace: runsNamespace},
    spec: {accessModes: ['ReadWriteOnce'], storageClassName: newClass, resources: {requests: {storage: '5Gi'}}},
  });
}

/** Members follow their leader, the operator is content, and Commander writes. */
export async function untilLive(lab: Lab, instances: number): Promise<void> {
  const world = new WorldClient(lab.server.port);
  await waitUntil(
    'the database lives',
    async () => {
      const cluster = await world.find({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name, namespace});
      const isContent = readString(cluster, 'status.PostgresClusterStatus') === 'Running';
      // A leader takes its lock first, and leads writes to itself a moment later.
      const endpoints = await world.find({apiVersion: 'v1', kind: 'Endpoints', name, namespace});
      const isServing = endpoints?.metadata.annotations?.leader === undefined || readList(endpoints, 'subsets').length > 0;
      return isContent && isServing && (await followersOf(lab)) === instances - 1 && lab.writer.acknowledged().length > 20;
    },
    {deadlineMs, explain: () => whatWasSaid(lab)},
  );
}

/** Members that stream from the leader, and say so themselves. */
async function followersOf(lab: Lab): Promise<number> {
  const leader = {namespace, name: await leaderName(lab)};
  const ask = (command: readonly string[]) => askPod(lab.server.streams, leader, memberContainer, command);
  const page = await ask(patroniGet('cluster'));
  const members = readItems(JSON.parse(page.slice(0, page.lastIndexOf('\n'))), 'members', member => readString(member, 'state'));
  const streamers = readItems({rows: JSON.parse(await ask(psql(replicationSql)))}, 'rows', row => readString(row, 'state'));
  const areWell = members.every(state => state === 'running' || state === 'streaming');
  return areWell ? streamers.filter(state => state === 'streaming').length : 0;
}

/** How long it took, and how long nobody could write. */
export function figuresOf({writer}: Lab, beganMs: number): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return `moved in ${seconds(Date.now() - beganMs)}; at most ${seconds(writer.longestPauseMs(beganMs))} without an acknowledged row`;
}

export type Moved = {readonly instances: number; readonly storageClass: string; readonly witness: SafetyWitness};

/** What must be so after a migration, and must have been so at each deletion on the way. */
export async function expectMoved(lab: Lab, {instances, storageClass, witness}: Moved): Promise<void> {
  const world = new WorldClient(lab.server.port);
  const claims = await world.list('v1', 'PersistentVolumeClaim', namespace);
  expect(claims.map(claim => readString(claim, 'spec.storageClassName'))).toEqual(Array.from({length: instances}, () => storageClass));
  const cluster = await world.find({apiVersion: 'acid.zalan.do/v1', kind: 'postgresql', name, namespace});
  expect(readString(cluster, 'status.PostgresClusterStatus')).toBe('Running');
  const before = lab.writer.acknowledged().length;
  await waitUntil('Commander goes on writing', () => lab.writer.acknowledged().length > before + 20, {deadlineMs});
  expect(await compareWithCommander(lab)).toEqual({lost: [], unreadable: []});
  const deletions = lab.server.deletions();
  expect(deletions.length).toBeGreaterThan(0);
  for (const deletion of deletions) expect(witness.copiesBeside(deletion), JSON.stringify(deletion)).not.toEqual([]);
}
