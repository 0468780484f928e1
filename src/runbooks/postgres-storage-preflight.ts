/** Looks at a database before its class is changed: what the plan stands on, and every reason not to begin. */

import {type DatabaseSeen, diskOf, podOf} from '../domain/postgres/database-seen.ts';
import {readArchiver} from '../domain/postgres/member-facts.ts';
import {archiverSql} from '../domain/postgres/member-sql.ts';
import {memberName, ordinalOf} from '../domain/postgres/postgres-cluster.ts';
import {clusterReasons, standbyOf} from '../domain/postgres/replica-safety.ts';
import {type Branch, chooseBranch} from '../domain/postgres/storage-branch.ts';
import {strictTrouble} from '../domain/postgres/strict-writes.ts';
import {parseQuantity} from '../domain/query/quantity.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {requireRoom} from './postgres-disk-space.ts';
import {isWaitingForGone} from './postgres-disk-steps.ts';
import {type Mark, readMark} from './postgres-earlier-run.ts';
import {type DatabaseName, storageClassKind, volumeKind} from './postgres-kinds.ts';
import {requireLog} from './postgres-lost-log.ts';
import {
  type LeftClaim,
  type MemberFacts,
  type Migration,
  type MigrationFacts,
  movesOf,
  policyBeforeAnnotation,
} from './postgres-migration.ts';
import {type OwnerFacts, readOwner, requireQuietModules} from './postgres-owner.ts';
import {sayMembers} from './postgres-replica-watch.ts';
import {notNow, refuseCordoned} from './postgres-switchover.ts';
import {askSql, type Leader, readDatabase, requireLeader} from './postgres-world.ts';

/** `broken`: a member whose state is no reason not to begin, since it is what is to be mended. */
export async function gatherMigration(
  reader: Reader,
  database: DatabaseName,
  newClass: string,
  {broken, isExtraWanted = false}: {readonly broken?: number; readonly isExtraWanted?: boolean} = {},
): Promise<MigrationFacts> {
  await requireClass(reader, newClass);
  const seen = await readDatabase(reader, database);
  const owned = await readOwner(reader, seen.cluster);
  await requireQuietModules(reader, owned.owner);
  const leader = requireLeader(seen);
  requireCalm(seen, broken);
  await requireLog(reader, seen, broken);
  await refuseCordoned(reader, seen);
  await requireArchiving(reader, database, leader);
  await requireRoom(reader, database, leader);
  if (broken === undefined) requireSize(seen, newClass);
  const before = await readMark(reader, database);
  const [oldGrowth, newGrowth] = [await canGrow(reader, seen.cluster.storageClass), await canGrow(reader, newClass)];
  const branch = branchOf(seen, owned, {before, broken, newClass, leader: leader.name});
  if (branch.kind === 'stop') throw new Refusal(branch.reason, branch.message);
  requireRest(seen, broken);
  const {members, isResumed} = branch;
  const facts = {
    ...factsOf(seen, owned, leader, members),
    standby: standbyOf(seen, leader.name, newClass) ?? null,
    isResumed,
    isGrowthLost: oldGrowth && !newGrowth,
  };
  if (broken === undefined) {
    if (!(await isPolicyNoted(reader, seen))) requireSomethingToDo(facts, seen.cluster.storageClass, newClass);
    requireWrites(seen, {database, newClass, isExtraWanted, facts});
  }
  return facts;
}

/** Throws Refusal where the class cannot be the one that is meant. */
export async function requireClass(reader: Reader, name: string): Promise<void> {
  if (name === 'false')
    throw new Refusal(
      'BadParameter',
      {
        en: 'storageClass is false, which means "no disk" to the platform: name a StorageClass',
        ru: 'storageClass: false для платформы значит «без диска»: укажите StorageClass',
      },
      'storageClass',
    );
  const live = await reader.get({kind: storageClassKind, name});
  if (live !== undefined) return;
  const known = (await reader.list(storageClassKind)).map(({metadata}) => metadata.name);
  throw new Refusal(
    'UnknownClass',
    {
      en: `there is no StorageClass ${name}: choose one of ${known.join(', ') || '(there is none)'}`,
      ru: `StorageClass ${name} не существует: выберите из ${known.join(', ') || '(нет ни одного)'}`,
    },
    'storageClass',
  );
}

function requireSomethingToDo(
  {members, leftClaim, settingClass, finalMembers, instances}: MigrationFacts,
  asked: string,
  newClass: string,
): void {
  const isSame = settingClass === newClass && asked === newClass && leftClaim === null && finalMembers === instances;
  if (!isSame || members.some(({storageClass}) => storageClass !== newClass)) return;
  throw new Refusal('NothingToDo', {
    en: `the database is on class ${newClass} already, and so is every disk of it`,
    ru: `база уже на классе ${newClass}, и все её диски тоже`,
  });
}

/** An earlier attempt has not come to the end at which volumes that are in use get their policy back. */
async function isPolicyNoted(reader: Reader, {disks}: DatabaseSeen): Promise<boolean> {
  for (const {volume} of disks) {
    const live = volume === undefined ? undefined : await reader.get({kind: volumeKind, name: volume.name});
    if (live?.metadata.annotations?.[policyBeforeAnnotation] !== undefined) return true;
  }
  return false;
}

function requireCalm(seen: DatabaseSeen, broken: number | undefined): void {
  const [reason] = clusterReasons(seen);
  if (reason !== undefined) throw notNow(reason);
  const {cluster, set} = seen;
  const others = (seen.topology?.members ?? []).filter(({name}) => broken === undefined || name !== memberName(cluster.name, broken));
  if (set === undefined)
    throw new Refusal('NotSettled', {
      en: 'the StatefulSet of the database is not there: wait until the operator has made it',
      ru: 'StatefulSet базы отсутствует: дождитесь, пока оператор его создаст',
    });
  if (cluster.status !== 'Running')
    throw new Refusal('NotSettled', {
      en: `the operator says ${cluster.status || 'nothing'} of the database, not Running: mend that first`,
      ru: `оператор сообщает о базе ${cluster.status || 'пустой статус'}, а не Running: сначала исправьте это`,
    });
  const tagged = others.filter(({isNoFailover}) => isNoFailover).map(({name}) => name);
  if (tagged.length > 0)
    throw new Refusal('NoFailover', {
      en: `${tagged.join(', ')}: tagged nofailover, and so never a leader; take the tag away first`,
      ru: `${tagged.join(', ')}: тег nofailover, лидером не станет; сначала снимите тег`,
    });
  // A pod that waits for a claim that is gone is what an earlier attempt left: the run goes on with it.
  const isLeft = (name: string): boolean => isWaitingForGone(seen, ordinalOf(cluster.name, name) ?? cluster.instances);
  const foreign = others.filter(({name, state}) => state === '' && !isLeft(name)).map(({name}) => name);
  if (foreign.length > 0)
    throw new Refusal('MissingReplica', {
      en: `${foreign.join(', ')}: a pod without Patroni; repair it first`,
      ru: `${foreign.join(', ')}: под без Patroni; сначала почините его`,
    });
}

/** A plan made while a claim goes or comes would be another one a moment later; one that a pod holds, or waits for in vain, stays so. */
function requireRest(seen: DatabaseSeen, broken: number | undefined): void {
  for (let ordinal = 0; ordinal < seen.cluster.instances; ordinal += 1) {
    const name = memberName(seen.cluster.name, ordinal);
    const disk = diskOf(seen, ordinal);
    const isHeld = podOf(seen, name)?.isTerminating === false;
    const isAtRest = disk === undefined ? isWaitingForGone(seen, ordinal) : disk.isTerminating ? isHeld : disk.isBound;
    if (ordinal !== broken && !isAtRest)
      throw new Refusal('ClaimOnItsWay', {
        en: `the claim of ${name} is on its way: wait until a new one is bound (kubectl -n ${seen.cluster.namespace} get pvc), then start again`,
        ru: `заявка ${name} в пути: дождитесь, пока новая станет Bound (kubectl -n ${seen.cluster.namespace} get pvc), и начните снова`,
      });
  }
}

/** New disks are made as the database asks for them: smaller ones than those that go would fill up. Storage rounds up to whole GiB. */
function requireSize({cluster, disks}: DatabaseSeen, newClass: string): void {
  const asked = parseQuantity(cluster.size);
  if (asked === undefined) return;
  const askedMax = Math.ceil(asked / 2 ** 30) * 2 ** 30;
  const larger = disks.find(
    ({ordinal, storageClass, size}) => ordinal < cluster.instances && storageClass !== newClass && (parseQuantity(size) ?? 0) > askedMax,
  );
  if (larger === undefined) return;
  const patch = `kubectl -n ${cluster.namespace} patch postgresql ${cluster.name} --type=merge -p '{"spec":{"volume":{"size":"${larger.size}"}}}'`;
  throw new Refusal('SmallerVolume', {
    en: `${larger.claim.name} has ${larger.size}, but the database asks for ${cluster.size}: its new disk would be smaller; first ${patch}`,
    ru: `у ${larger.claim.name} ${larger.size}, а база просит ${cluster.size}: новый диск был бы меньше; сначала ${patch}`,
  });
}

/** Where only two are there while a disk is made anew, the other one leads, and nobody confirms what it writes. */
function requireWrites(seen: DatabaseSeen, migration: Migration): void {
  const [trouble] = movesOf(migration).flatMap(move =>
    move.kind === 'replace' && move.instances < 3 ? (strictTrouble(seen, move.member, move.leader) ?? []) : [],
  );
  if (trouble === undefined) return;
  const isHelped = migration.facts.finalMembers > 1 && !migration.isExtraWanted;
  throw new Refusal('StrictWrites', {
    en: `${trouble.en}; ${isHelped ? 'give extraMember=true, or ' : ''}turn synchronous_mode_strict off for the time`,
    ru: `synchronous_mode_strict: без второго узла каждая запись будет ждать; ${isHelped ? 'задайте extraMember=true или ' : ''}на время выключите synchronous_mode_strict`,
  });
}

/** A base backup waits for ever for an archive that takes nothing. */
async function requireArchiving(reader: Reader, database: DatabaseName, {pod}: Leader): Promise<void> {
  const archiver = readArchiver((await askSql(reader, database, pod, archiverSql)) ?? '');
  if (archiver?.lastFailedAt === undefined) return;
  if (archiver.lastArchivedAt === undefined || archiver.lastFailedAt > archiver.lastArchivedAt)
    throw new Refusal('ArchiveFails', {
      en: `archiving of the log fails (${archiver.failedCount} times): copies would wait for it; mend the archive first`,
      ru: `архивация журнала не удаётся (${archiver.failedCount} раз): копии будут её ждать; сначала почините архив`,
    });
}

/** A member whose disk an earlier attempt took, or made anew, is on its way back: the run goes on with it. */
function branchOf(
  seen: DatabaseSeen,
  {wish}: OwnerFacts,
  {before, broken, newClass, leader}: {before: Mark; broken: number | undefined; newClass: string; leader: string},
): Branch {
  const {cluster, topology} = seen;
  const isOnItsWay = (ordinal: number): boolean => {
    const disk = diskOf(seen, ordinal);
    return seen.set?.storageClass === newClass && (disk === undefined || disk.isTerminating || disk.storageClass === newClass);
  };
  const members = Array.from({length: cluster.instances}, (_, ordinal) => memberName(cluster.name, ordinal));
  const healthy = members.filter((name, ordinal) => {
    const found = topology?.members.find(member => member.name === name);
    const system = seen.reports.get(name)?.systemId;
    if (system !== undefined && system !== seen.reports.get(leader)?.systemId)
      throw new Refusal('ForeignData', {
        en: `${name} holds system ${system}, not that of ${leader}: its disk belongs to another database; take it away first`,
        ru: `у ${name} система ${system}, а не та, что у ${leader}: диск от другой базы; сначала уберите его`,
      });
    if (ordinal === broken) return true;
    return name === leader || found?.state === 'running' || found?.state === 'streaming' || isOnItsWay(ordinal);
  });
  const others = seen.pods.filter(({ordinal, isTerminating}) => ordinal >= cluster.instances && !isTerminating).length;
  const branch = chooseBranch({wish, instances: cluster.instances, healthy: healthy.length + others, ...before});
  return branch.kind === 'stop' && branch.reason === 'MissingReplica'
    ? {
        ...branch,
        message: {en: `${branch.message.en} (${sayMembers(seen).en})`, ru: `${branch.message.ru} (${sayMembers(seen).ru})`},
      }
    : branch;
}

function factsOf(
  seen: DatabaseSeen,
  {owner, settingClass}: OwnerFacts,
  {name: leader, timeline, systemId}: Leader,
  finalMembers: number,
): Omit<MigrationFacts, 'standby' | 'isResumed' | 'isGrowthLost'> {
  const {cluster, set, disks} = seen;
  const members = Array.from({length: cluster.instances}, (_, ordinal) => memberFacts(seen, ordinal));
  const nodes = new Set(members.map(({name}) => podOf(seen, name)?.node ?? ''));
  const left = disks.find(({ordinal, isTerminating}) => ordinal === cluster.instances && !isTerminating);
  const leftClaim: LeftClaim | null =
    left === undefined ? null : {name: left.claim.name, uid: left.claim.uid, ordinal: left.ordinal, storageClass: left.storageClass};
  return {
    owner,
    settingClass,
    oldClass: cluster.storageClass,
    instances: cluster.instances,
    finalMembers,
    leader,
    timeline,
    systemId,
    patroni: seen.reports.get(leader)?.patroniVersion ?? '',
    setUid: set?.uid ?? '',
    setClass: set?.storageClass ?? '',
    members,
    leftClaim,
    isOneNode: members.length > 1 && nodes.size === 1,
    isKeepingClaims: set?.isKeepingClaims ?? true,
  };
}

function memberFacts(seen: DatabaseSeen, ordinal: number): MemberFacts {
  const disk = diskOf(seen, ordinal);
  const standing = disk === undefined || disk.isTerminating ? undefined : disk;
  return {
    ordinal,
    name: memberName(seen.cluster.name, ordinal),
    claimUid: standing?.claim.uid ?? null,
    storageClass: standing?.storageClass ?? null,
    size: disk?.size ?? seen.cluster.size,
    volume: disk?.volume?.name ?? null,
  };
}

/** Names of the classes that there are, for the choice. */
export const storageClassParameter = {
  type: 'string',
  isRequired: true,
  pattern: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  choices: classNames,
  words: {en: 'StorageClass that the database is to be on', ru: 'StorageClass, на который перенести базу'},
} as const;

async function classNames(reader: Reader): Promise<readonly string[]> {
  return (await reader.list(storageClassKind)).map(({metadata}) => metadata.name);
}

/** Whether volumes of the class can be made larger later. */
async function canGrow(reader: Reader, name: string): Promise<boolean> {
  const live = name === '' ? undefined : await reader.get({kind: storageClassKind, name});
  return live?.allowVolumeExpansion === true;
}
