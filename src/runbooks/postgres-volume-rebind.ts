/** Puts a retained volume back under a member: the way back where a new disk has turned out bad, or never came. */
import {readString} from '../domain/fields.ts';
import {claimTemplate, memberName} from '../domain/postgres/postgres-cluster.ts';
import {patchStep} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import type {CasStep, Step} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {classStep} from './postgres-class-step.ts';
import {claimStep, podStep, type Replacement} from './postgres-disk-steps.ts';
import {migrationInvariants} from './postgres-invariants.ts';
import {ordinalOfVolume, volumesOfClaims} from './postgres-kept-volumes.ts';
import {type DatabaseName, databaseNameOf, databaseTarget, volumeKind} from './postgres-kinds.ts';
import {exampleMigration, type Migration, type MigrationFacts, migrationPermissions} from './postgres-migration.ts';
import {protectStep} from './postgres-protect-step.ts';
import {rebuildStep} from './postgres-rebuild-step.ts';
import {gatherMigration} from './postgres-storage-preflight.ts';

type RebindFacts = MigrationFacts & {
  readonly volumeUid: string;
  readonly volumeClass: string;
  readonly ordinal: number;
  readonly claim: string;
};

export const postgresVolumeRebind = defineRunbook({
  name: 'postgres-volume-rebind',
  version: 1,
  group: 'postgres',
  risk: 'destructive',
  target: databaseTarget,
  parameters: {
    volume: {
      type: 'string',
      isRequired: true,
      choices: async (reader, given) => {
        const [namespace = '', name = ''] = String(given.target).split('/');
        const volumes = await volumesOfClaims(reader, {namespace, name});
        return volumes.filter(volume => readString(volume, 'status.phase') === 'Released').map(({metadata}) => metadata.name);
      },
      words: {en: 'PersistentVolume that was kept (Released)', ru: 'Сохранённый PersistentVolume (Released)'},
    },
  },
  words: {
    title: {en: 'Bind a retained volume again', ru: 'Снова привязать сохранённый том'},
    why: {
      en: 'A member’s new disk is bad or never came, and its old one was kept.',
      ru: 'Новый диск узла базы плох или так и не появился, а старый сохранён.',
    },
    will: {
      en: 'The class is put back, the volume is kept for the member’s claim, the member’s present claim and pod go, and it comes back on the old disk and catches up.',
      ru: 'Класс возвращается, том оставляется за заявкой узла, его нынешние заявка и под удаляются; узел возвращается на старый диск и догоняет лидера.',
    },
    danger: {
      en: 'Only for a replica. What it wrote since is not on the old disk: it catches up from the leader, or is copied anew.',
      ru: 'Только для реплики. Написанного с тех пор на старом диске нет: узел догонит лидера или будет скопирован заново.',
    },
  },
  permissions: migrationPermissions,
  exampleFacts: {...exampleMigration, volumeUid: '', volumeClass: 'old', ordinal: 1, claim: 'pgdata-commander-postgres-1'},
  gather: (reader, {target, parameters: {volume}}) => gatherRebind(reader, databaseNameOf(target.ref), volume),
  steps: ({target, parameters: {volume}, facts}) => stepsOf(migrationOf(databaseNameOf(target.ref), facts), volume, facts),
  invariants: ({target, facts}) => migrationInvariants(migrationOf(databaseNameOf(target.ref), facts)),
});

function migrationOf(database: DatabaseName, facts: RebindFacts): Migration {
  return {database, newClass: facts.volumeClass, isExtraWanted: false, isDegraded: true, facts};
}

async function gatherRebind(reader: Reader, database: DatabaseName, name: string): Promise<RebindFacts> {
  const volume = await reader.get({kind: volumeKind, name});
  if (volume === undefined)
    throw new Refusal('NoVolume', {en: `there is no PersistentVolume ${name}`, ru: `PersistentVolume ${name} не существует`});
  const ordinal = ordinalOfVolume(volume, database);
  if (ordinal === undefined)
    throw new Refusal('OtherVolume', {
      en: `the volume ${name} was of ${readString(volume, 'spec.claimRef.namespace')}/${readString(volume, 'spec.claimRef.name')}, which is no claim of this database`,
      ru: `том ${name} был у ${readString(volume, 'spec.claimRef.namespace')}/${readString(volume, 'spec.claimRef.name')}, это не заявка этой базы`,
    });
  const phase = readString(volume, 'status.phase') ?? '';
  if (phase !== 'Released' && phase !== 'Available')
    throw new Refusal('InUse', {en: `the volume ${name} is ${phase}, not Released`, ru: `том ${name} в состоянии ${phase}, а не Released`});
  const volumeClass = readString(volume, 'spec.storageClassName') ?? '';
  const facts = await gatherMigration(reader, database, volumeClass, {broken: ordinal});
  const member = memberName(database.name, ordinal);
  if (facts.leader === member)
    throw new Refusal('IsLeader', {
      en: `${member} leads: hand the lead over with postgres-switchover first`,
      ru: `${member} — лидер: сначала передайте лидерство (postgres-switchover)`,
    });
  const present = facts.members.find(each => each.ordinal === ordinal);
  if (present === undefined)
    throw new Refusal('NoMember', {
      en: `the database has no member ${member}: its claim would be made by nobody`,
      ru: `узла ${member} в базе нет: его заявку никто не создаст`,
    });
  if (present.storageClass === volumeClass)
    throw new Refusal('NothingToDo', {
      en: `${member} has a disk of class ${volumeClass}: there is nothing that the old one would mend`,
      ru: `у ${member} уже диск класса ${volumeClass}: старый ничего не исправит`,
    });
  return {...facts, volumeUid: volume.metadata.uid, volumeClass, ordinal, claim: `${claimTemplate}-${member}`};
}

function stepsOf(migration: Migration, volume: string, facts: RebindFacts): readonly Step[] {
  const {leader, timeline, instances, ordinal} = facts;
  const member = memberName(migration.database.name, ordinal);
  const move: Replacement = {kind: 'replace', leader, timeline, instances, member, ordinal, isBroken: true};
  return [
    protectStep(migration),
    ...(facts.setClass === facts.volumeClass && facts.settingClass === facts.volumeClass ? [] : [classStep(migration)]),
    claimStep(migration, move),
    reserveStep(migration, volume, facts),
    podStep(migration, move),
    rebuildStep(migration, move),
  ];
}

/** Once the present claim is on its way out, so that it does not take the volume itself; a claim of this name is the only one that may. */
function reserveStep({database}: Migration, volume: string, {volumeUid, claim}: RebindFacts): CasStep {
  return patchStep({
    id: 'reserve-volume',
    title: {en: `Keep ${volume} for ${claim}`, ru: `Закрепить ${volume} за ${claim}`},
    will: {
      en: 'The uid of the claim that is gone is taken out of claimRef: the next claim of this name is bound to the volume, and no other.',
      ru: 'Из claimRef убирается uid прежней заявки: к тому привяжется следующая заявка с этим именем и никакая другая.',
    },
    object: {ref: {kind: volumeKind, name: volume}, uid: volumeUid},
    patch: live =>
      readString(live, 'spec.claimRef.uid') === undefined || readString(live, 'status.phase') === 'Bound'
        ? undefined
        : {spec: {claimRef: {namespace: database.namespace, name: claim, uid: null, resourceVersion: null}}},
    undo: 'none',
    commands: [`kubectl patch pv ${volume} --type=merge -p '{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}'`],
  });
}
