/** PostgreSQL clusters: kubectl's columns, the class of their disks, who leads, and whether each is as it is asked to be. */
import {type DatabaseFacts, readDatabase} from '../domain/postgres/database.ts';
import {type DatabaseSurroundings, judgeDatabase} from '../domain/postgres/database-verdict.ts';
import {type PatroniObject, patroniRecordOf, readPatroniObject} from '../domain/postgres/patroni-record.ts';
import {leaderOf, standingsOf} from '../domain/postgres/standing.ts';
import {type ClaimFacts, isClaimOf, readClaim} from '../domain/postgres/watched-disk.ts';
import {type MemberFacts, readMember} from '../domain/postgres/watched-member.ts';
import {defineView, type Seen} from './define-view.ts';

/** What the operator, and Patroni after it, label with: pods, claims and Patroni's own records. */
const labelSelector = 'application=spilo';

export const postgres = defineView<DatabaseFacts>({
  name: 'postgres',
  resource: {group: 'acid.zalan.do', plural: 'postgresqls', versions: ['v1']},
  aliases: ['pg'],
  facts: readDatabase,
  related: [
    {name: 'members', resource: {group: '', plural: 'pods', versions: ['v1']}, labelSelector, facts: readMember},
    {
      name: 'endpoints',
      resource: {group: '', plural: 'endpoints', versions: ['v1']},
      labelSelector,
      facts: (object, seenAt) => readPatroniObject(object, seenAt, 'Endpoints'),
    },
    {
      name: 'configmaps',
      resource: {group: '', plural: 'configmaps', versions: ['v1']},
      labelSelector,
      facts: (object, seenAt) => readPatroniObject(object, seenAt, 'ConfigMaps'),
    },
    {name: 'claims', resource: {group: '', plural: 'persistentvolumeclaims', versions: ['v1']}, labelSelector, facts: readClaim},
  ],
  columns: [
    {title: 'TEAM', kind: 'text', leaves: 'first', value: database => database.team},
    {title: 'VERSION', kind: 'version', leaves: 'early', value: database => database.version},
    {title: 'PODS', kind: 'number', value: database => database.instances, text: podsText},
    {title: 'LEADER', kind: 'text', leaves: 'early', value: (database, seen) => leaderText(surroundingsOf(database, seen))},
    {title: 'VOLUME', kind: 'quantity', leaves: 'early', value: database => database.size},
    {title: 'CLASS', kind: 'text', value: database => database.storageClass},
    {title: 'CPU-REQUEST', kind: 'quantity', leaves: 'first', value: database => database.cpu},
    {title: 'MEMORY-REQUEST', kind: 'quantity', leaves: 'first', value: database => database.memory},
    {title: 'STATUS', kind: 'text', isAfterAge: true, value: database => database.status},
  ],
  hasAge: true,
  verdict: (database, seen) => judgeDatabase(database, surroundingsOf(database, seen)),
});

/** Members that lead or follow, of those that are wanted. */
function podsText(database: DatabaseFacts, seen: Seen): string {
  const {members, record} = surroundingsOf(database, seen);
  const wanted = database.instances === undefined ? '' : String(database.instances);
  if (members === undefined) return wanted;
  const up = standingsOf(members, record, seen.now).filter(({role, isUp, isFollowing}) => isUp && (role === 'leader' || isFollowing));
  return `${up.length}/${wanted}`;
}

function leaderText({record, now}: DatabaseSurroundings): string | undefined {
  return leaderOf(record, now);
}

function surroundingsOf(database: DatabaseFacts, seen: Seen): DatabaseSurroundings {
  const records = [...(seen.related<PatroniObject>('endpoints') ?? []), ...(seen.related<PatroniObject>('configmaps') ?? [])];
  return {
    now: seen.now,
    members: seen
      .related<MemberFacts>('members')
      ?.filter(({namespace, cluster}) => namespace === database.namespace && cluster === database.name),
    record: patroniRecordOf(records, database),
    claims: seen.related<ClaimFacts>('claims')?.filter(claim => isClaimOf(database, claim)),
  };
}
