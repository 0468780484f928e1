/**
 * Moves a database to another storage class where its disks cannot be exchanged one by one: it is dumped, destroyed, made anew on
 * the new class and filled again. Nothing is destroyed before the dump has come back once, counted.
 */
import {humanDuration} from '../domain/age.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {sayFingerprints} from '../domain/postgres/key-fingerprints.ts';
import type {Words} from '../domain/words.ts';
import {defineRunbook, type Permission} from '../engine/define-runbook.ts';
import type {GateDefinition, HumanStep, KeyedStep, Step} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {exampleKeys, keysToParameter} from './commander-keys-backup.ts';
import {holdAppStep, releaseAppStep, tasksIdle} from './postgres-app-steps.ts';
import {backupToParameter, dumpPermissions, exampleDump} from './postgres-backup.ts';
import {verifiedDumpSteps} from './postgres-backup-steps.ts';
import {type ByRestore, type ByRestoreFacts, dumpScopeOf, gatherByRestore} from './postgres-by-restore.ts';
import {canarySteps} from './postgres-canary-steps.ts';
import {destroyStep} from './postgres-destroy-step.ts';
import {requireOldSystem, requireUndestroyed} from './postgres-destruction.ts';
import {openBackup, placeWords} from './postgres-dump-scope.ts';
import {analyzeStep, exchangeStep, requireFilled} from './postgres-exchange-steps.ts';
import {type Freeze, freezeStep, thawStep} from './postgres-freeze-steps.ts';
import {type KeysFacts, keysBackupSteps, keysPermissions, placeOf} from './postgres-keys-steps.ts';
import {databaseNameOf, databaseTarget} from './postgres-kinds.ts';
import {commander, ownerPermissions} from './postgres-owner.ts';
import {protectStep} from './postgres-protect-step.ts';
import {closePlaceSteps, openPlaceSteps, reaching} from './postgres-reached-place.ts';
import {leadsStep, recreateStep} from './postgres-recreate-step.ts';
import {rehearseRestore} from './postgres-rehearsal.ts';
import {copyStep, dropScratchStep, type Restore} from './postgres-restore-steps.ts';
import {rolesStep} from './postgres-roles-step.ts';
import {storageClassParameter} from './postgres-storage-preflight.ts';
import {uploadStep, uploadTidyStep} from './postgres-upload-steps.ts';

/** Needed still when the namespace of Commander has gone and come again. */
const outliving: readonly Permission[] = [
  ...dumpPermissions,
  ...keysPermissions,
  {verbs: ['patch'], group: '', resource: 'secrets', scope: 'target'},
  {verbs: ['list', 'patch'], group: 'apps', resource: 'deployments', scope: 'target'},
];

const permissions: readonly Permission[] = [
  ...outliving.map(permission => (permission.scope === 'target' ? {...permission, leaving: commander.namespace} : permission)),
  ...ownerPermissions,
  {verbs: ['create', 'delete'], group: 'acid.zalan.do', resource: 'postgresqls', scope: 'target'},
  {verbs: ['patch'], group: 'deckhouse.io', resource: 'moduleconfigs'},
  {verbs: ['patch'], group: '', resource: 'persistentvolumes'},
  {verbs: ['get'], group: '', resource: 'namespaces'},
  {verbs: ['get', 'create', 'delete'], group: '', resource: 'persistentvolumeclaims', scope: 'target'},
  {verbs: ['get', 'create', 'delete'], group: '', resource: 'pods', scope: 'target'},
  {verbs: ['delete'], group: '', resource: 'endpoints', scope: 'target'},
  {verbs: ['delete'], group: '', resource: 'configmaps', scope: 'target'},
  {verbs: ['get', 'list'], group: 'storage.k8s.io', resource: 'storageclasses'},
];

/** Read and written twice each way, and what the platform takes to go and come. */
const bytesPerSecond = 10_000_000;
const passes = 4;
const platformSeconds = 900;

export const postgresStorageClassByRestore = defineRunbook({
  name: 'postgres-storage-class-by-restore',
  version: 1,
  group: 'postgres',
  risk: 'destructive',
  target: databaseTarget,
  parameters: {
    storageClass: storageClassParameter,
    backupTo: {...backupToParameter, isRequired: true},
    keysTo: {...keysToParameter, neededFor: {en: 'needed for Commander’s database', ru: 'нужно для базы Commander'}},
  },
  words: {
    title: {en: 'Move a database by dump and restore', ru: 'Перенести базу через дамп и восстановление'},
    why: {
      en: 'The disks cannot be exchanged one by one: no room for a second volume, or replication is broken. Else use postgres-storage-class, without downtime.',
      ru: 'Диски нельзя заменить по одному: нет места для второго тома или сломана репликация. Иначе — postgres-storage-class, без простоя.',
    },
    will: {
      en: 'Keys are kept, writers held, the database dumped and tried; then it is destroyed, made anew on the new class, and filled again.',
      ru: 'Сохраняются ключи, останавливается запись, снимается и проверяется дамп; затем база уничтожается, создаётся заново и заполняется.',
    },
    danger: {
      en: 'Downtime from the second consent to the end. Once it is destroyed the dump is the way back; the old volumes stay (Retain) until you delete them.',
      ru: 'Простой — от второго согласия до конца. После уничтожения путь назад — только дамп; старые тома остаются (Retain), пока вы их не удалите.',
    },
  },
  permissions,
  exampleFacts: exampleFacts(),
  gather: async (reader, {target, parameters: {storageClass, backupTo, keysTo}}) => {
    const facts = await gatherByRestore(reader, target, {storageClass, backupTo, keysTo});
    const isCommanders = facts.owner === 'commander';
    await rehearseRestore(reader, {database: databaseNameOf(target.ref), newClass: storageClass, isCommanders});
    return facts;
  },
  notes: ({facts}) => notesOf(facts),
  steps: ({target, parameters: {storageClass}, facts}) =>
    stepsOf({database: databaseNameOf(target.ref), target, newClass: storageClass, facts}),
});

function stepsOf(plan: ByRestore): readonly Step[] {
  const {database, newClass, facts} = plan;
  const scope = dumpScopeOf(plan);
  const restore: Restore = {
    database,
    openBackup: async (reader, key) => ({keeper: await openBackup(reader, scope, key)}),
    oldSystem: facts.systemId,
    limits: facts.limits,
  };
  const held = {
    requireReady: (reader: Reader, key: string) => requireFilled(reader, restore, key),
    ...(facts.keys?.kind === 'keys' && {keys: facts.keys}),
  };
  const isCommanders = facts.owner === 'commander';
  const freeze: Freeze = {
    database,
    limits: facts.limits,
    ...(isCommanders && {appsIn: database.namespace}),
    ...held,
    requireUndoable: reader => requireOldSystem(reader, plan),
  };
  const reached = (...steps: readonly KeyedStep[]) => reaching(facts.dump.to, 'to', steps);
  return [
    ...canarySteps({database, newClass}),
    ...openPlaceSteps(facts.dump.to, 'to'),
    ...(facts.keys === null ? [] : keysBackupSteps(facts.keys, keysGate(facts.keys))),
    freezeStep(freeze, downtimeGate(facts)),
    ...verifiedDumpSteps(scope),
    ...reached(copyStep(restore, 'scratch'), dropScratchStep(restore)),
    protectStep(plan, {require: reader => requireUndestroyed(reader, plan)}),
    ...reached(destroyStep(plan), recreateStep(plan)),
    ...(isCommanders ? [holdAppStep(plan)] : []),
    leadsStep(plan),
    ...reached(uploadStep(restore), rolesStep(restore), copyStep(restore, 'restore'), exchangeStep(restore)),
    analyzeStep(restore),
    ...reached(thawStep(freeze), ...(isCommanders ? [releaseAppStep({database, ...held})] : [])),
    uploadTidyStep(restore),
    ...closePlaceSteps(facts.dump.to, 'to'),
    ...(isCommanders ? [seenStep] : []),
  ];
}

function keysGate(keys: KeysFacts): GateDefinition {
  const where = keys.kind === 'none' ? '' : placeOf(keys.to);
  return {
    id: 'keep-keys',
    ask: {
      en: `Without its keys nothing that Commander encrypted can be read again. They will be kept ${where}. Is that a place that outlives Commander, and can you reach it?`,
      ru: `Без ключей зашифрованное в Commander не прочитать. Они будут храниться: ${where}. Переживёт ли это место Commander, и есть ли у вас к нему доступ?`,
    },
    facts: async () => (keys.kind === 'none' ? {} : {keysTo: where, fingerprints: sayFingerprints(keys.fingerprints)}),
  };
}

function downtimeGate(facts: ByRestoreFacts): GateDefinition {
  const about = humanDuration(estimateMs(facts));
  const first = facts.owner === 'commander' ? tasksIdle : {en: '', ru: ''};
  return {
    id: 'hold-writers',
    ask: {
      en: `${first.en} Hold the writers? Downtime begins here; expect about ${about}.`.trim(),
      ru: `${first.ru} Остановить запись? Здесь начинается простой; ожидается около ${about}.`.trim(),
    },
    facts: async () => ({databases: Object.keys(facts.limits), aboutSeconds: Math.round(estimateMs(facts) / 1000)}),
  };
}

function estimateMs({bytesAbout}: ByRestoreFacts): number {
  return ((bytesAbout * passes) / bytesPerSecond + platformSeconds) * 1000;
}

const seenStep: HumanStep = {
  id: 'seen-working',
  effect: 'HumanConfirmed',
  title: {en: 'See Commander work', ru: 'Убедиться, что Commander работает'},
  will: {
    en: 'Only Commander itself can show that it decrypts what it had encrypted.',
    ru: 'Только сам Commander покажет, что расшифровывает свои данные.',
  },
  ask: {
    en: 'Open a cluster with secrets in Commander: is everything there, and are there no decryption errors in its log?',
    ru: 'Откройте в Commander кластер с секретами: всё ли на месте, нет ли в журнале ошибок расшифровки?',
  },
  commands: [],
};

function notesOf(facts: ByRestoreFacts): readonly Words[] {
  const {owner, bytesAbout, dump, keys} = facts;
  const about = humanDuration(estimateMs(facts));
  return [
    {
      en: `Downtime: about ${about} for up to ${formatBytes(bytesAbout)}. The dump is kept ${placeWords(dump.to).en}.`,
      ru: `Простой: около ${about} при объёме до ${formatBytes(bytesAbout)}. Место дампа: ${placeWords(dump.to).ru}.`,
    },
    ...(keys?.kind === 'none'
      ? [
          {
            en: `Commander ${keys.version} encrypts nothing: there are no keys.`,
            ru: `Commander ${keys.version} ничего не шифрует: ключей нет.`,
          },
        ]
      : []),
    ...(owner === 'none'
      ? [
          {
            en: 'The operator makes new passwords for the roles that the database’s object names: applications must read their Secrets anew.',
            ru: 'Оператор создаст новые пароли ролей из описания базы: приложения должны заново прочитать свои Secret.',
          },
        ]
      : []),
  ];
}

function exampleFacts(): ByRestoreFacts {
  return {
    owner: 'commander',
    oldClass: 'old',
    systemId: '',
    members: [],
    dump: exampleDump,
    keys: exampleKeys,
    limits: {commander: -1},
    deployments: [],
    bytesAbout: 2 ** 30,
    warning: null,
  };
}
