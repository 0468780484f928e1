/** Takes a dump of a database that one can rely on, and keeps it outside of it. */
import {backupPlacePattern} from '../domain/postgres/backup-place.ts';
import type {ParameterDefinition} from '../engine/define-parameter.ts';
import {defineRunbook, type Permission} from '../engine/define-runbook.ts';
import {keeperPermissions} from './postgres-backup-place.ts';
import {dumpTidySteps, verifiedDumpSteps} from './postgres-backup-steps.ts';
import {type DumpFacts, type DumpScope, gatherDump, placeWords} from './postgres-dump-scope.ts';
import {databaseNameOf, databaseTarget, lookPermissions} from './postgres-kinds.ts';
import {openPlaceSteps} from './postgres-reached-place.ts';

export const backupToParameter = {
  type: 'string',
  pattern: backupPlacePattern,
  words: {
    en: 'where the dump is kept: file:/FOLDER on this machine, or pvc:NAMESPACE/NAME, a claim on other storage',
    ru: 'где хранить дамп: file:/ПАПКА на этой машине или pvc:NAMESPACE/NAME — PVC на другом хранилище',
  },
} as const satisfies ParameterDefinition;

export const dumpPermissions: readonly Permission[] = [
  ...lookPermissions,
  {verbs: ['get'], group: 'deckhouse.io', resource: 'modules'},
  ...keeperPermissions('backupTo'),
];

/** As the printed procedure shows it. */
export const exampleDump: DumpFacts = {
  to: {kind: 'file', folder: '/safe', owner: 'you'},
  databases: ['commander'],
  hasGlobals: false,
};

export const postgresBackup = defineRunbook({
  name: 'postgres-backup',
  version: 1,
  group: 'postgres',
  risk: 'harmless',
  target: databaseTarget,
  parameters: {backupTo: {...backupToParameter, isRequired: true}},
  words: {
    title: {en: 'Back a database up', ru: 'Сделать копию базы'},
    why: {
      en: 'A copy that was read to its end and counted is one that will come back.',
      ru: 'Вернётся только та копия, которая прочитана до конца и сверена.',
    },
    will: {
      en: 'A dump is taken on the leader, checked, carried to its place and compared; a manifest says what is in it. Writers go on.',
      ru: 'Дамп снимается на лидере, проверяется, переносится и сверяется; манифест описывает содержимое. Запись не останавливается.',
    },
    danger: {
      en: 'The dump holds all that the database holds, and the hashes of its passwords: keep it as secret.',
      ru: 'В дампе всё содержимое базы и хеши паролей: храните его как секрет.',
    },
  },
  permissions: dumpPermissions,
  exampleFacts: exampleDump,
  gather: (reader, {target, parameters: {backupTo}}) => gatherDump(reader, {database: databaseNameOf(target.ref), backupTo}),
  notes: ({facts}) => [
    {
      en: `Dumped: ${facts.databases.join(', ')}${facts.hasGlobals ? ' and the roles' : ''}; kept ${placeWords(facts.to).en}.`,
      ru: `В дамп войдут: ${facts.databases.join(', ')}${facts.hasGlobals ? ' и роли' : ''}; место: ${placeWords(facts.to).ru}.`,
    },
  ],
  steps: ({target, facts}) => {
    const scope: DumpScope = {database: databaseNameOf(target.ref), facts};
    return [...openPlaceSteps(facts.to, 'to'), ...verifiedDumpSteps(scope), ...dumpTidySteps(scope)];
  },
});
