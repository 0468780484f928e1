/** PostgreSQL clusters: kubectl's columns, the class of their disks, who leads, and whether each is as it is asked to be. */
import {type DatabaseFacts, readDatabase} from '../domain/postgres/database.ts';
import {judgeDatabase} from '../domain/postgres/database-verdict.ts';
import type {KeysWarning} from '../domain/postgres/key-backup.ts';
import type {Verdict} from '../domain/verdict.ts';
import {commanderNamespace, keysBackup, keysLines, keysSource, keysWarningIn, withKeysWarning} from './commander-keys.ts';
import {defineView, type Seen} from './define-view.ts';
import {postgresPicture} from './postgres-picture.ts';
import {postgresResource, sourcesOfAll, watchedIn} from './postgres-sources.ts';

export const postgres = defineView<DatabaseFacts>({
  name: 'postgres',
  resource: postgresResource,
  aliases: ['pg'],
  facts: readDatabase,
  related: [...sourcesOfAll(), keysSource],
  relatedRuns: [keysBackup],
  columns: [
    {title: 'TEAM', kind: 'text', leaves: 'first', value: database => database.team},
    {title: 'VERSION', kind: 'version', leaves: 'early', value: database => database.version},
    {title: 'PODS', kind: 'number', value: database => database.instances, text: podsText},
    {title: 'LEADER', kind: 'text', leaves: 'early', value: (database, seen) => watchedIn(seen, database).leader},
    {title: 'VOLUME', kind: 'quantity', leaves: 'early', value: database => database.size},
    {title: 'CLASS', kind: 'text', value: database => database.storageClass},
    {title: 'CPU-REQUEST', kind: 'quantity', priority: 1, value: database => database.cpu},
    {title: 'MEMORY-REQUEST', kind: 'quantity', priority: 1, value: database => database.memory},
    {title: 'STATUS', kind: 'text', isAfterAge: true, value: database => database.status},
  ],
  hasAge: true,
  verdict: (database, seen) => withKeysWarning(judged(database, seen), keysWarningOf(database, seen)),
  lines: (database, seen) => keysLines(judged(database, seen), keysWarningOf(database, seen)),
  picture: postgresPicture,
});

function judged(database: DatabaseFacts, seen: Seen): Verdict {
  return judgeDatabase(database, {...watchedIn(seen, database), now: seen.asOf ?? seen.now});
}

/** Only Commander encrypts. */
function keysWarningOf({namespace, name}: DatabaseFacts, seen: Seen): KeysWarning | undefined {
  return namespace === commanderNamespace && name === 'commander-postgres' ? keysWarningIn(seen) : undefined;
}

/** Members that lead or follow, of those that are wanted. */
function podsText(database: DatabaseFacts, seen: Seen): string {
  const {members, standings} = watchedIn(seen, database);
  const wanted = String(database.instances ?? '');
  if (members === undefined) return wanted;
  return `${standings.filter(({role, isUp, isFollowing}) => isUp && (role === 'leader' || isFollowing)).length}/${wanted}`;
}
