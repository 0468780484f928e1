/** Writes down what a dump holds: from what was noted before it, what is there after it, and the files as they are kept. */
import {readFields, readString} from '../domain/fields.ts';
import {commanderModule, commanderNamespace, isCommanderDatabase} from '../domain/postgres/commander.ts';
import {memberNotes} from '../domain/postgres/dump-commands.ts';
import {readInventory} from '../domain/postgres/dump-inventory.ts';
import {type DumpedDatabase, dumpName, globalsName, type Manifest} from '../domain/postgres/dump-manifest.ts';
import {inventorySql} from '../domain/postgres/dump-sql.ts';
import {fingerprintsInSecret, keysSecret} from '../domain/postgres/key-fingerprints.ts';
import {StatusError} from '../domain/status-error.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {imageOf} from './postgres-backup-place.ts';
import {type DumpNotes, readNotes} from './postgres-dump-check.ts';
import type {DumpScope} from './postgres-dump-scope.ts';
import type {Keeper} from './postgres-keeper.ts';
import {databaseRef} from './postgres-kinds.ts';
import type {LeadingMember} from './postgres-member.ts';
import {moduleKind} from './targets.ts';
import {namespaced, podKind} from './workload-kinds.ts';

export const secretKind = namespaced('', 'v1', 'secrets', 'Secret');

/** Throws Refusal where something has gone since the dump was taken. */
export async function writeManifest(
  reader: Reader,
  member: LeadingMember,
  keeper: Keeper,
  {database, facts, frozenFrom}: DumpScope,
  id: string,
): Promise<string> {
  const databases: DumpedDatabase[] = [];
  let first: DumpNotes | undefined;
  for (const [index, name] of facts.databases.entries()) {
    const notes = readNotes(await member.text(memberNotes(id, index)));
    if (notes === undefined)
      throw new Refusal('DumpGone', {
        en: `what ${name} held before its dump is no longer on ${member.leader.name}`,
        ru: `записи о том, что было в ${name} перед дампом, на ${member.leader.name} больше нет`,
      });
    first ??= notes;
    const after = readInventory(await member.ask(inventorySql, name));
    const {properties, mark, inventory: before} = notes;
    const limitBefore = frozenFrom?.[name] ?? properties.connectionLimit;
    databases.push({name, ...(await keptFile(keeper, dumpName(index))), properties, limitBefore, mark, before, after});
  }
  const isCommander = isCommanderDatabase(database);
  const manifest: Manifest = {
    format: 1,
    namespace: database.namespace,
    cluster: database.name,
    takenAt: first?.at ?? '',
    leader: first?.leader ?? '',
    timeline: first?.timeline ?? 0,
    lsn: first?.lsn ?? '',
    systemId: first?.systemId ?? '',
    serverVersion: first?.serverVersion ?? 0,
    isFrozen: frozenFrom !== undefined,
    moduleVersion: isCommander ? await moduleVersion(reader) : null,
    images: await memberImages(reader, database.namespace, database.name),
    keys: isCommander ? await keysNow(reader) : null,
    databases,
    globals: facts.hasGlobals ? await keptFile(keeper, globalsName) : null,
    object: await ownObject(reader, database),
  };
  return `${JSON.stringify(manifest, undefined, 1)}\n`;
}

async function keptFile(keeper: Keeper, file: string) {
  const kept = await keeper.digest(file);
  if (kept === undefined) {
    const where = keeper.describe(file);
    throw new Refusal('DumpGone', {en: `${where.en} is not there any more`, ru: `${where.ru} больше нет`});
  }
  return {file, ...kept};
}

export async function moduleVersion(reader: Reader): Promise<string | null> {
  const live = await reader.get({kind: moduleKind, name: commanderModule});
  return (live === undefined ? undefined : readString(live, 'properties.version')) ?? null;
}

async function memberImages(reader: Reader, namespace: string, name: string): Promise<readonly string[]> {
  const pods = await reader.list(podKind, {namespace, labelSelector: `application=spilo,cluster-name=${name}`});
  return [...new Set(pods.map(imageOf))].toSorted();
}

/** Who may dump a database need not be one who may read the keys. */
async function keysNow(reader: Reader) {
  try {
    const secret = await reader.get({kind: secretKind, namespace: commanderNamespace, name: keysSecret});
    return (secret === undefined ? undefined : fingerprintsInSecret(secret)) ?? null;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 403) return null;
    throw error;
  }
}

/** Without what the server adds. */
async function ownObject(reader: Reader, database: DumpScope['database']) {
  const live = await reader.get(databaseRef(database));
  if (live === undefined)
    throw new Refusal('DatabaseGone', {
      en: `postgresql ${database.namespace}/${database.name} is gone`,
      ru: `postgresql ${database.namespace}/${database.name} больше нет`,
    });
  const {labels = {}, annotations = {}} = live.metadata;
  return {metadata: {labels, annotations}, spec: readFields(live, 'spec')};
}
