/** Adds a member for the time of a migration, on a fresh disk, and takes it away again once it does not lead. */

import type {Fields} from '../domain/fields.ts';
import {agreedLeader} from '../domain/postgres/database-seen.ts';
import {claimNameOf} from '../domain/postgres/postgres-cluster.ts';
import {instancesBeforeAnnotation, instancesRunAnnotation} from '../domain/postgres/storage-branch.ts';
import type {Move} from '../domain/postgres/storage-path.ts';
import {joinWords} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, failed, type Progress, pass, refuse, runUidOf, type Step, type Target, waiting} from '../engine/define-step.ts';
import {sayUnbound} from './postgres-claim-events.ts';
import {leftSteps, spareClaimAnnotation} from './postgres-drop-steps.ts';
import {removeWords} from './postgres-gate-words.ts';
import {databaseRef} from './postgres-kinds.ts';
import {checkSettled, type Migration, operatorSays, requirePass, standGate} from './postgres-migration.ts';
import {operatorLogs} from './postgres-owner.ts';
import {keepStep} from './postgres-protect-step.ts';
import {rebuildStep} from './postgres-rebuild-step.ts';
import {memberLogs} from './postgres-replica-watch.ts';
import {awaitPod} from './postgres-set-events.ts';
import {checkLeader} from './postgres-switchover-step.ts';
import {readDatabase, readDatabaseObjects} from './postgres-world.ts';

const bindSeconds = 600;
const scaleSeconds = 600;

type Addition = Extract<Move, {kind: 'add'}>;
type Removal = Extract<Move, {kind: 'scale-down'}>;

export function addSteps(migration: Migration, move: Addition): readonly Step[] {
  const instances = move.instances + 1;
  const isPassing = !migration.facts.isKeepingClaims;
  return [
    ...leftSteps(migration, move),
    addStep(migration, move),
    rebuildStep(migration, {...move, instances}),
    keepStep(migration, {...move, isPassing}),
  ];
}

function addStep(migration: Migration, move: Addition): CasStep {
  const {database, newClass, facts} = migration;
  const {member, instances} = move;
  const object: Target = {ref: databaseRef(database), uid: ''};
  return {
    id: 'add-member',
    effect: 'K8sCas',
    title: {en: `Add ${member}`, ru: `Добавить ${member}`},
    will: {
      en: `numberOfInstances ${instances} → ${instances + 1}: a further copy on class ${newClass}, for the time of the migration.`,
      ru: `numberOfInstances ${instances} → ${instances + 1}: ещё одна копия на классе ${newClass} на время переноса.`,
    },
    danger: {
      en: 'The platform may put the number back while the run goes on; that stops the run before its next act.',
      ru: 'Платформа может вернуть прежнее число; это остановит запуск перед следующим действием.',
    },
    gate: standGate(migration, 'add-member', {
      en: `Add ${member} on class ${newClass}?`,
      ru: `Добавить ${member} на классе ${newClass}?`,
    }),
    precheck: async reader => {
      const seen = await readDatabase(reader, database);
      if (seen.cluster.instances === instances + 1) return pass;
      const check = checkSettled(migration, seen, move);
      if (check.kind !== 'pass') return check;
      return seen.disks.some(({ordinal}) => ordinal === move.ordinal)
        ? refuse('StaleClaim', {
            en: `the claim ${claimNameOf(member)} is there already: ${member} would take it; start again, and the run asks about it`,
            ru: `заявка ${claimNameOf(member)} уже есть: ${member} взял бы её; запустите снова, и запуск о ней спросит`,
          })
        : pass;
    },
    act: async (reader, key) => {
      const live = await readTarget(reader, object);
      const seen = await readDatabase(reader, database);
      if (seen.cluster.instances === instances + 1) return [];
      requirePass(checkSettled(migration, seen, move));
      return [patchWrite(object, live, instancesPatch(instances + 1, {before: String(facts.finalMembers), run: runUidOf(key)}))];
    },
    undo: 'inverse',
    undoCheck: async reader => {
      const agreed = agreedLeader(await readDatabase(reader, database));
      return agreed.kind === 'agreed' && agreed.name !== member
        ? pass
        : refuse('LeaderWouldGo', {
            en: `${member} leads or nobody does: hand the lead over first, or the scale-down takes the leader away`,
            ru: `лидер — ${member}, или лидера нет: сначала передайте лидерство, иначе уменьшение унесёт лидера`,
          });
    },
    verify: async (reader, past): Promise<Progress> => {
      const seen = await readDatabaseObjects(reader, database);
      const disk = seen.disks.find(({ordinal}) => ordinal === move.ordinal);
      const pod = seen.pods.find(({name}) => name === member);
      const wanted = {en: `${member} running on a claim of class ${newClass}`, ru: `${member} работает на заявке класса ${newClass}`};
      const logs = [...(await operatorLogs(reader)), ...memberLogs(seen)];
      if (disk !== undefined && disk.storageClass !== newClass)
        return failed('WrongClass', {
          en: `the claim ${disk.claim.name} is on class ${disk.storageClass || '(default)'}, not ${newClass}`,
          ru: `заявка ${disk.claim.name} на классе ${disk.storageClass || '(по умолчанию)'}, а не ${newClass}`,
        });
      if (disk === undefined || pod === undefined) return awaitPod(reader, seen, {member, ordinal: move.ordinal, wanted, logs}, past);
      if (!disk.isBound) return waiting(wanted, await sayUnbound(reader, database, disk.claim.name), logs);
      if (pod.phase !== 'Running') return waiting(wanted, {en: `the pod is ${pod.phase}`, ru: `под в состоянии ${pod.phase}`}, logs);
      const volume = disk.volume?.name ?? '';
      return done({
        en: `${disk.claim.name} is bound to ${volume || 'a volume'} of class ${newClass}`,
        ru: `${disk.claim.name} привязана к ${volume === '' ? 'тому' : `тому ${volume}`} класса ${newClass}`,
      });
    },
    timeouts: {precheck: 600, verify: bindSeconds},
    commands: [
      `kubectl -n ${database.namespace} patch postgresql ${database.name} --type=merge -p '{"spec":{"numberOfInstances":${instances + 1}}}'`,
    ],
  };
}

export function removeStep(migration: Migration, move: Removal): CasStep {
  const {database, facts, newClass} = migration;
  const {member, leader, timeline} = move;
  const instances = move.instances - 1;
  const object: Target = {ref: databaseRef(database), uid: ''};
  const {ask, danger} = removeWords(migration, move);
  return {
    id: 'remove-member',
    effect: 'K8sCas',
    title: {en: `Take ${member} away again`, ru: `Убрать ${member}`},
    will: {
      en: `numberOfInstances back to ${instances}. The highest member goes whoever leads: so only while ${leader} leads.`,
      ru: `numberOfInstances снова ${instances}. Уходит старший номер, кто бы ни лидировал: поэтому только пока лидер — ${leader}.`,
    },
    danger,
    gate: standGate(migration, 'remove-member', ask, {goes: move.ordinal}),
    precheck: async reader => {
      const seen = await readDatabase(reader, database);
      return seen.cluster.instances === instances ? pass : checkSettled(migration, seen, move);
    },
    act: async reader => {
      const live = await readTarget(reader, object);
      const seen = await readDatabase(reader, database);
      if (seen.cluster.instances === instances) return [];
      requirePass(checkSettled(migration, seen, move));
      if (move.ordinal !== instances)
        throw new Refusal('OtherWouldGo', {
          en: `with ${instances} instances not ${member} alone would go: nothing is scaled down`,
          ru: `при числе экземпляров ${instances} ушёл бы не только ${member}: ничего не уменьшаем`,
        });
      if (leader === member)
        throw new Refusal('LeaderWouldGo', {en: `${member} leads: it may not go`, ru: `${member} — лидер: ему уходить нельзя`});
      const old = seen.disks.find(({ordinal, storageClass}) => ordinal < facts.finalMembers && storageClass !== newClass);
      if (old !== undefined)
        throw new Refusal('NotMoved', {
          en: `${old.claim.name} is still on class ${old.storageClass}: ${member} stays`,
          ru: `${old.claim.name} всё ещё на классе ${old.storageClass}: ${member} остаётся`,
        });
      const spare = seen.disks.find(({ordinal}) => ordinal === move.ordinal)?.claim.uid ?? null;
      return [patchWrite(object, live, instancesPatch(instances, {before: null, run: null}, {[spareClaimAnnotation]: spare}))];
    },
    verify: async (reader): Promise<Progress> => {
      const seen = await readDatabase(reader, database);
      const led = checkLeader(seen, {from: leader, timeline, systemId: facts.systemId});
      if (led.kind === 'refuse' && led.reason !== 'NotNow') return failed(led.reason, led.message);
      const {set, cluster, pods} = seen;
      const isGone = !pods.some(({name}) => name === member);
      if (led.kind === 'pass' && isGone && set?.replicas === instances && cluster.status === 'Running')
        return done({
          en: `${member} is gone, ${leader} leads on timeline ${timeline}`,
          ru: `${member} убран, лидер — ${leader} на timeline ${timeline}`,
        });
      const replicas = set?.replicas ?? 0;
      const now = isGone
        ? joinWords([{en: `${replicas} replicas`, ru: `реплик: ${replicas}`}, operatorSays(cluster.status)], ', ')
        : {en: `${member} is still there`, ru: `${member} ещё здесь`};
      const wanted = {en: `${instances} members, ${leader} leading`, ru: `экземпляров ${instances}, лидер — ${leader}`};
      return waiting(wanted, now, [...(await operatorLogs(reader)), ...memberLogs(seen)]);
    },
    timeouts: {precheck: 600, verify: scaleSeconds},
    commands: [
      `kubectl -n ${database.namespace} patch postgresql ${database.name} --type=merge -p '{"spec":{"numberOfInstances":${instances}}}'`,
    ],
  };
}

type Mark = {readonly before: string | null; readonly run: string | null};

export function instancesPatch(instances: number, {before, run}: Mark, more: Fields = {}): Fields {
  const annotations = {[instancesBeforeAnnotation]: before, [instancesRunAnnotation]: run, ...more};
  return {metadata: {annotations}, spec: {numberOfInstances: instances}};
}
