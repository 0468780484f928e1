/** PostgreSQL clusters: kubectl's columns, the class of their disks, who leads, and whether each is as it is asked to be. */
import type {Fields} from '../domain/fields.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {isCommanderDatabase} from '../domain/postgres/commander.ts';
import {type DatabaseFacts, readDatabase} from '../domain/postgres/database.ts';
import {judgeDatabase} from '../domain/postgres/database-verdict.ts';
import type {KeysWarning} from '../domain/postgres/key-backup.ts';
import type {Verdict} from '../domain/verdict.ts';
import {keysBackup, keysLines, keysSource, keysWarningIn, withKeysWarning} from './commander-keys.ts';
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
  actions: [
    {keys: ['m'], title: phrase('action.storageClass'), runbook: 'postgres-storage-class', isMain: true, parameters: classOf},
    {
      keys: ['x'],
      title: phrase('action.switchover'),
      runbook: 'postgres-switchover',
      isMain: true,
      disabledReason: ({instances = 0}) => (instances > 1 ? undefined : phrase('action.noReplica')),
    },
    {keys: ['b'], title: phrase('action.backup'), runbook: 'postgres-backup', isMain: true},
    {keys: ['R'], title: phrase('action.restore'), runbook: 'postgres-restore'},
    {keys: ['M'], title: phrase('action.classByRestore'), runbook: 'postgres-storage-class-by-restore', parameters: classOf},
    {keys: ['B'], title: phrase('action.rebind'), runbook: 'postgres-volume-rebind'},
    {keys: ['K'], title: phrase('action.keepKeys'), runbook: 'commander-keys-backup', disabledReason: onlyCommander},
    {keys: ['V'], title: phrase('action.compareKeys'), runbook: 'commander-keys-verify', disabledReason: onlyCommander},
  ],
});

/** Where disks are left on another class than is wanted, a move was begun; else the form asks for the class. */
function classOf(database: DatabaseFacts, seen: Seen): Fields {
  const {storageClass} = database;
  const {claims = []} = watchedIn(seen, database);
  return storageClass !== undefined && claims.some(claim => claim.storageClass !== storageClass) ? {storageClass} : {};
}

function onlyCommander(database: DatabaseFacts): Phrase | undefined {
  return isCommanderDatabase(database) ? undefined : phrase('action.notCommander');
}

function judged(database: DatabaseFacts, seen: Seen): Verdict {
  return judgeDatabase(database, {...watchedIn(seen, database), now: seen.asOf ?? seen.now});
}

/** Only Commander encrypts. */
function keysWarningOf(database: DatabaseFacts, seen: Seen): KeysWarning | undefined {
  return isCommanderDatabase(database) ? keysWarningIn(seen) : undefined;
}

/** Members that lead or follow, of those that are wanted. */
function podsText(database: DatabaseFacts, seen: Seen): string {
  const {members, standings} = watchedIn(seen, database);
  const wanted = String(database.instances ?? '');
  if (members === undefined) return wanted;
  return `${standings.filter(({role, isUp, isFollowing}) => isUp && (role === 'leader' || isFollowing)).length}/${wanted}`;
}
