/**
 * The documentation's own way of moving a database of two members to another class, command by command and in its order, as a
 * person carries it out who believes what is printed. It is here to be compared with; nothing of it is printed by the program.
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {memberContainer} from '../../../src/domain/postgres/member-commands.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {newClass} from '../postgres-drafts.ts';
import {runInPod} from './run-in-pod.ts';
import type {Lab} from './start-lab.ts';

const namespace = 'd8-commander';
const name = 'commander-postgres';
/** A person looks at a log for so long before they go on, or give up. */
const patienceMs = 60_000;
const lookMs = 500;

export type Book = {
  /** Comes over the database just before the lead is to be handed over. */
  readonly trouble?: () => Promise<unknown>;
  /** Comes once the first pod is gone. */
  readonly relief?: () => Promise<unknown>;
};

/** What was printed at each step. */
export async function moveByTheBook(lab: Lab, {trouble, relief}: Book): Promise<readonly string[]> {
  const world = new WorldClient(lab.server.port);
  const printed: string[] = [];
  const settings = {postgres: {internal: {storageClass: newClass}}};
  await world.patch({apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'}, {spec: {settings}});
  await patiently(async () => lab.platform?.operatorLog.some(line => line.includes('cluster has been updated')) === true);
  await trouble?.();
  printed.push(await failover(lab, 1));
  const old = await world.find(podRef(0));
  await replaceDisk(world, 0);
  await patiently(async () => (await world.find(podRef(0)))?.metadata.uid !== old?.metadata.uid);
  await relief?.();
  await patiently(async () => follows(lab, 0));
  printed.push(await failover(lab, 0));
  await replaceDisk(world, 1);
  await patiently(async () => follows(lab, 1));
  return printed;
}

function podRef(ordinal: number) {
  return {apiVersion: 'v1', kind: 'Pod', name: `${name}-${ordinal}`, namespace};
}

/** The candidate is typed by hand; the exit code is 0 also where it was refused. */
async function failover(lab: Lab, candidate: number): Promise<string> {
  const command = ['patronictl', 'failover', '--candidate', `${name}-${candidate}`, '--force'];
  const ran = await runInPod(lab.server.streams, {namespace, name: `${name}-0`}, memberContainer, command).catch(() => undefined);
  const lines = ran?.stdout.toString('utf8').split('\n') ?? [];
  return lines.find(line => /failed|Successfully/.test(line))?.trim() ?? 'no answer';
}

async function replaceDisk(world: WorldClient, ordinal: number): Promise<void> {
  await world.remove({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `pgdata-${name}-${ordinal}`, namespace});
  await world.remove(podRef(ordinal));
}

/** By its log: the last thing that it says of itself. */
function follows({agent}: Lab, ordinal: number): boolean {
  const lines = agent.find(namespace, `${name}-${ordinal}`)?.lives[0]?.log.lines ?? [];
  return lines.slice(-10).some(({text}) => text.includes('a secondary, and following a leader'));
}

async function patiently(isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs && !(await isSo())) await sleep(lookMs);
}
