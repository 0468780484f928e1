/** Looks at a database before its class is changed: what the plan stands on, and every reason not to begin. */
import {readString} from '../domain/fields.ts';
import {type DatabaseSeen, diskOf, podOf} from '../domain/postgres/database-seen.ts';
import {readArchiver} from '../domain/postgres/member-facts.ts';
import {archiverSql} from '../domain/postgres/member-sql.ts';
import {memberName} from '../domain/postgres/postgres-cluster.ts';
import {clusterReasons} from '../domain/postgres/replica-safety.ts';
import {type Branch, chooseBranch} from '../domain/postgres/storage-branch.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {type DatabaseName, databaseRef, storageClassKind} from './postgres-kinds.ts';
import {instancesBeforeAnnotation, type LeftClaim, type MemberFacts, type MigrationFacts} from './postgres-migration.ts';
import {type OwnerFacts, readOwner, requireQuietModules} from './postgres-owner.ts';
import {sayMembers} from './postgres-replica-watch.ts';
import {refusalWords, refuseCordoned} from './postgres-switchover.ts';
import {askSql, type Leader, readDatabase, requireLeader} from './postgres-world.ts';

export async function gatherMigration(reader: Reader, database: DatabaseName, newClass: string): Promise<MigrationFacts> {
  await requireClass(reader, newClass);
  const seen = await readDatabase(reader, database);
  const owned = await readOwner(reader, seen.cluster);
  await requireQuietModules(reader, owned.owner);
  const leader = requireLeader(seen);
  requireCalm(seen);
  await refuseCordoned(reader, seen);
  await requireArchiving(reader, database, leader);
  const before = await readInstancesBefore(reader, database);
  const branch = branchOf(seen, owned, before, newClass, leader.name);
  if (branch.kind === 'stop') throw new Refusal(branch.reason, branch.message);
  return factsOf(seen, owned, leader, branch.members, newClass);
}

/** Throws Refusal where the class cannot be the one that is meant. */
async function requireClass(reader: Reader, name: string): Promise<void> {
  if (name === 'false')
    throw new Refusal('BadParameter', 'storageClass is false, which means "no disk" to the platform: name a StorageClass');
  const live = await reader.get({kind: storageClassKind, name});
  if (live !== undefined) return;
  const known = (await reader.list(storageClassKind)).map(({metadata}) => metadata.name);
  throw new Refusal('UnknownClass', `there is no StorageClass ${name}: choose one of ${known.join(', ') || '(there is none)'}`);
}

function requireCalm(seen: DatabaseSeen): void {
  const [reason] = clusterReasons(seen);
  if (reason !== undefined) throw new Refusal(refusalWords[reason.code] ?? 'NotNow', `${reason.text}: mend that first`);
  const {cluster, set, topology} = seen;
  if (set === undefined)
    throw new Refusal('NotSettled', 'the StatefulSet of the database is not there: wait until the operator has made it');
  if (cluster.status !== 'Running')
    throw new Refusal('NotSettled', `the operator says ${cluster.status || 'nothing'} of the database, not Running: mend that first`);
  const tagged = (topology?.members ?? []).filter(({isNoFailover}) => isNoFailover).map(({name}) => name);
  if (tagged.length > 0)
    throw new Refusal('NoFailover', `${tagged.join(', ')}: tagged nofailover, and so never a leader; take the tag away first`);
  const foreign = (topology?.members ?? []).filter(({state}) => state === '').map(({name}) => name);
  if (foreign.length > 0) throw new Refusal('MissingReplica', `${foreign.join(', ')}: a pod without Patroni; repair it first`);
}

/** A base backup waits for ever for an archive that takes nothing. */
async function requireArchiving(reader: Reader, database: DatabaseName, {pod}: Leader): Promise<void> {
  const archiver = readArchiver((await askSql(reader, database, pod, archiverSql)) ?? '');
  if (archiver?.lastFailedAt === undefined) return;
  if (archiver.lastArchivedAt === undefined || archiver.lastFailedAt > archiver.lastArchivedAt)
    throw new Refusal(
      'ArchiveFails',
      `archiving of the log fails (${archiver.failedCount} times): copies would wait for it; mend the archive first`,
    );
}

async function readInstancesBefore(reader: Reader, database: DatabaseName): Promise<number | undefined> {
  const live = await reader.get(databaseRef(database));
  const before = Number(live?.metadata.annotations?.[instancesBeforeAnnotation]);
  return Number.isInteger(before) && before > 0 ? before : undefined;
}

/** A member whose disk an earlier attempt took, or made anew, is on its way back: the run goes on with it. */
function branchOf(seen: DatabaseSeen, {wish}: OwnerFacts, before: number | undefined, newClass: string, leader: string): Branch {
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
      throw new Refusal('ForeignData', `${name} holds system ${system}, not that of ${leader}: its disk belongs to another database`);
    return name === leader || found?.state === 'running' || found?.state === 'streaming' || isOnItsWay(ordinal);
  });
  const others = seen.pods.filter(({ordinal, isTerminating}) => ordinal >= cluster.instances && !isTerminating).length;
  const branch = chooseBranch({wish, instances: cluster.instances, healthy: healthy.length + others, instancesBefore: before});
  return branch.kind === 'stop' && branch.reason === 'MissingReplica'
    ? {...branch, message: `${branch.message} (${sayMembers(seen)})`}
    : branch;
}

function factsOf(
  seen: DatabaseSeen,
  {owner, settingClass}: OwnerFacts,
  {name: leader, timeline, systemId}: Leader,
  finalMembers: number,
  newClass: string,
): MigrationFacts {
  const {cluster, set, disks} = seen;
  const members = Array.from({length: cluster.instances}, (_, ordinal) => memberFacts(seen, ordinal));
  const nodes = new Set(members.map(({name}) => podOf(seen, name)?.node ?? ''));
  const left = disks.find(({ordinal, isTerminating}) => ordinal === cluster.instances && !isTerminating);
  const leftClaim: LeftClaim | null =
    left === undefined ? null : {name: left.claim.name, uid: left.claim.uid, ordinal: left.ordinal, storageClass: left.storageClass};
  const isSame = settingClass === newClass && cluster.storageClass === newClass;
  if (isSame && members.every(({storageClass}) => storageClass === newClass) && finalMembers === cluster.instances)
    throw new Refusal('NothingToDo', `the database is on class ${newClass} already, and so is every disk of it`);
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
export async function classNames(reader: Reader): Promise<readonly string[]> {
  return (await reader.list(storageClassKind)).map(({metadata}) => metadata.name);
}

/** What of the new class is worth knowing before one agrees. */
export async function readClass(reader: Reader, name: string): Promise<{readonly provisioner: string; readonly canGrow: boolean}> {
  const live = await reader.get({kind: storageClassKind, name});
  return {provisioner: readString(live, 'provisioner') ?? '', canGrow: live?.allowVolumeExpansion === true};
}
