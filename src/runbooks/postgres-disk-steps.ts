/**
 * Replaces the disk of a replica: its claim first, so that the pod that comes cannot keep it, then its pod, then the copy from the
 * leader. Each act looks again and stops on anything that was not asked for; after a crash the same looks say what is left.
 */

import type {DatabaseSeen} from '../domain/postgres/database-seen.ts';
import {podOf} from '../domain/postgres/database-seen.ts';
import type {MemberDisk} from '../domain/postgres/member-disk.ts';
import {claimNameOf} from '../domain/postgres/postgres-cluster.ts';
import type {Move} from '../domain/postgres/storage-path.ts';
import {strictTrouble} from '../domain/postgres/strict-writes.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, type CasStep, type Check, done, failed, type Progress, pass, refuse, type Step, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {sayClaimTrouble} from './postgres-claim-events.ts';
import {checkSettled, checkStand, type Migration, requirePass, requireRetained, requireStand, standGate} from './postgres-migration.ts';
import {operatorLogs, requireQuietModules} from './postgres-owner.ts';
import {keepStep} from './postgres-protect-step.ts';
import {rebuildStep} from './postgres-rebuild-step.ts';
import {lookAtReplica, memberLogs, watchReplica} from './postgres-replica-watch.ts';
import {refuseCordoned} from './postgres-switchover.ts';
import {readDatabase, readDatabaseObjects} from './postgres-world.ts';
import {claimKind, podKind} from './workload-kinds.ts';

/** A pod that waits longer than this for a claim that is gone waits for ever. */
export const pendingMs = 60_000;
/** The pod has 300 s to stop in. */
const podGoneSeconds = 330;
const bindSeconds = 600;
/** An operator that makes the StatefulSet anew, or an address that lags behind its leader. */
const settleSeconds = 600;

/** `isBroken`: what is on the disk of the member is no copy that anything could be waited for. */
export type Replacement = Extract<Move, {kind: 'replace'}> & {readonly isBroken?: true};

export function replaceSteps(migration: Migration, move: Replacement): readonly Step[] {
  return [claimStep(migration, move), podStep(migration, move), rebuildStep(migration, move), keepStep(migration, move)];
}

export function claimStep(migration: Migration, move: Replacement): CasStep {
  const {database, newClass} = migration;
  const {member, ordinal, leader} = move;
  const claim = claimNameOf(member);
  const watch = watchReplica(database, member);
  return {
    id: `replace-${ordinal}`,
    effect: 'K8sCas',
    title: {en: `Delete the claim of ${member}`, ru: `Удалить заявку ${member}`},
    will: {
      en: `${claim} is deleted, bound to its uid; its volume stays (Retain). The pod keeps the disk until the pod itself goes.`,
      ru: `${claim} удаляется по своему uid; том остаётся (Retain). Под держит диск, пока не уйдёт сам.`,
    },
    danger: {
      en: `Until ${member} is copied anew, ${leader} has the newest rows alone. The way back is to bind the retained volume again.`,
      ru: `Пока ${member} не скопирован заново, самые новые строки есть только у ${leader}. Обратный путь — снова привязать сохранённый том.`,
    },
    gate: standGate(
      migration,
      `replace-${ordinal}`,
      {
        en: `Delete ${claim} and copy ${member} anew from ${leader} onto class ${newClass}?`,
        ru: `Удалить ${claim} и скопировать ${member} заново с ${leader} на класс ${newClass}?`,
      },
      ordinal,
    ),
    precheck: async reader => {
      const {seen, trouble, lost, isSteady} = await watch(reader);
      if (isOnItsWay(diskAt(seen, ordinal), newClass)) return checkStand(migration, seen, move);
      const check: Check = checkSettled(migration, seen, move);
      if (check.kind !== 'pass') return check;
      const strict = strictCheck(seen, move);
      if (strict.kind !== 'pass') return strict;
      if (lost !== undefined && move.isBroken !== true) return refuse('LogRemoved', lost);
      return move.isBroken === true || (trouble === '' && isSteady)
        ? pass
        : {kind: 'wait', wanted: `${member} safe for two loops`, seen: trouble || 'safe so far'};
    },
    act: async reader => {
      const seen = await requireStand(reader, migration, move);
      const disk = diskAt(seen, ordinal);
      if (disk?.isTerminating === true) requireRetained(seen, ordinal);
      if (disk === undefined || isOnItsWay(disk, newClass)) return [];
      requireReplica(member, leader);
      requireRetained(seen, ordinal);
      requirePass(strictCheck(seen, move));
      await requireCalm(reader, migration, seen);
      const trouble = move.isBroken === true ? '' : (await lookAtReplica(reader, database, member)).trouble;
      if (trouble !== '') throw new Refusal('ReplicaNotSafe', `${trouble}: the disk of ${member} stays`);
      const {name, uid, resourceVersion} = disk.claim;
      const ref = {kind: claimKind, namespace: database.namespace, name};
      return [{kind: 'delete', ref, uid, resourceVersion, propagation: 'Background'}];
    },
    verify: async reader => {
      const {disks} = await readDatabaseObjects(reader, database);
      const disk = disks.find(each => each.ordinal === ordinal);
      return isOnItsWay(disk, newClass)
        ? done(`${claim} goes; its volume is kept`)
        : waiting(`${claim} on its way out`, 'it does not go yet');
    },
    leaves: [
      {
        words: `the claim ${claim} goes, and ${member} with it once its pod ends: start again to copy it anew, or postgres-volume-rebind`,
        until: [`copy-${ordinal}`],
      },
    ],
    timeouts: {precheck: 1800, verify: 60},
    commands: [`kubectl -n ${database.namespace} delete pvc ${claim} --wait=false`],
  };
}

export function podStep(migration: Migration, move: Replacement): CasStep {
  const {database, newClass} = migration;
  const {member, ordinal, leader} = move;
  return {
    id: `restart-${ordinal}`,
    effect: 'K8sCas',
    title: {en: `Delete the pod of ${member}`, ru: `Удалить под ${member}`},
    will: {
      en: `The pod stops (up to 300 s), its old claim goes with it, and a new pod gets a new claim of class ${newClass}. A pod that waits for a claim that is gone is deleted again, at most three times.`,
      ru: `Под останавливается (до 300 с), с ним уходит старая заявка; новый под получает новую заявку класса ${newClass}. Под, который ждёт исчезнувшую заявку, удаляется ещё раз — не больше трёх раз.`,
    },
    precheck: async reader => checkStand(migration, await readDatabase(reader, database), move),
    act: async reader => {
      const seen = await requireStand(reader, migration, move);
      requireReplica(member, leader);
      const disk = diskAt(seen, ordinal);
      if (disk?.isTerminating === true) requireRetained(seen, ordinal);
      const pod = podOf(seen, member);
      if (disk !== undefined && !isOnItsWay(disk, newClass))
        throw new Refusal('ClaimStays', `the claim ${disk.claim.name} is not on its way out: ${member} would come back on its old disk`);
      if (pod === undefined || pod.isTerminating) return [];
      const isOld = disk?.isTerminating === true && pod.phase !== 'Pending';
      if (!isOld && !isWaitingForGone(seen, ordinal)) return [];
      if (isOld) await requireCalm(reader, migration, seen);
      const ref = {kind: podKind, namespace: database.namespace, name: pod.name};
      return [{kind: 'delete', ref, uid: pod.uid, propagation: 'Background'}];
    },
    verify: reader => followPod(reader, migration, move),
    againMax: 3,
    timeouts: {precheck: settleSeconds, verify: podGoneSeconds + bindSeconds},
    commands: [
      `kubectl -n ${database.namespace} delete pod ${member}`,
      `kubectl -n ${database.namespace} get pvc ${claimNameOf(member)} -w`,
    ],
  };
}

async function followPod(reader: Reader, {database, newClass}: Migration, {member, ordinal}: Replacement): Promise<Progress> {
  const seen = await readDatabaseObjects(reader, database);
  const disk = diskAt(seen, ordinal);
  const pod = seen.pods.find(({name}) => name === member);
  const wanted = `a new pod ${member} on a claim of class ${newClass}`;
  const logs = [...(await operatorLogs(reader)), ...memberLogs(seen)];
  if (pod?.isTerminating === true) return waiting(wanted, `the pod ${member} stops`, logs);
  if (isWaitingForGone(seen, ordinal)) return again(`the pod ${member} waits for a claim that is gone`);
  if (disk === undefined)
    return waiting(
      wanted,
      pod === undefined ? 'neither pod nor claim yet' : `the pod ${member} is ${pod.phase}, without a claim yet`,
      logs,
    );
  if (disk.isTerminating) return waiting(wanted, `the old claim ${disk.claim.name} goes`, logs);
  if (disk.storageClass !== newClass)
    return failed(
      'WrongClass',
      `the new claim ${disk.claim.name} is on class ${disk.storageClass || '(default)'}: the StatefulSet makes claims of another class`,
    );
  if (!disk.isBound)
    return waiting(wanted, `the claim ${disk.claim.name} is not bound${await sayClaimTrouble(reader, database, disk.claim.name)}`, logs);
  if (pod === undefined || pod.phase !== 'Running') return waiting(wanted, `the pod ${member} is ${pod?.phase ?? 'not there yet'}`, logs);
  return done(`${disk.claim.name} is bound to ${disk.volume?.name ?? 'a volume'} of class ${newClass}, ${disk.size}`);
}

export function isWaitingForGone({pods, disks, now}: Pick<DatabaseSeen, 'pods' | 'disks' | 'now'>, ordinal: number): boolean {
  const pod = pods.find(each => each.ordinal === ordinal);
  const isGone = !disks.some(each => each.ordinal === ordinal);
  return isGone && pod?.phase === 'Pending' && !pod.isTerminating && now - (pod.createdAt ?? now) > pendingMs;
}

function diskAt({disks}: Pick<DatabaseSeen, 'disks'>, ordinal: number): MemberDisk | undefined {
  return disks.find(each => each.ordinal === ordinal);
}

/** Gone, going, or replaced already. */
function isOnItsWay(disk: MemberDisk | undefined, newClass: string): boolean {
  return disk === undefined || disk.isTerminating || disk.storageClass === newClass;
}

/** A broken member confirms no write, so its disk is not missed; of three, the third may be about to come back. */
function strictCheck(seen: DatabaseSeen, {member, leader, instances, isBroken}: Replacement): Check {
  const trouble = isBroken === true ? undefined : strictTrouble(seen, member, leader);
  if (trouble === undefined) return pass;
  const wanted = 'a standby besides, or synchronous_mode_strict off for the time';
  if (instances > 2) return {kind: 'wait', wanted, seen: trouble};
  return refuse('StrictWrites', `${trouble}; turn synchronous_mode_strict off for the time, or start anew with extraMember=true`);
}

/** Throws Refusal where a new disk or pod would find no place, or somebody else is at work on the database. */
async function requireCalm(reader: Reader, {facts}: Migration, seen: DatabaseSeen): Promise<void> {
  await refuseCordoned(reader, seen);
  await requireQuietModules(reader, facts.owner);
}

/** The plan never says so; the last word before a disk goes all the same. */
function requireReplica(member: string, leader: string): void {
  if (member === leader) throw new Refusal('IsLeader', `${member} leads: its disk is not touched`);
}
