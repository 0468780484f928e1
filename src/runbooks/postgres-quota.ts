/** Room in the quotas of a namespace for the claims of a move: what a quota refuses in the middle would leave a copy fewer. */
import {readString} from '../domain/fields.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {type ClaimNeed, quotaShortages} from '../domain/postgres/storage-quota.ts';
import {parseQuantity} from '../domain/query/quantity.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {canaryBytes} from './postgres-canary-steps.ts';
import {databaseRef} from './postgres-kinds.ts';
import {type Migration, movesOf} from './postgres-migration.ts';
import {namespaced} from './workload-kinds.ts';

const quotaKind = namespaced('', 'v1', 'resourcequotas', 'ResourceQuota');

export const quotaPermission: Permission = {verbs: ['list'], group: '', resource: 'resourcequotas', scope: 'target'};

/** Throws Refusal where a quota would not let the claims of the move be made. */
export async function requireQuota(reader: Reader, migration: Migration): Promise<void> {
  const {namespace} = migration.database;
  const [shortage] = quotaShortages(await reader.list(quotaKind, {namespace}), await needOf(reader, migration));
  if (shortage === undefined) return;
  const {quota, resource, hard, used, needed} = shortage;
  const more = resource.endsWith('requests.storage') ? formatBytes(needed) : String(needed);
  throw new Refusal('QuotaExceeded', {
    en: `the quota ${namespace}/${quota} lets ${resource} be ${hard}, ${used} are used, and the move takes ${more} more: raise the quota first`,
    ru: `квота ${namespace}/${quota}: ${resource} не больше ${hard}, занято ${used}, для переноса нужно ещё ${more}: сначала увеличьте квоту`,
  });
}

/**
 * A disk that is made anew takes the place of one of another class, or no place where that one is gone already; the trial is gone
 * before the first of them is made.
 */
async function needOf(reader: Reader, migration: Migration): Promise<ClaimNeed> {
  const {database, newClass, facts} = migration;
  const asked = parseQuantity(readString((await reader.get(databaseRef(database))) ?? {}, 'spec.volume.size') ?? '') ?? 0;
  const moves = movesOf(migration);
  const remade = moves.flatMap(move => (move.kind === 'replace' ? [move.ordinal] : []));
  const standing = facts.members.filter(({ordinal, volume}) => remade.includes(ordinal) && volume !== null);
  const grown = standing.reduce((sum, {size}) => sum + Math.max(0, asked - (parseQuantity(size) ?? asked)), 0);
  const made = remade.length + moves.filter(({kind}) => kind === 'add').length;
  const added = made - standing.length;
  const trial = made > 0 ? 1 : 0;
  return {
    claims: Math.max(trial, added),
    bytes: Math.max(trial * canaryBytes, added * asked + grown),
    storageClass: newClass,
    classClaims: made,
    classBytes: Math.max(trial * canaryBytes, made * asked),
  };
}
