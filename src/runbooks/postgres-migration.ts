/** A migration to another class as its steps see it: what was found when it was planned, and the rules that hold for each act. */

import type {Fields} from '../domain/fields.ts';
import {agreedLeader, type DatabaseSeen, diskOf, podOf} from '../domain/postgres/database-seen.ts';
import {memberName} from '../domain/postgres/postgres-cluster.ts';
import {clusterReasons} from '../domain/postgres/replica-safety.ts';
import {copiesWithout, safeCopies} from '../domain/postgres/safe-copies.ts';
import {type PathInput, storagePath} from '../domain/postgres/storage-path.ts';
import {asWords, type Words} from '../domain/words.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import type {Check, GateDefinition, StepPast} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {readEvents} from './postgres-claim-events.ts';
import {dumpTakenAt} from './postgres-dump-time.ts';
import {type DatabaseName, lookPermissions} from './postgres-kinds.ts';
import {type Owner, ownerPermissions} from './postgres-owner.ts';
import {checkLeader} from './postgres-switchover-step.ts';
import {readDatabase} from './postgres-world.ts';

/** A dump that is older is no answer to the loss of both copies. */
const freshDumpMs = 3_600_000;

export const policyBeforeAnnotation = 'deckhand.dev/reclaim-policy-before';
/** The uid of the run that noted it, and that puts it back. */
export const policyRunAnnotation = 'deckhand.dev/reclaim-policy-run';

export type MemberFacts = {
  readonly ordinal: number;
  readonly name: string;
  /** null where the claim is gone, or on its way out. */
  readonly claimUid: string | null;
  readonly storageClass: string | null;
  readonly size: string;
  readonly volume: string | null;
};

export type LeftClaim = {readonly name: string; readonly uid: string; readonly ordinal: number; readonly storageClass: string};

export type MigrationFacts = {
  readonly owner: Owner;
  /** As it stood in the setting; '' where none did. */
  readonly settingClass: string;
  readonly oldClass: string;
  readonly instances: number;
  readonly finalMembers: number;
  readonly leader: string;
  readonly timeline: number;
  readonly systemId: string;
  readonly patroni: string;
  readonly setUid: string;
  readonly setClass: string;
  readonly members: readonly MemberFacts[];
  /** A member that may take the lead under synchronous replication; null where it is not, or where nobody stands by. */
  readonly standby: string | null;
  /** A claim of a member that is not there, of some time before. */
  readonly leftClaim: LeftClaim | null;
  readonly isOneNode: boolean;
  readonly isKeepingClaims: boolean;
  /** There is one member more than is wished, or than a note of an earlier attempt says. */
  readonly isResumed: boolean;
  /** Volumes of the old class can be made larger, those of the new one cannot. */
  readonly isGrowthLost: boolean;
};

export const migrationPermissions: readonly Permission[] = [
  ...lookPermissions,
  ...ownerPermissions,
  readEvents,
  {verbs: ['patch'], group: 'acid.zalan.do', resource: 'postgresqls', scope: 'target'},
  {verbs: ['patch'], group: 'deckhouse.io', resource: 'moduleconfigs'},
  {verbs: ['list', 'patch'], group: '', resource: 'persistentvolumes'},
  {verbs: ['delete'], group: '', resource: 'persistentvolumeclaims', scope: 'target'},
  {verbs: ['delete'], group: '', resource: 'pods', scope: 'target'},
  {verbs: ['get', 'list'], group: 'storage.k8s.io', resource: 'storageclasses'},
];

/** As the printed procedures show it. */
export const exampleMigration: MigrationFacts = {
  owner: 'commander',
  settingClass: 'old',
  oldClass: 'old',
  instances: 2,
  finalMembers: 2,
  leader: 'commander-postgres-0',
  timeline: 1,
  systemId: '',
  patroni: '3.0.2',
  setUid: '',
  setClass: 'old',
  members: [0, 1].map(ordinal => ({
    ordinal,
    name: `commander-postgres-${ordinal}`,
    claimUid: '',
    storageClass: 'old',
    size: '10Gi',
    volume: '',
  })),
  standby: null,
  leftClaim: null,
  isOneNode: false,
  isKeepingClaims: true,
  isResumed: false,
  isGrowthLost: false,
};

export type Migration = {
  readonly database: DatabaseName;
  readonly newClass: string;
  readonly isExtraWanted: boolean;
  /** One member is broken, and that is what is mended: nothing waits for it to be ready. */
  readonly isDegraded?: true;
  readonly facts: MigrationFacts;
};

export function pathInputOf({database, newClass, isExtraWanted, facts}: Migration): PathInput {
  const {members, finalMembers, timeline, leader} = facts;
  return {
    cluster: database.name,
    newClass,
    members: members.map(({ordinal, storageClass}) => ({ordinal, storageClass: storageClass ?? undefined})),
    finalMembers,
    leader: members.find(({name}) => name === leader)?.ordinal ?? 0,
    timeline,
    isExtraWanted,
    leftOrdinal: facts.leftClaim?.ordinal,
    standby: members.find(({name}) => name === facts.standby)?.ordinal,
  };
}

export function movesOf(migration: Migration): ReturnType<typeof storagePath> {
  return storagePath(pathInputOf(migration));
}

/** How the database must stand for the next destructive act. */
export type Stand = {readonly leader: string; readonly timeline: number; readonly instances: number};

/** What was not asked for stops the run; what only has not come yet is waited for. */
export function checkStand(migration: Migration, seen: DatabaseSeen, {leader, timeline, instances}: Stand): Check {
  const {newClass, facts} = migration;
  const led = checkLeader(seen, {from: leader, timeline, systemId: facts.systemId});
  if (led.kind !== 'pass') return led;
  const {cluster, set} = seen;
  if (cluster.instances !== instances) return no('InstancesChanged', otherInstances(cluster.instances, instances));
  if (cluster.storageClass !== newClass)
    return no('ClassChanged', {
      en: `the database asks for class ${cluster.storageClass || '(default)'}, not ${newClass}: somebody else has changed it`,
      ru: `база просит класс ${cluster.storageClass || '(по умолчанию)'}, а не ${newClass}: его сменил кто-то другой`,
    });
  if (set === undefined || set.replicas !== instances)
    return wait(
      {en: 'the StatefulSet in place', ru: 'StatefulSet на месте'},
      set === undefined
        ? {en: 'it is being replaced', ru: 'его заменяют'}
        : {en: `${set.replicas} replicas`, ru: `реплик: ${set.replicas}`},
    );
  if (set.storageClass !== newClass)
    return no('ClassChanged', {
      en: `the StatefulSet makes claims of class ${set.storageClass || '(default)'}, not ${newClass}`,
      ru: `StatefulSet создаёт заявки класса ${set.storageClass || '(по умолчанию)'}, а не ${newClass}`,
    });
  const changed = changedClaim(migration, seen);
  return changed === undefined ? {kind: 'pass'} : no('ClaimChanged', changed);
}

/** Before anything new is begun the operator must have settled too. */
export function checkSettled(migration: Migration, seen: DatabaseSeen, stand: Stand): Check {
  const check = checkStand(migration, seen, stand);
  const {status} = seen.cluster;
  if (check.kind !== 'pass' || status === 'Running') return check;
  return wait(operatorContent, sayOperator(status));
}

export const operatorContent: Words = {en: 'the operator content (Running)', ru: 'оператор закончил (Running)'};

export function sayOperator(status: string): Words {
  return status === '' ? {en: 'it says nothing', ru: 'он не сообщает ничего'} : {en: `it says ${status}`, ru: `он сообщает ${status}`};
}

export function operatorSays(status: string): Words {
  return status === ''
    ? {en: 'the operator says nothing', ru: 'оператор не сообщает ничего'}
    : {en: `the operator says ${status}`, ru: `оператор сообщает ${status}`};
}

export function otherInstances(wanted: number, instances: number): Words {
  return {
    en: `${wanted} instances are wanted, not ${instances}: somebody else has changed numberOfInstances`,
    ru: `нужно экземпляров ${wanted}, а не ${instances}: кто-то другой сменил numberOfInstances`,
  };
}

/** A disk that is neither the one that was there nor one of the new class was put there by somebody else. */
export function changedClaim({newClass, facts}: Migration, {disks}: Pick<DatabaseSeen, 'disks'>): Words | undefined {
  const strange = disks.find(({ordinal, claim, storageClass}) => {
    const known = facts.members.find(member => member.ordinal === ordinal);
    return known !== undefined && known.claimUid !== null && claim.uid !== known.claimUid && storageClass !== newClass;
  });
  return strange === undefined
    ? undefined
    : {
        en: `the claim ${strange.claim.name} was made anew on class ${strange.storageClass || '(default)'} by somebody else`,
        ru: `заявку ${strange.claim.name} кто-то другой создал заново на классе ${strange.storageClass || '(по умолчанию)'}`,
      };
}

/** Throws Refusal where the database does not stand as it must right now. */
export async function requireStand(reader: Reader, migration: Migration, stand: Stand): Promise<DatabaseSeen> {
  const seen = await readDatabase(reader, migration.database);
  requirePass(checkStand(migration, seen, stand));
  return seen;
}

export function requirePass(check: Check): void {
  if (check.kind === 'refuse') throw new Refusal(check.reason, check.message);
  if (check.kind === 'wait') {
    const [wanted, seen] = [asWords(check.wanted), asWords(check.seen)];
    throw new Refusal('NotSettled', {
      en: `wanted ${wanted.en}, seen ${seen.en}: nothing was done`,
      ru: `нужно ${wanted.ru}, сейчас ${seen.ru}: ничего не сделано`,
    });
  }
}

/** A gate that shows what the decision stands on: when any of it changes, what was agreed to is void. */
export function standGate(migration: Migration, id: string, ask: Words, {goes, heir}: AtStake = {}): GateDefinition {
  return {
    id,
    ask,
    facts: async (reader, _key, past) => {
      const seen = await readDatabase(reader, migration.database);
      return {
        ...standFacts(seen, goes),
        ...(goes === undefined ? {} : {dump: sayDump(past, seen.now)}),
        ...(heir === undefined ? {} : heirFacts(seen, heir)),
      };
    },
  };
}

/** `goes`: the ordinal whose disk goes; `heir`: who is to lead. */
type AtStake = {readonly goes?: number; readonly heir?: string};

/** What stays the same from look to look: a lag would void every approval. */
function heirFacts(seen: DatabaseSeen, heir: string): Fields {
  const role = seen.topology?.members.find(({name}) => name === heir)?.role ?? 'unknown';
  const {timeline} = seen.reports.get(heir) ?? {};
  return {
    heir: {name: heir, node: podOf(seen, heir)?.node ?? null, role, timeline: timeline ?? null},
    copies: safeCopies(seen).map(({name, kind}) => `${name} (${kind})`),
  };
}

/** A time and a class of age: an age itself would be another fact at every look. */
function sayDump({startedAtOf, summaryOf}: StepPast, now: number): string {
  const at = dumpTakenAt(summaryOf?.('dump')) ?? startedAtOf?.('dump');
  if (at === undefined) return 'none was taken by this run';
  const isFresh = now - at < freshDumpMs;
  return `of ${new Date(at).toISOString()}, ${isFresh ? 'less' : 'more'} than an hour old${isFresh ? '' : ': what was written since is in no dump'}`;
}

function standFacts(seen: DatabaseSeen, goes: number | undefined): Fields {
  const agreed = agreedLeader(seen);
  const leader = agreed.kind === 'agreed' ? agreed.name : `none: ${agreed.why.en}`;
  const held = agreed.kind === 'agreed' ? seen.reports.get(agreed.name) : undefined;
  const left =
    goes === undefined ? {} : {copiesLeft: copiesWithout(seen, safeCopies(seen), goes), goes: memberName(seen.cluster.name, goes)};
  return {
    leader,
    timeline: held?.timeline ?? null,
    systemId: held?.systemId ?? null,
    instances: seen.cluster.instances,
    storageClass: seen.cluster.storageClass,
    claims: Object.fromEntries(
      seen.disks.map(({claim, storageClass, size, volume}) => [
        claim.name,
        `${claim.uid}, class ${storageClass || '(none)'}, ${size}, volume ${volume?.name ?? '(none)'} ${volume?.policy ?? ''}`.trim(),
      ]),
    ),
    trouble: clusterReasons(seen).map(({text}) => text.en),
    ...left,
  };
}

/** Throws Refusal where the volume would go with its claim. */
export function requireRetained(seen: DatabaseSeen, ordinal: number): void {
  const volume = diskOf(seen, ordinal)?.volume;
  if (volume !== undefined && volume.policy !== 'Retain')
    throw new Refusal('NotRetained', {
      en: `the volume ${volume.name} would be deleted with its claim (${volume.policy}): set it to Retain first`,
      ru: `том ${volume.name} удалился бы вместе с заявкой (${volume.policy}): сначала переведите его в Retain`,
    });
}

function no(reason: string, message: Words): Check {
  return {kind: 'refuse', reason, message};
}

function wait(wanted: Words, seen: Words): Check {
  return {kind: 'wait', wanted, seen};
}
