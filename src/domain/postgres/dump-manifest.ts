/** What stands beside a dump: what is in it, of what it was taken, and how one knows that it is whole. No key and no password. */
import {type Fields, isFields, readBoolean, readField, readFields, readItems, readNumber, readString, readStrings} from '../fields.ts';
import {type Inventory, readInventory, readProperties} from './dump-inventory.ts';
import type {DatabaseProperties} from './dump-sql.ts';
import {type KeyFingerprints, readFingerprintFields} from './key-fingerprints.ts';
import {readWriteMark, type WriteMark} from './write-mark.ts';

export const manifestName = 'manifest.json';
export const globalsName = 'globals.sql';

export function dumpName(index: number): string {
  return `${index}.dump`;
}

export type DumpedDatabase = {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly properties: DatabaseProperties;
  /** How many connections it took before the writers were kept out; null in manifests of before. */
  readonly limitBefore: number | null;
  /** Right before the dump; null in manifests of before. */
  readonly mark: WriteMark | null;
  /** Right before the dump began, and after it had ended. */
  readonly before: Inventory;
  readonly after: Inventory;
};

export type Manifest = {
  readonly format: 1;
  readonly namespace: string;
  readonly cluster: string;
  readonly takenAt: string;
  readonly leader: string;
  readonly timeline: number;
  /** Everything up to here is in it. */
  readonly lsn: string;
  readonly systemId: string;
  readonly serverVersion: number;
  /** Nobody could write from before the dump on. */
  readonly isFrozen: boolean;
  readonly moduleVersion: string | null;
  readonly images: readonly string[];
  readonly keys: KeyFingerprints | null;
  readonly databases: readonly DumpedDatabase[];
  readonly globals: {readonly file: string; readonly bytes: number; readonly sha256: string} | null;
  /** The cluster's own object, to make it of again: labels, annotations and spec. */
  readonly object: Fields;
};

/** undefined where the text is no manifest of this format. Throws UnreadableField. */
export function readManifest(text: string): Manifest | undefined {
  const document = parse(text);
  if (document === undefined || document.format !== 1) return undefined;
  const globals = readField(document, 'globals');
  return {
    format: 1,
    namespace: readString(document, 'namespace') ?? '',
    cluster: readString(document, 'cluster') ?? '',
    takenAt: readString(document, 'takenAt') ?? '',
    leader: readString(document, 'leader') ?? '',
    timeline: readNumber(document, 'timeline') ?? 0,
    lsn: readString(document, 'lsn') ?? '',
    systemId: readString(document, 'systemId') ?? '',
    serverVersion: readNumber(document, 'serverVersion') ?? 0,
    isFrozen: readBoolean(document, 'isFrozen') === true,
    moduleVersion: readString(document, 'moduleVersion') ?? null,
    images: readStrings(document, 'images'),
    keys: readFingerprintFields(readFields(document, 'keys')) ?? null,
    databases: readItems(document, 'databases', readDumped),
    globals: globals === undefined ? null : fileOf(globals),
    object: readFields(document, 'object'),
  };
}

const unlimited = -1;

/** How many connections a database took when nobody was kept out: one that was frozen was dumped with the 0 of its freeze. */
export function limitWhenOpen({isFrozen}: Manifest, {limitBefore, properties: {connectionLimit}}: DumpedDatabase): number {
  return limitBefore ?? (isFrozen && connectionLimit === 0 ? unlimited : connectionLimit);
}

function readDumped(item: unknown): DumpedDatabase {
  return {
    name: readString(item, 'name') ?? '',
    ...fileOf(item),
    properties: readProperties(readFields(item, 'properties')),
    limitBefore: readNumber(item, 'limitBefore') ?? null,
    mark: readMark(item),
    before: readInventory(readFields(item, 'before')),
    after: readInventory(readFields(item, 'after')),
  };
}

function readMark(item: unknown): WriteMark | null {
  const mark = readField(item, 'mark');
  return mark === undefined || mark === null ? null : readWriteMark(mark);
}

function fileOf(item: unknown): {readonly file: string; readonly bytes: number; readonly sha256: string} {
  return {file: readString(item, 'file') ?? '', bytes: readNumber(item, 'bytes') ?? 0, sha256: readString(item, 'sha256') ?? ''};
}

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
