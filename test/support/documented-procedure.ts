/**
 * The platform's documented way of moving Commander's database to another storage class, command by command, judged as it
 * judges: by exit codes, by the operator's log line, by the word `running`, by the class that a claim prints.
 */
import {readString} from '../../src/domain/fields.ts';
import {readBody} from '../../src/domain/postgres/patroni-answer.ts';
import type {Rows} from '../../src/embedded/world/postgres/postgres-state.ts';
import {GaveUp, until, untilQueueEmpty} from './patient-person.ts';
import {patronictlFailover, patronictlList, statesIn} from './patronictl.ts';
import {newClass} from './postgres-drafts.ts';
import type {PostgresHands} from './postgres-hands.ts';

export type DocumentedEnd = {
  /** What a person waited for until they gave up; undefined where every command was carried out. */
  readonly stoppedAt: string | undefined;
  /** What the dump of its first step holds. */
  readonly dump: Rows;
  /** Members whose disk was deleted while they led. */
  readonly leadersHit: readonly string[];
};

type Procedure = {readonly hands: PostgresHands; readonly leadersHit: string[]};

export async function followDocumentation(hands: PostgresHands, isHighlyAvailable: boolean): Promise<DocumentedEnd> {
  const procedure: Procedure = {hands, leadersHit: []};
  const dump = hands.platform.diskOf(hands.member(0))?.content.ledger ?? [];
  const end = (stoppedAt?: string): DocumentedEnd => ({stoppedAt, dump, leadersHit: procedure.leadersHit});
  try {
    await setClass(procedure);
    if (!isHighlyAvailable) await scale(procedure, 2);
    if (!isHighlyAvailable) await untilFollowing(procedure, 1);
    await failOver(procedure, 1);
    // Where there were two from the start no disk is new yet, and the documented look at the classes cannot hold.
    if (!isHighlyAvailable) await requireNewClass(procedure, 1);
    await replaceDisk(procedure, 0);
    await failOver(procedure, 0);
    if (isHighlyAvailable) await replaceDisk(procedure, 1);
    else await removeMember(procedure);
    return end();
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    return end(error.message);
  }
}

async function setClass({hands}: Procedure): Promise<void> {
  const from = hands.platform.log.length;
  await hands.wishClass(newClass);
  await untilQueueEmpty(hands);
  await untilUpdated(hands, from);
}

async function scale({hands}: Procedure, instances: number): Promise<void> {
  const from = hands.platform.log.length;
  await hands.scaleTo(instances);
  await untilUpdated(hands, from);
}

async function untilUpdated(hands: PostgresHands, from: number): Promise<void> {
  await until(hands, 'the operator to log "cluster has been updated"', async () =>
    hands.platform.log.slice(from).some(({msg}) => msg === 'cluster has been updated'),
  );
}

/** Patroni logs `a secondary, and following a leader` as long as PostgreSQL runs as a replica. */
async function untilFollowing({hands}: Procedure, ordinal: number): Promise<void> {
  await until(hands, `the log of ${hands.member(ordinal)} to say that it follows`, async () => {
    const body = readBody((await hands.page(ordinal, 'patroni'))?.body ?? '');
    return readString(body, 'role') === 'replica' && readString(body, 'state') === 'running';
  });
}

/** What it prints is read by nobody but a person; its exit code is 0. */
async function failOver({hands}: Procedure, to: number): Promise<void> {
  const {exitCode} = await patronictlFailover(hands, 0, hands.member(to));
  if (exitCode !== 0) throw new GaveUp(`a failover to ${hands.member(to)}`);
  await until(hands, 'every member to be running', async () => {
    const list = await patronictlList(hands, 0);
    return list.exitCode === 0 && statesIn(list.stdout).every(state => state === 'running' || state === 'streaming');
  });
}

async function replaceDisk(procedure: Procedure, ordinal: number): Promise<void> {
  const {hands, leadersHit} = procedure;
  const member = hands.member(ordinal);
  const uid = (await hands.pod(ordinal))?.metadata.uid;
  if (hands.platform.leader === member) leadersHit.push(member);
  await hands.replaceDisk(ordinal);
  await until(hands, `the pod ${member} to be deleted`, async () => (await hands.pod(ordinal))?.metadata.uid !== uid);
  await untilFollowing(procedure, ordinal);
  await requireNewClass(procedure, ordinal);
}

async function requireNewClass({hands}: Procedure, ordinal: number): Promise<void> {
  if ((await hands.classOf(ordinal)) !== newClass) throw new GaveUp(`the claim of ${hands.member(ordinal)} to be on the new class`);
}

async function removeMember(procedure: Procedure): Promise<void> {
  const {hands} = procedure;
  await scale(procedure, 1);
  await hands.dropClaim(1);
  await until(hands, 'the claim of the second member to be deleted', async () => (await hands.claim(1)) === undefined);
}
