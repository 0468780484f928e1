/** What the statements of member-sql.ts answer, read. */
import {isFields, readBoolean, readNumber, readString} from '../fields.ts';
import {parseJson} from './patroni-answer.ts';

export type Identity = {
  readonly version: number;
  readonly systemId: string;
  readonly timeline: number;
  readonly isInRecovery: boolean;
};

export function readIdentity(printed: string): Identity | undefined {
  const row = parseJson(printed);
  if (!isFields(row)) return undefined;
  return {
    version: readNumber(row, 'version') ?? 0,
    systemId: readString(row, 'systemId') ?? '',
    timeline: readNumber(row, 'timeline') ?? 0,
    isInRecovery: readBoolean(row, 'isInRecovery') === true,
  };
}

export type DatabaseSize = {readonly name: string; readonly bytes: number};

export function readDatabases(printed: string): readonly DatabaseSize[] | undefined {
  return rowsOf(printed)?.map(row => ({name: readString(row, 'datname') ?? '', bytes: readNumber(row, 'bytes') ?? 0}));
}

export type BaseBackup = {readonly phase: string; readonly totalBytes: number | undefined; readonly sentBytes: number};

/** The copy that is under way; undefined where none is. */
export function readBaseBackup(printed: string): BaseBackup | undefined {
  const row = rowsOf(printed)?.[0];
  if (row === undefined) return undefined;
  return {
    phase: readString(row, 'phase') ?? '',
    totalBytes: readNumber(row, 'backup_total'),
    sentBytes: readNumber(row, 'backup_streamed') ?? 0,
  };
}

export type Archiver = {
  readonly failedCount: number;
  readonly lastFailedAt: number | undefined;
  readonly lastArchivedAt: number | undefined;
};

export function readArchiver(printed: string): Archiver | undefined {
  const row = rowsOf(printed)?.[0];
  if (row === undefined) return undefined;
  const time = (name: string): number | undefined => {
    const at = Date.parse(readString(row, name) ?? '');
    return Number.isNaN(at) ? undefined : at;
  };
  return {
    failedCount: readNumber(row, 'failed_count') ?? 0,
    lastFailedAt: time('last_failed_time'),
    lastArchivedAt: time('last_archived_time'),
  };
}

export type Slot = {readonly name: string; readonly isActive: boolean; readonly retainedBytes: number};

export function readSlots(printed: string): readonly Slot[] {
  return (rowsOf(printed) ?? []).map(row => ({
    name: readString(row, 'slot_name') ?? '',
    isActive: readBoolean(row, 'active') === true,
    retainedBytes: readNumber(row, 'retained_bytes') ?? 0,
  }));
}

function rowsOf(printed: string) {
  const rows = parseJson(printed);
  return Array.isArray(rows) ? rows.filter(isFields) : undefined;
}
