/** Brings a backup of a database back in the place of what is there, which is dumped first and kept beside. */
import {madeBackupPattern, readMadeBackup} from '../domain/postgres/backup-place.ts';
import {commanderModule, isCommanderDatabase} from '../domain/postgres/commander.ts';
import {readProperties} from '../domain/postgres/dump-inventory.ts';
import {type Limits, propertiesSql} from '../domain/postgres/dump-sql.ts';
import {limitBefore} from '../domain/postgres/limit-note.ts';
import type {Words} from '../domain/words.ts';
import {defineRunbook, type Permission, Refusal} from '../engine/define-runbook.ts';
import type {GateDefinition, KeyedStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {releaseAppStep, tasksIdle} from './postgres-app-steps.ts';
import {backupToParameter, dumpPermissions, exampleDump} from './postgres-backup.ts';
import {gatherPlace, type KeptAt, keeperPermissions} from './postgres-backup-place.ts';
import {dumpTidySteps, verifiedDumpSteps} from './postgres-backup-steps.ts';
import {moduleVersion} from './postgres-dump-manifest.ts';
import {type DumpFacts, type DumpScope, gatherDump, placeWords} from './postgres-dump-scope.ts';
import {analyzeStep, exchangeStep, maintenanceOf} from './postgres-exchange-steps.ts';
import {fitStep, requireFit} from './postgres-fit-step.ts';
import {type Freeze, freezeStep, thawStep} from './postgres-freeze-steps.ts';
import {openKeeper} from './postgres-keeper.ts';
import {type DatabaseName, databaseNameOf, databaseTarget} from './postgres-kinds.ts';
import {outOfReach, readFolderManifest, readManifestInReach} from './postgres-made-backup.ts';
import {type LeadingMember, leadingMember} from './postgres-member.ts';
import {closePlaceSteps, openPlaceSteps, reaching} from './postgres-reached-place.ts';
import {reopenStep} from './postgres-reopen-step.ts';
import {copyStep, maintenance, type Restore} from './postgres-restore-steps.ts';
import {rolesStep} from './postgres-roles-step.ts';
import {uploadStep, uploadTidyStep} from './postgres-upload-steps.ts';

const permissions: readonly Permission[] = [
  ...dumpPermissions,
  ...keeperPermissions('from'),
  {verbs: ['list', 'patch'], group: 'apps', resource: 'deployments', scope: 'target'},
  // Of Commander: whether its keys are those of the rows.
  {verbs: ['get'], group: '', resource: 'secrets', scope: 'target'},
];

type RestoreFacts = {
  readonly dump: DumpFacts;
  readonly from: KeptAt;
  readonly folder: string;
  /** As they let connections in before. */
  readonly limits: Limits;
  /** null until the claim can be read. */
  readonly takenAt: string | null;
};

export const postgresRestore = defineRunbook({
  name: 'postgres-restore',
  version: 1,
  group: 'postgres',
  risk: 'destructive',
  target: databaseTarget,
  parameters: {
    from: {
      type: 'string',
      isRequired: true,
      pattern: madeBackupPattern,
      words: {
        en: 'the backup: file:/FOLDER that postgres-backup made, or pvc:NAMESPACE/NAME/FOLDER',
        ru: 'копия: file:/ПАПКА, созданная postgres-backup, или pvc:NAMESPACE/NAME/ПАПКА',
      },
    },
    backupTo: {...backupToParameter, isRequired: true},
  },
  words: {
    title: {en: 'Restore a database from a backup', ru: 'Восстановить базу из копии'},
    why: {
      en: 'What the database holds is wrong or gone, and a backup of it was kept.',
      ru: 'Содержимое базы испорчено или пропало, а копия есть.',
    },
    will: {
      en: 'Writers are held, what is there is dumped, the backup is restored beside it and counted, and then the two change places.',
      ru: 'Запись останавливается, имеющееся снимается в дамп, копия восстанавливается рядом и сверяется, затем базы меняются местами.',
    },
    danger: {
      en: 'What was written since the backup is gone from the database; it stays in the dump and in the database put aside. Downtime from the first consent to the end.',
      ru: 'Записанное после копии из базы исчезнет; оно останется в дампе и в отложенной базе. Простой — от первого согласия до конца.',
    },
  },
  permissions,
  exampleFacts: {dump: exampleDump, from: exampleDump.to, folder: 'commander-postgres-ID', limits: {commander: -1}, takenAt: ''},
  gather: (reader, {target, parameters}) => gatherRestore(reader, databaseNameOf(target.ref), parameters),
  notes: ({facts}) => notesOf(facts),
  steps: ({target, facts}) => {
    const database = databaseNameOf(target.ref);
    const scope: DumpScope = {database, facts: facts.dump, frozenFrom: facts.limits};
    const restore: Restore = {
      database,
      openBackup: async (reader, key) => ({keeper: await openKeeper(reader, facts.from, 'from', facts.folder, key)}),
      limits: facts.limits,
    };
    const isCommanders = isCommanderDatabase(database);
    const freeze: Freeze = {database, limits: facts.limits, ...(isCommanders && {appsIn: database.namespace})};
    const reached = (...steps: readonly KeyedStep[]) => reaching(facts.from, 'from', steps);
    return [
      ...openPlaceSteps(facts.from, 'from'),
      ...openPlaceSteps(facts.dump.to, 'to'),
      ...reached(fitStep(restore)),
      freezeStep(freeze, holdGate(facts.limits, isCommanders)),
      ...verifiedDumpSteps(scope),
      ...reached(uploadStep(restore), rolesStep(restore), copyStep(restore, 'restore'), exchangeStep(restore, exchangeGate(restore))),
      analyzeStep(restore),
      thawStep(freeze),
      ...reached(reopenStep(restore, facts.limits)),
      ...(isCommanders ? [releaseAppStep({database})] : []),
      uploadTidyStep(restore),
      ...dumpTidySteps(scope),
      ...closePlaceSteps(facts.from, 'from'),
    ];
  },
});

async function gatherRestore(
  reader: Reader,
  database: DatabaseName,
  {from, backupTo}: {readonly from: string; readonly backupTo: string},
): Promise<RestoreFacts> {
  const dump = await gatherDump(reader, {database, backupTo});
  const {place, folder} = readMadeBackup(from);
  const kept = await gatherPlace(reader, place, {database});
  const member = await leadingMember(reader, database);
  const manifest = place.kind === 'file' ? await readFolderManifest(reader, place, folder) : undefined;
  if (manifest !== undefined) await requireFit(reader, manifest, database);
  return {dump, from: kept, folder, limits: await readLimits(member, dump.databases), takenAt: manifest?.takenAt ?? null};
}

/** As they were before a run closed them. Of those that are kept closed on the way; the one that everybody who looks after the cluster is in stays open. */
export async function readLimits(member: LeadingMember, databases: readonly string[]): Promise<Limits> {
  const limits: Record<string, number> = {};
  for (const name of databases.filter(each => each !== maintenance)) {
    const limit = limitBefore(name, readProperties(await member.ask(propertiesSql(name))));
    if (limit === undefined)
      throw new Refusal('Closed', {
        en: `${name} takes no connections (limit 0), and nobody noted how many it took: set its limit first, -1 for any number`,
        ru: `${name} не принимает подключений (лимит 0), прежний лимит не записан: сначала задайте лимит, -1 — без ограничения`,
      });
    limits[name] = limit;
  }
  return limits;
}

function holdGate(limits: Limits, isCommanders: boolean): GateDefinition {
  const names = Object.keys(limits).join(', ');
  const first = isCommanders ? tasksIdle : {en: '', ru: ''};
  return {
    id: 'hold-writers',
    ask: {
      en: `${first.en} Hold the writers of ${names}? Downtime begins here and ends when the restored databases are in place.`.trim(),
      ru: `${first.ru} Остановить запись в ${names}? Здесь начинается простой; он кончится, когда восстановленные базы встанут на место.`.trim(),
    },
    facts: async () => ({databases: Object.keys(limits)}),
  };
}

const overMaintenanceWords = `${maintenance}: its rows are put back over what it holds, and undo does not bring those of now back; the dump that was taken first has them`;

function exchangeGate({database, openBackup}: Restore): GateDefinition {
  return {
    id: 'exchange',
    ask: {
      en: 'The backup is restored beside and its counts agree. Put it in the place of what is there now?',
      ru: 'Копия восстановлена рядом, количества совпали. Поставить её на место нынешней базы?',
    },
    facts: async (reader, key) => {
      const made = await readManifestInReach(reader, openBackup, key);
      if (made === undefined) return outOfReach;
      const {manifest} = made;
      const now = isCommanderDatabase(database) ? await moduleVersion(reader) : null;
      return {
        takenAt: manifest.takenAt,
        databases: manifest.databases.map(({name, sha256}) => ({name, sha256})),
        ...(maintenanceOf(manifest) === undefined ? {} : {inPlace: overMaintenanceWords}),
        ...(now === null ? {} : {[commanderModule]: {dumped: manifest.moduleVersion, now}}),
        ...(isCommanderDatabase(database) && {
          keys: manifest.keys === null ? 'the backup does not say with which keys its rows are encrypted' : 'those in use',
        }),
      };
    },
  };
}

function notesOf({dump, limits, takenAt}: RestoreFacts): readonly Words[] {
  const names = Object.keys(limits).join(', ');
  return [
    {
      en: `${names} cannot be used from the first consent until the end.`,
      ru: `${names}: недоступны от первого согласия до конца.`,
    },
    ...(takenAt === null ? [] : [{en: `The backup is of ${takenAt}.`, ru: `Копия снята ${takenAt}.`}]),
    {
      en: `What is there now is dumped first, and kept ${placeWords(dump.to).en}.`,
      ru: `Сначала снимается дамп нынешнего; место: ${placeWords(dump.to).ru}.`,
    },
  ];
}
