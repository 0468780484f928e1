/** A PostgreSQL cluster put together from what is watched of it. */
import type {DatabaseFacts} from './database.ts';
import {type PatroniObject, type PatroniRecord, patroniRecordOf} from './patroni-record.ts';
import {leaderOf, type MemberStanding, standingsOf} from './standing.ts';
import {type ClaimFacts, type Disk, disksOf, isClaimOf, ordinalIn, type VolumeFacts} from './watched-disk.ts';
import type {MemberFacts} from './watched-member.ts';

/** Each undefined where it may not be read. */
export type DatabaseRows = {
  readonly resources: readonly DatabaseFacts[] | undefined;
  readonly members: readonly MemberFacts[] | undefined;
  readonly endpoints: readonly PatroniObject[] | undefined;
  readonly configMaps: readonly PatroniObject[] | undefined;
  readonly claims: readonly ClaimFacts[] | undefined;
  readonly volumes: readonly VolumeFacts[] | undefined;
};

export type WatchedDatabase = {
  readonly facts: DatabaseFacts | undefined;
  /** By ordinal. */
  readonly members: readonly MemberFacts[] | undefined;
  readonly record: PatroniRecord | undefined;
  readonly leader: string | undefined;
  /** In the order of the members. */
  readonly standings: readonly MemberStanding[];
  readonly claims: readonly ClaimFacts[] | undefined;
  readonly disks: readonly Disk[];
  readonly areVolumesKnown: boolean;
};

export function watchedDatabase(
  cluster: {readonly namespace: string; readonly name: string},
  rows: DatabaseRows,
  now: number,
): WatchedDatabase {
  const isOf = (row: {readonly namespace: string; readonly cluster: string}): boolean =>
    row.namespace === cluster.namespace && row.cluster === cluster.name;
  const members = rows.members?.filter(isOf).toSorted((a, b) => ordinalIn(a.name) - ordinalIn(b.name));
  const record = patroniRecordOf([...(rows.endpoints ?? []), ...(rows.configMaps ?? [])], cluster);
  const claims = rows.claims?.filter(claim => isClaimOf(cluster, claim));
  return {
    facts: rows.resources?.find(({namespace, name}) => namespace === cluster.namespace && name === cluster.name),
    members,
    record,
    leader: leaderOf(record, now),
    standings: standingsOf(members ?? [], record, now),
    claims,
    disks: disksOf(cluster, claims ?? [], rows.volumes ?? []),
    areVolumesKnown: rows.volumes !== undefined,
  };
}
