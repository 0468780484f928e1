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
import type {Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {
  again,
  type CasStep,
  type Check,
  done,
  failed,
  type Progress,
  pass,
  refuse,
  type Step,
  type StepPast,
  waiting,
} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {sayUnbound} from './postgres-claim-events.ts';
import {replaceWords} from './postgres-gate-words.ts';
import {checkSettled, checkStand, type Migration, requirePass, requireRetained, requireStand, standGate} from './postgres-migration.ts';
import {operatorLogs, requireQuietModules} from './postgres-owner.ts';
import {keepStep} from './postgres-protect-step.ts';
import {rebuildStep} from './postgres-rebuild-step.ts';
import {lookAtReplica, memberLogs, watchReplica} from './postgres-replica-watch.ts';
import {awaitPod, refuseRejected} from './postgres-set-events.ts';
import {refuseCordoned} from './postgres-switchover.ts';
import {safeForTwoLoops, safeSoFar} from './postgres-switchover-step.ts';
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
  const {ask, danger} = replaceWords(migration, move);
  return {
    id: `replace-${ordinal}`,
    effect: 'K8sCas',
    title: {en: `Delete the claim of ${member}`, ru: `Удалить заявку ${member}`},
    will: {
      en: `${claim} is deleted, bound to its uid; its volume stays (Retain). The pod keeps the disk until the pod itself goes.`,
      ru: `${claim} удаляется по своему uid; том остаётся (Retain). Под держит диск, пока не уйдёт сам.`,
    },
    danger,
    gate: standGate(migration, `replace-${ordinal}`, ask, {goes: ordinal}),
    precheck: async reader => {
      const {seen, trouble, lost, isSteady} = await watch(reader);
      if (isOnItsWay(diskAt(seen, ordinal), newClass)) return checkStand(migration, seen, move);
      const check: Check = checkSettled(migration, seen, move);
      if (check.kind !== 'pass') return check;
      const strict = strictCheck(seen, move);
      if (strict.kind !== 'pass') return strict;
      if (lost !== undefined && move.isBroken !== true) return refuse('LogRemoved', lost);
      return move.isBroken === true || (trouble === undefined && isSteady)
        ? pass
        : {kind: 'wait', wanted: safeForTwoLoops(member), seen: trouble ?? safeSoFar};
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
      const trouble = move.isBroken === true ? undefined : (await lookAtReplica(reader, database, member)).trouble;
      if (trouble !== undefined)
        throw new Refusal('ReplicaNotSafe', {
          en: `${trouble.en}: the disk of ${member} stays`,
          ru: `${trouble.ru}: диск ${member} остаётся`,
        });
      const {name, uid, resourceVersion} = disk.claim;
      const ref = {kind: claimKind, namespace: database.namespace, name};
      return [{kind: 'delete', ref, uid, resourceVersion, propagation: 'Background'}];
    },
    verify: async reader => {
      const {disks} = await readDatabaseObjects(reader, database);
      const disk = disks.find(each => each.ordinal === ordinal);
      return isOnItsWay(disk, newClass)
        ? done({en: `${claim} goes; its volume is kept`, ru: `${claim} удаляется; её том остаётся`})
        : waiting({en: `${claim} on its way out`, ru: `${claim} удаляется`}, {en: 'it does not go yet', ru: 'ещё нет'});
    },
    leaves: [
      {
        words: {
          en: `the claim ${claim} goes, and ${member} with it once its pod ends: start again to copy it anew, or postgres-volume-rebind`,
          ru: `заявка ${claim} уходит, а с концом пода и ${member}: запустите снова, чтобы скопировать заново, или postgres-volume-rebind`,
        },
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
        throw new Refusal('ClaimStays', {
          en: `the claim ${disk.claim.name} is not on its way out: ${member} would come back on its old disk`,
          ru: `заявка ${disk.claim.name} не удаляется: ${member} вернулся бы на прежний диск`,
        });
      if (pod === undefined || pod.isTerminating) return [];
      const isOld = disk?.isTerminating === true && pod.phase !== 'Pending';
      if (!isOld && !isWaitingForGone(seen, ordinal)) return [];
      if (isOld) await requireCalm(reader, migration, seen);
      const ref = {kind: podKind, namespace: database.namespace, name: pod.name};
      return [{kind: 'delete', ref, uid: pod.uid, propagation: 'Background'}];
    },
    verify: (reader, past) => followPod(reader, migration, move, past),
    againMax: 3,
    timeouts: {precheck: settleSeconds, verify: podGoneSeconds + bindSeconds},
    commands: [
      `kubectl -n ${database.namespace} delete pod ${member}`,
      `kubectl -n ${database.namespace} get pvc ${claimNameOf(member)} -w`,
    ],
  };
}

async function followPod(
  reader: Reader,
  {database, newClass}: Migration,
  {member, ordinal}: Replacement,
  past: StepPast,
): Promise<Progress> {
  const seen = await readDatabaseObjects(reader, database);
  const disk = diskAt(seen, ordinal);
  const pod = seen.pods.find(({name}) => name === member);
  const wanted = {en: `a new pod ${member} on a claim of class ${newClass}`, ru: `новый под ${member} на заявке класса ${newClass}`};
  const logs = [...(await operatorLogs(reader)), ...memberLogs(seen)];
  if (pod?.isTerminating === true) return waiting(wanted, {en: `the pod ${member} stops`, ru: `под ${member} останавливается`}, logs);
  if (isWaitingForGone(seen, ordinal))
    return again({en: `the pod ${member} waits for a claim that is gone`, ru: `под ${member} ждёт заявку, которой больше нет`});
  if (disk === undefined)
    return pod === undefined
      ? awaitPod(reader, seen, {member, ordinal, wanted, logs}, past)
      : waiting(
          wanted,
          {en: `the pod ${member} is ${pod.phase}, without a claim yet`, ru: `под ${member} в состоянии ${pod.phase}, заявки ещё нет`},
          logs,
        );
  if (disk.isTerminating)
    return waiting(wanted, {en: `the old claim ${disk.claim.name} goes`, ru: `прежняя заявка ${disk.claim.name} удаляется`}, logs);
  if (disk.storageClass !== newClass)
    return failed('WrongClass', {
      en: `the new claim ${disk.claim.name} is on class ${disk.storageClass || '(default)'}: the StatefulSet makes claims of another class`,
      ru: `новая заявка ${disk.claim.name} на классе ${disk.storageClass || '(по умолчанию)'}: StatefulSet создаёт заявки другого класса`,
    });
  if (!disk.isBound) return waiting(wanted, await sayUnbound(reader, database, disk.claim.name), logs);
  if (pod === undefined || pod.phase !== 'Running') return waiting(wanted, sayPod(member, pod?.phase), logs);
  const volume = disk.volume?.name ?? '';
  return done({
    en: `${disk.claim.name} is bound to ${volume || 'a volume'} of class ${newClass}, ${disk.size}`,
    ru: `${disk.claim.name} привязана к ${volume === '' ? 'тому' : `тому ${volume}`} класса ${newClass}, ${disk.size}`,
  });
}

function sayPod(member: string, phase: string | undefined): Words {
  return phase === undefined
    ? {en: `the pod ${member} is not there yet`, ru: `пода ${member} ещё нет`}
    : {en: `the pod ${member} is ${phase}`, ru: `под ${member} в состоянии ${phase}`};
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
  const wanted = {
    en: 'a standby besides, or synchronous_mode_strict off for the time',
    ru: 'ещё одна резервная реплика или synchronous_mode_strict, выключенный на время',
  };
  if (instances > 2) return {kind: 'wait', wanted, seen: trouble};
  return refuse('StrictWrites', {
    en: `${trouble.en}; turn synchronous_mode_strict off for the time, or start anew with extraMember=true`,
    ru: `${trouble.ru}; на время выключите synchronous_mode_strict или начните заново с extraMember=true`,
  });
}

/** Throws Refusal where a new disk or pod would find no place, or somebody else is at work on the database. */
async function requireCalm(reader: Reader, {facts}: Migration, seen: DatabaseSeen): Promise<void> {
  await refuseRejected(reader, seen);
  await refuseCordoned(reader, seen);
  await requireQuietModules(reader, facts.owner);
}

/** The plan never says so; the last word before a disk goes all the same. */
function requireReplica(member: string, leader: string): void {
  if (member === leader)
    throw new Refusal('IsLeader', {
      en: `${member} leads: its disk is not touched`,
      ru: `${member} — лидер: его диск не трогаем`,
    });
}
