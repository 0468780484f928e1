/** Waits until a member is copied from the leader and safe. A copy that waits for a checkpoint gets one. */

import type {ExecEffect} from '../domain/kube-write.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {agreedLeader, type DatabaseSeen, podOf} from '../domain/postgres/database-seen.ts';
import {memberContainer, psql} from '../domain/postgres/member-commands.ts';
import {type BaseBackup, readBaseBackup, readSlots} from '../domain/postgres/member-facts.ts';
import {baseBackupSql, checkpointSql, slotsSql} from '../domain/postgres/member-sql.ts';
import {parseQuantity} from '../domain/query/quantity.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {again, done, failed, type KeyedStep, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {type CopyFailures, countFailures} from './postgres-copy-failures.ts';
import {roomTrouble} from './postgres-disk-space.ts';
import {changedClaim, type Migration, otherInstances, type Stand} from './postgres-migration.ts';
import {memberLogs, type ReplicaWatch, sayMembers, watchReplica} from './postgres-replica-watch.ts';
import {checkLeader} from './postgres-switchover-step.ts';
import {askSql, readDatabase} from './postgres-world.ts';

/** How long a copy may wait before it is helped. */
const nudgeMs = 10_000;
const copySecondsMin = 1800;
const copyBytesPerSecond = 20_000_000;
/** Further checkpoints would not help what does not wait for one. */
const nudgesMax = 3;
/** A container that dies again and again is not mended by waiting. */
const restartsMax = 3;

export type Rebuilt = Stand & {readonly member: string; readonly ordinal: number};

export function rebuildStep(migration: Migration, rebuilt: Rebuilt): KeyedStep {
  const {database, newClass} = migration;
  const {member, ordinal, leader} = rebuilt;
  const watch = watchReplica(database, member, {storageClass: newClass});
  const failures = countFailures();
  return {
    id: `copy-${ordinal}`,
    effect: 'Keyed',
    isVital: true,
    title: {en: `Wait for ${member} to be copied`, ru: `Дождаться копии ${member}`},
    will: {
      en: `Patroni copies ${leader} to ${member}. Where the copy waits for a checkpoint, ${leader} writes one. Done once ${member} streams, is on the leader’s timeline and has passed the exact position of the leader’s log.`,
      ru: `Patroni копирует ${leader} на ${member}. Если копия ждёт checkpoint, ${leader} его делает. Шаг завершён, когда ${member} получает поток, стоит на той же timeline и прошёл точную позицию журнала лидера.`,
    },
    danger: {
      en: `Meanwhile ${leader} keeps the log for ${member}: watch its free space.`,
      ru: `Тем временем ${leader} хранит журнал для ${member}: следите за свободным местом.`,
    },
    act: reader => nudge(reader, migration, rebuilt),
    verify: (reader, past) => followCopy(reader, migration, rebuilt, past, {watch, failures}),
    againMax: 3,
    timeouts: {verify: Math.max(copySecondsMin, sizeOf(migration) / copyBytesPerSecond)},
    commands: [
      `kubectl -n ${database.namespace} exec ${leader} -c postgres -- psql -U postgres -c checkpoint`,
      `kubectl -n ${database.namespace} exec ${leader} -c postgres -- curl -s http://localhost:8008/cluster`,
    ],
  };
}

function sizeOf({facts}: Migration): number {
  return Math.max(0, ...facts.members.map(({size}) => parseQuantity(size) ?? 0));
}

async function nudge(reader: Reader, {database, facts}: Migration, rebuilt: Rebuilt): Promise<readonly ExecEffect[]> {
  const seen = await readDatabase(reader, database);
  const check = checkLeader(seen, {from: rebuilt.leader, timeline: rebuilt.timeline, systemId: facts.systemId});
  if (check.kind === 'refuse') throw new Refusal(check.reason, check.message);
  const pod = podOf(seen, rebuilt.leader);
  if (check.kind === 'wait' || pod === undefined || !isWaitingLong(seen, rebuilt.member)) return [];
  return [
    {
      kind: 'exec',
      namespace: database.namespace,
      pod: pod.name,
      podUid: pod.uid,
      container: memberContainer,
      command: psql(checkpointSql),
    },
  ];
}

function isWaitingLong(seen: DatabaseSeen, member: string): boolean {
  const state = seen.topology?.members.find(({name}) => name === member)?.state;
  const since = podOf(seen, member)?.runningSince;
  return state === 'creating replica' && since !== undefined && seen.now - since > nudgeMs;
}

type Following = {readonly watch: ReplicaWatch; readonly failures: CopyFailures};

async function followCopy(
  reader: Reader,
  migration: Migration,
  rebuilt: Rebuilt,
  past: StepPast,
  {watch, failures}: Following,
): Promise<Progress> {
  const {database, newClass, facts} = migration;
  const {member, leader} = rebuilt;
  const {seen, trouble, lost, proof, isSteady} = await watch(reader);
  const agreed = agreedLeader(seen);
  const led = checkLeader(seen, {from: leader, timeline: rebuilt.timeline, systemId: facts.systemId});
  if (agreed.kind === 'agreed' && led.kind === 'refuse' && led.reason !== 'NotNow') return failed(led.reason, led.message);
  if (seen.cluster.instances !== rebuilt.instances)
    return failed('InstancesChanged', otherInstances(seen.cluster.instances, rebuilt.instances));
  const changed = changedClaim(migration, seen);
  if (changed !== undefined) return failed('ClaimChanged', changed);
  const pod = podOf(seen, member);
  if (pod !== undefined && pod.restarts >= restartsMax && trouble !== undefined)
    return failed('CrashLoop', {
      en: `${member} was restarted ${pod.restarts} times (${trouble.en}): look at its log; ${leader} and its disk are untouched`,
      ru: `${member} перезапускался ${pod.restarts} раз (${trouble.ru}): посмотрите его лог; ${leader} и его диск не тронуты`,
    });
  if (lost !== undefined) return failed('LogRemoved', lost);
  if (agreed.kind === 'agreed' && failures(seen, member, past))
    return failed('CopyFails', {
      en: `the copy of ${member} ends and is begun again, for five minutes: kubectl -n ${database.namespace} logs ${member} -c postgres says why; mend that and resume. ${leader} and its disk are untouched`,
      ru: `копия ${member} обрывается уже пять минут: причина — kubectl -n ${database.namespace} logs ${member} -c postgres; исправьте и продолжите`,
    });
  const wanted = {en: `${member} a safe copy on class ${newClass}`, ru: `${member} — надёжная копия на классе ${newClass}`};
  if (trouble === undefined && isSteady)
    return done({
      en: `${member} is a safe copy on class ${newClass}: ${proof?.en ?? ''}`,
      ru: `${member} — надёжная копия на классе ${newClass}: ${proof?.ru ?? ''}`,
    });
  const [leading, backup] = [podOf(seen, leader), await backupOf(reader, migration, seen, leader)];
  if (
    past.attempt < nudgesMax &&
    isWaitingLong(seen, member) &&
    (backup === undefined ? past.attempt === 0 : backup.phase.startsWith('waiting for checkpoint'))
  )
    return again({
      en: `the copy of ${member} waits for a checkpoint of ${leader}`,
      ru: `копия ${member} ждёт checkpoint от ${leader}`,
    });
  const room = leading === undefined ? undefined : await roomTrouble(reader, seen, leading);
  if (room !== undefined)
    return failed('NoSpace', {
      en: `${room.en}: give the copy up (scale back, then drop its slot), or make room and retry`,
      ru: `${room.ru}: откажитесь от копии (уменьшите число экземпляров, затем удалите её слот) или освободите место и повторите`,
    });
  const kept = leading === undefined ? undefined : await askSql(reader, database, leading, slotsSql);
  const said = [trouble ?? watched, sayBackup(backup), sayKept(kept), sayMembers(seen)].filter(words => words !== undefined);
  return waiting(wanted, joinWords(said, '; '), memberLogs(seen));
}

async function backupOf(reader: Reader, {database}: Migration, seen: DatabaseSeen, leader: string): Promise<BaseBackup | undefined> {
  const pod = podOf(seen, leader);
  return pod === undefined ? undefined : readBaseBackup((await askSql(reader, database, pod, baseBackupSql)) ?? '');
}

const watched: Words = {en: 'safe, watched for two loops', ru: 'надёжен, наблюдаем два цикла'};

function sayBackup(backup: BaseBackup | undefined): Words | undefined {
  if (backup === undefined) return undefined;
  const {totalBytes, sentBytes, phase} = backup;
  const total = totalBytes === undefined ? undefined : formatBytes(totalBytes);
  return {
    en: `${formatBytes(sentBytes)}${total === undefined ? '' : ` of ${total}`} copied (${phase})`,
    ru: `скопировано ${formatBytes(sentBytes)}${total === undefined ? '' : ` из ${total}`} (${phase})`,
  };
}

function sayKept(printed: string | undefined): Words | undefined {
  const idle = readSlots(printed ?? '').filter(({isActive}) => !isActive);
  if (idle.length === 0) return undefined;
  return joinWords(
    idle.map(({name, retainedBytes}) => ({
      en: `slot ${name} keeps ${formatBytes(retainedBytes)} of log`,
      ru: `слот ${name} держит ${formatBytes(retainedBytes)} журнала`,
    })),
    ', ',
  );
}
