/** A database that is to be made anew on another class and filled from its dump: what the plan stands on, and what must hold before it is destroyed. */
import {disableWarning} from '../domain/module-links.ts';
import {inventoryFaults, readInventory} from '../domain/postgres/dump-inventory.ts';
import type {Manifest} from '../domain/postgres/dump-manifest.ts';
import {inventorySql, type Limits} from '../domain/postgres/dump-sql.ts';
import {databasesSql} from '../domain/postgres/member-sql.ts';
import {memberName} from '../domain/postgres/postgres-cluster.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Target} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {refuseCronInTrial} from './postgres-cron-place.ts';
import {moduleVersion} from './postgres-dump-manifest.ts';
import {type DumpFacts, type DumpScope, gatherDump, openBackup} from './postgres-dump-scope.ts';
import {whoIsThere} from './postgres-freeze-steps.ts';
import {gatherKeys, type KeysFacts, requireKeptKeys} from './postgres-keys-steps.ts';
import {type DatabaseName, databaseNameOf} from './postgres-kinds.ts';
import {readMadeManifest} from './postgres-made-backup.ts';
import {type LeadingMember, leadingMember, objectsIn} from './postgres-member.ts';
import type {MemberFacts} from './postgres-migration.ts';
import {commander, type Owner, readOwner, requireNoUpdate, requireQuietModules} from './postgres-owner.ts';
import {readLimits} from './postgres-restore.ts';
import {isWorthRestoring, maintenance} from './postgres-restore-steps.ts';
import {requireClass} from './postgres-storage-preflight.ts';
import {requireProof} from './postgres-trial.ts';
import {requireCounted, requireUnwritten} from './postgres-unwritten.ts';
import {requireWhole} from './postgres-upload-steps.ts';
import {requireNothingElse} from './postgres-what-else-goes.ts';
import {readDatabaseObjects, readLeader} from './postgres-world.ts';
import {moduleKind} from './targets.ts';
import {deploymentKind} from './workload-kinds.ts';

export type ByRestoreFacts = {
  readonly owner: Owner;
  readonly oldClass: string;
  readonly systemId: string;
  readonly members: readonly MemberFacts[];
  readonly dump: DumpFacts;
  /** null where no module has any. */
  readonly keys: KeysFacts | null;
  readonly limits: Limits;
  /** Of Commander, by name: they come back with it. */
  readonly deployments: readonly string[];
  /** The size rounded up to a power of two: it must not change while somebody thinks. */
  readonly bytesAbout: number;
  /** What the module asks before it is turned off. */
  readonly warning: string | null;
};

export type ByRestore = {
  readonly database: DatabaseName;
  readonly target: Target;
  readonly newClass: string;
  readonly facts: ByRestoreFacts;
};

export function dumpScopeOf({database, facts}: ByRestore): DumpScope {
  return {database, facts: facts.dump, frozenFrom: facts.limits};
}

type Given = {readonly storageClass: string; readonly backupTo: string; readonly keysTo: string | undefined};

export async function gatherByRestore(reader: Reader, target: Target, {storageClass, backupTo, keysTo}: Given): Promise<ByRestoreFacts> {
  const database = databaseNameOf(target.ref);
  await requireClass(reader, storageClass);
  const {cluster, disks} = await readDatabaseObjects(reader, database);
  const {owner, settingClass} = await readOwner(reader, cluster);
  await requireQuietModules(reader, owner);
  const {systemId} = await readLeader(reader, database);
  if (settingClass === storageClass && disks.every(disk => disk.storageClass === storageClass))
    throw new Refusal('NothingToDo', {
      en: `the database is on class ${storageClass} already, and so is every disk of it`,
      ru: `база уже на классе ${storageClass}, как и все её диски`,
    });
  const oldClass = disks[0]?.storageClass ?? cluster.storageClass;
  const isCommanders = owner === 'commander';
  const dump = await gatherDump(reader, {database, backupTo, leftClass: oldClass, isNamespaceLeaving: isCommanders});
  const member = await leadingMember(reader, database);
  if (isCommanders) await requireNothingElse(reader, database, member);
  await refuseCronInTrial(member, dump.databases);
  await requireCounted(member, dump.databases);
  return {
    owner,
    oldClass,
    systemId,
    members: disks.map(({ordinal, claim, volume, size, storageClass: own}) => ({
      ordinal,
      name: memberName(cluster.name, ordinal),
      claimUid: claim.uid,
      storageClass: own,
      size,
      volume: volume?.name ?? null,
    })),
    dump,
    keys: isCommanders ? await gatherKeys(reader, requireKeysTo(keysTo)) : null,
    limits: await readLimits(member, dump.databases),
    deployments: isCommanders ? await deploymentNames(reader, database) : [],
    bytesAbout: await sizeAbout(member, dump.databases),
    warning: isCommanders ? await readWarning(reader) : null,
  };
}

async function deploymentNames(reader: Reader, {namespace}: DatabaseName): Promise<readonly string[]> {
  const live = await reader.list(deploymentKind, {namespace});
  return live.map(({metadata}) => metadata.name).toSorted();
}

function requireKeysTo(keysTo: string | undefined): string {
  if (keysTo !== undefined) return keysTo;
  throw new Refusal(
    'NoKeysPlace',
    {
      en: 'the encryption keys of Commander go with its namespace: name a place for them with keysTo',
      ru: 'ключи шифрования Commander исчезнут вместе с его namespace: укажите для них место в keysTo',
    },
    'keysTo',
  );
}

async function sizeAbout(member: LeadingMember, databases: readonly string[]): Promise<number> {
  const sizes = objectsIn(await member.ask(databasesSql)).filter(({datname}) => databases.includes(String(datname)));
  const bytes = sizes.reduce((sum, each) => sum + Number(each.bytes), 0);
  return 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
}

async function readWarning(reader: Reader): Promise<string | null> {
  const live = await reader.get({kind: moduleKind, name: commander.module});
  return (live === undefined ? undefined : disableWarning(live)?.en) ?? null;
}

/** Throws Refusal where what the database is to be made of again is not whole at its place. */
export async function requireKept(reader: Reader, plan: ByRestore, key: string): Promise<Manifest> {
  const scope = dumpScopeOf(plan);
  const {manifest, keeper} = await readMadeManifest(reader, async (by, of) => ({keeper: await openBackup(by, scope, of)}), key);
  await requireWhole(keeper, manifest);
  await requireProof(keeper, manifest);
  if (plan.facts.keys?.kind === 'keys') await requireKeptKeys(reader, plan.facts.keys);
  return manifest;
}

/** Throws Refusal where Commander was updated since: what comes back would be of another version than what is turned on. */
async function requireSameVersion(reader: Reader, {moduleVersion: dumped}: Manifest): Promise<void> {
  const now = await moduleVersion(reader);
  if (now === dumped) return;
  throw new Refusal('OtherVersion', {
    en: `Commander is of version ${now ?? 'unknown'}, and was of ${dumped ?? 'unknown'} when it was dumped: abort with undo and start a new run`,
    ru: `версия Commander — ${now ?? 'неизвестна'}, а при снятии дампа была ${dumped ?? 'неизвестна'}: прервите с отменой и начните заново`,
  });
}

/**
 * Throws Refusal unless everything that is about to be destroyed has been proved to be elsewhere. How old the dump is says nothing
 * here: nobody could write since, no row was changed, and what is counted now is what is in it.
 */
export async function requireAllElsewhere(reader: Reader, plan: ByRestore, key: string): Promise<void> {
  const {database, facts} = plan;
  const member = await leadingMember(reader, database);
  if (member.leader.systemId !== facts.systemId)
    throw new Refusal('OtherSystem', {
      en: 'the database is another one than the plan was made for: start a new run',
      ru: 'это не та база, для которой составлен план: начните новый запуск',
    });
  const open = await whoIsThere(member, Object.keys(facts.limits));
  if (open.length > 0) throw notFrozen(open);
  if (facts.owner === 'commander') await requireNothingElse(reader, database, member);
  await requireNoUpdate(reader, facts.owner);
  const manifest = await requireKept(reader, plan, key);
  if (facts.owner === 'commander') await requireSameVersion(reader, manifest);
  await requireUnwritten(member, manifest);
  for (const dumped of manifest.databases) {
    const {name, before, after} = dumped;
    const now = readInventory(await member.ask(inventorySql, name));
    // What looks after the cluster lives there, and makes its own things.
    if (name === maintenance && !isWorthRestoring(dumped) && !isWorthRestoring({name, before: now})) continue;
    const faults = [...inventoryFaults(before, before, now), ...inventoryFaults(after, after, now)];
    if (faults.length > 0)
      throw new Refusal('WrittenSince', {
        en: `${name} is not what was dumped: ${faults.slice(0, 3).join('; ')}`,
        ru: `${name} — не то, что в дампе: ${faults.slice(0, 3).join('; ')}`,
      });
  }
  // Counting takes its time, and somebody may have opened it meanwhile.
  const opened = await whoIsThere(member, Object.keys(facts.limits));
  if (opened.length > 0) throw notFrozen(opened);
  await requireUnwritten(member, manifest);
  const {disks} = await readDatabaseObjects(reader, database);
  const loose = disks.filter(({volume}) => volume !== undefined && volume.policy !== 'Retain').map(({claim}) => claim.name);
  if (loose.length > 0)
    throw new Refusal('NotRetained', {
      en: `the volumes of ${loose.join(', ')} would go with their claims: set them to Retain`,
      ru: `тома ${loose.join(', ')} удалились бы вместе с заявками: переведите их в Retain`,
    });
}

function notFrozen(databases: readonly string[]): Refusal {
  const names = databases.join(', ');
  return new Refusal('NotFrozen', {
    en: `${names}: somebody may have written since the dump`,
    ru: `${names}: после дампа кто-то мог писать`,
  });
}
