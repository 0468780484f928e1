/**
 * Moves a live database to another storage class, disk by disk: a replica's disk is made anew on the new class, the lead goes over
 * to it once, then the old leader's disk follows. A database of one member gets a second one for the time.
 */
import {humanDuration} from '../domain/age.ts';
import {formatBytes} from '../domain/postgres/byte-size.ts';
import {instancesBeforeAnnotation} from '../domain/postgres/storage-branch.ts';
import type {Move} from '../domain/postgres/storage-path.ts';
import {parseQuantity} from '../domain/query/quantity.ts';
import type {Words} from '../domain/words.ts';
import {defineRunbook} from '../engine/define-runbook.ts';
import type {HumanStep, Step} from '../engine/define-step.ts';
import {exampleKeys} from './commander-keys-backup.ts';
import {dumpPermissions, exampleDump} from './postgres-backup.ts';
import {canarySteps} from './postgres-canary-steps.ts';
import {latestWarning} from './postgres-claim-events.ts';
import {classStep} from './postgres-class-step.ts';
import {replaceSteps} from './postgres-disk-steps.ts';
import {dropSteps} from './postgres-drop-steps.ts';
import {finishStep} from './postgres-finish-step.ts';
import {migrationInvariants} from './postgres-invariants.ts';
import {databaseNameOf, databaseTarget} from './postgres-kinds.ts';
import {
  checkSettled,
  exampleMigration,
  type Migration,
  type MigrationFacts,
  migrationPermissions,
  movesOf,
  standGate,
} from './postgres-migration.ts';
import {commander} from './postgres-owner.ts';
import {protectStep} from './postgres-protect-step.ts';
import {quotaPermission, requireQuota} from './postgres-quota.ts';
import {rehearseMigration} from './postgres-rehearsal.ts';
import {gatherSafekeeping, safekeepingNotes, safekeepingParameters, safekeepingSteps} from './postgres-safekeeping.ts';
import {addSteps, removeStep} from './postgres-scale-steps.ts';
import {gatherMigration, storageClassParameter} from './postgres-storage-preflight.ts';
import {type Switchover, switchoverStep} from './postgres-switchover-step.ts';
import {writesStep} from './postgres-writes-step.ts';

const copyBytesPerSecond = 20_000_000;

export const postgresStorageClass = defineRunbook({
  name: 'postgres-storage-class',
  version: 1,
  group: 'postgres',
  risk: 'destructive',
  target: databaseTarget,
  parameters: {
    storageClass: storageClassParameter,
    ...safekeepingParameters,
    extraMember: {
      type: 'boolean',
      default: false,
      words: {
        en: 'Add a member for the time. Wise with two: two copies stay while one is rebuilt. Costs a volume and one more copy; one member gets a second anyway',
        ru: 'На время добавить узел. Разумно, если узлов два: при пересборке остаются две копии. Стоит тома и ещё одной копии; к одному узлу второй добавится и так',
      },
    },
  },
  words: {
    title: {en: 'Move a database to another storage class', ru: 'Перенести базу данных на другой StorageClass'},
    why: {
      en: 'The disks are to be faster, safer, or of another storage system; the database stays in use.',
      ru: 'Диски должны быть быстрее, надёжнее или в другой системе хранения; база остаётся в работе.',
    },
    will: {
      en: 'Volumes are set to Retain, the class is set, then disk after disk is made anew from the leader. Before each deletion the run looks again and asks.',
      ru: 'Тома переводятся в Retain, задаётся класс, затем диск за диском создаётся заново с лидера. Перед каждым удалением запуск смотрит ещё раз и спрашивает.',
    },
    danger: {
      en: 'While one of two copies is rebuilt, only the other has the newest rows. The lead moves once or twice: writes wait for seconds. Old volumes stay until you delete them.',
      ru: 'Пока одна из двух копий пересобирается, самые новые строки есть только у другой. Лидер сменится один-два раза: запись прервётся на секунды. Старые тома остаются, пока вы их не удалите.',
    },
  },
  permissions: [
    ...migrationPermissions,
    ...dumpPermissions,
    quotaPermission,
    {verbs: ['get', 'create'], group: '', resource: 'persistentvolumeclaims', scope: 'target'},
    {verbs: ['get', 'create'], group: '', resource: 'pods', scope: 'target'},
    {verbs: ['get'], group: '', resource: 'secrets', scope: {namespace: commander.namespace}, parameter: 'keysTo'},
    {verbs: ['get', 'create'], group: '', resource: 'secrets', parameter: 'keysTo', prefix: 'secret'},
  ],
  exampleFacts: {...exampleMigration, dump: exampleDump, keys: exampleKeys},
  gather: async (reader, {target, parameters: {storageClass, extraMember, backupTo, keysTo}}) => {
    const database = databaseNameOf(target.ref);
    const facts = await gatherMigration(reader, database, storageClass, {isExtraWanted: extraMember});
    const {owner, oldClass} = facts;
    const migration = {database, newClass: storageClass, isExtraWanted: extraMember, facts};
    await requireQuota(reader, migration);
    await rehearseMigration(reader, migration);
    return {...facts, ...(await gatherSafekeeping(reader, {database, owner, leftClass: oldClass, backupTo, keysTo}))};
  },
  notes: input => [...notesOf(migrationOf(input)), ...safekeepingNotes(input.facts, input.facts.owner)],
  steps: input => stepsOf(migrationOf(input), safekeepingSteps(databaseNameOf(input.target.ref), input.facts)),
  invariants: input => migrationInvariants(migrationOf(input)),
});

type Input = {
  readonly parameters: {readonly storageClass: string; readonly extraMember: boolean};
  readonly target: {readonly ref: {readonly namespace?: string; readonly name: string}};
  readonly facts: MigrationFacts;
};

function migrationOf({parameters: {storageClass, extraMember}, target, facts}: Input): Migration {
  return {database: databaseNameOf(target.ref), newClass: storageClass, isExtraWanted: extraMember, facts};
}

function stepsOf(migration: Migration, safekeeping: readonly Step[]): readonly Step[] {
  const moves = movesOf(migration);
  const {isKeepingClaims, finalMembers, isResumed} = migration.facts;
  const isMaking = moves.some(({kind}) => kind === 'replace' || kind === 'add');
  return [
    ...(isResumed ? [membersStep(migration)] : []),
    ...(isMaking ? trialSteps(migration) : []),
    ...safekeeping,
    protectStep(migration, {isLasting: ordinal => isKeepingClaims || ordinal < finalMembers}),
    classStep(migration),
    ...moves.flatMap(move => moveSteps(migration, move)),
    finishStep(migration),
  ];
}

function trialSteps({database, newClass}: Migration): readonly Step[] {
  return canarySteps({database, newClass, warningOf: (reader, claim) => latestWarning(reader, database, claim)});
}

/** An attempt that was given up leaves a member too many; the other reading is that somebody wants them all. */
function membersStep({database, facts}: Migration): HumanStep {
  const {instances, finalMembers} = facts;
  return {
    id: 'members',
    effect: 'HumanConfirmed',
    title: {en: 'Say how many members are to stay', ru: 'Сказать, сколько узлов оставить'},
    will: {
      en: `The database has ${instances} members, one more than is wished, or than an earlier run has noted: this run takes one away at the end.`,
      ru: `У базы узлов: ${instances}, на один больше, чем нужно по настройке или по отметке прежнего запуска: в конце этот запуск уберёт лишний.`,
    },
    ask: {
      en: `Are ${finalMembers} of ${instances} members of ${database.name} to stay? Where all are, reject, take the annotation ${instancesBeforeAnnotation} away or set highAvailability: true, and start again.`,
      ru: `Оставить у ${database.name} узлов ${finalMembers} из ${instances}? Если нужны все, откажитесь, снимите аннотацию ${instancesBeforeAnnotation} или задайте highAvailability: true и начните снова.`,
    },
    commands: [`kubectl -n ${database.namespace} get postgresql ${database.name}`],
  };
}

function moveSteps(migration: Migration, move: Move): readonly Step[] {
  switch (move.kind) {
    case 'add':
      return addSteps(migration, move);
    case 'replace':
      return replaceSteps(migration, move);
    case 'switchover':
      return leadSteps(migration, move);
    case 'scale-down':
      return [removeStep(migration, move)];
    case 'drop-claim':
      return dropSteps(migration, move);
  }
}

/** The way back was agreed to together with the way there. */
function leadSteps(migration: Migration, move: Extract<Move, {kind: 'switchover'}>): readonly Step[] {
  const {leader, to, timeline, isBack} = move;
  const {database, newClass, facts} = migration;
  const id = isBack ? 'switch-back' : 'switchover';
  const ask = {en: `Hand the lead from ${leader} to ${to}?`, ru: `Передать лидерство от ${leader} к ${to}?`};
  const plan: Switchover = {
    database,
    from: leader,
    to,
    timeline,
    systemId: facts.systemId,
    storageClass: newClass,
    check: seen => checkSettled(migration, seen, move),
  };
  return [switchoverStep(plan, {id, ...(isBack ? {} : {gate: standGate(migration, id, ask, {heir: to})})}), writesStep(plan, id)];
}

function notesOf(migration: Migration): readonly Words[] {
  const {facts, newClass} = migration;
  const {members, leader, timeline, finalMembers, patroni, isOneNode, isKeepingClaims} = facts;
  const moves = movesOf(migration);
  const copies = moves.filter(({kind}) => kind === 'replace' || kind === 'add').length;
  const switches = moves.filter(({kind}) => kind === 'switchover').length;
  const size = Math.max(0, ...members.map(each => parseQuantity(each.size) ?? 0));
  const copyTime = humanDuration((size / copyBytesPerSecond) * 1000);
  const disks = members.map(each => `${each.name} ${each.storageClass ?? 'on its way'} ${each.size}`).join(', ');
  return [
    {
      en: `${leader} leads on timeline ${timeline} (Patroni ${patroni}). Disks: ${disks}. To be: ${finalMembers} on ${newClass}.`,
      ru: `Лидер — ${leader}, timeline ${timeline} (Patroni ${patroni}). Диски: ${disks}. Будет: ${finalMembers} на ${newClass}.`,
    },
    {
      en: `Copies to be made: ${copies}, of at most ${formatBytes(size)}, up to ${copyTime} each at 20 MB/s. Switchovers: ${switches}, of 2 to 9 s without writes.`,
      ru: `Копий: ${copies}, до ${formatBytes(size)}, до ${copyTime} каждая при 20 МБ/с; смен лидера: ${switches}, 2–9 с без записи.`,
    },
    ...(facts.owner === 'commander'
      ? [
          {
            en: 'Look in Commander first: a task that runs (a cluster being made, changed or deleted) may be cut when the lead moves.',
            ru: 'Сначала загляните в Commander: выполняемая задача (создание, изменение, удаление кластера) может оборваться при смене лидера.',
          },
        ]
      : []),
    ...(facts.isResumed
      ? [
          {
            en: `There is a member more than is wanted (${facts.instances} instead of ${finalMembers}), as an earlier attempt leaves it: the run asks, then goes on from there.`,
            ru: `Узлов на один больше, чем нужно (${facts.instances} вместо ${finalMembers}), как остаётся после прежней попытки: запуск спросит и продолжит с того места.`,
          },
        ]
      : []),
    ...(facts.isGrowthLost
      ? [
          {
            en: `Volumes of ${newClass} cannot be made larger later; those of ${facts.oldClass} can.`,
            ru: `Тома ${newClass} потом не увеличить, а тома ${facts.oldClass} — можно.`,
          },
        ]
      : []),
    ...(isOneNode
      ? [
          {
            en: 'All members stand on one node: its loss is the loss of all copies.',
            ru: 'Все узлы базы — на одном узле кластера: его потеря — потеря всех копий.',
          },
        ]
      : []),
    ...(isKeepingClaims
      ? []
      : [
          {
            en: 'The StatefulSet deletes claims of members that are scaled away.',
            ru: 'StatefulSet удаляет заявки узлов, убранных масштабированием.',
          },
        ]),
  ];
}
