/** Tells the owner of a database its new class, and waits until the operator makes claims of it; no disk changes by that. */

import type {Fields} from '../domain/fields.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {agreedLeader, type DatabaseSeen} from '../domain/postgres/database-seen.ts';
import {claimNameOf} from '../domain/postgres/postgres-cluster.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {type CasStep, type Check, done, failed, type Progress, pass, refuse, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {databaseRef} from './postgres-kinds.ts';
import {type Migration, operatorContent, operatorSays, sayOperator, standGate} from './postgres-migration.ts';
import {commander, operatorLogs, readQueueTrouble} from './postgres-owner.ts';
import {memberLogs, sayMembers} from './postgres-replica-watch.ts';
import {rejectedPod} from './postgres-set-events.ts';
import {checkLeader} from './postgres-switchover-step.ts';
import {readDatabase} from './postgres-world.ts';
import {moduleConfigKind} from './targets.ts';

const convergeSeconds = 1200;

export function classStep(migration: Migration): CasStep {
  const {database, newClass, facts} = migration;
  const isCommanders = facts.owner === 'commander';
  const {object, patch} = classChange(migration);
  const where = isCommanders ? 'ModuleConfig commander' : `postgresql ${database.namespace}/${database.name}`;
  const command = isCommanders
    ? `kubectl patch moduleconfig commander --type=merge -p '${shellJson(patch)}'`
    : `kubectl -n ${database.namespace} patch postgresql ${database.name} --type=merge -p '${shellJson(patch)}'`;
  return {
    id: 'set-class',
    isForeseeable: true,
    effect: 'K8sCas',
    title: {en: `Set the class to ${newClass}`, ru: `Задать класс ${newClass}`},
    will: {
      en: `${where} gets the new class; the operator replaces the StatefulSet and its pods go on. Claims that are there stay as they are.`,
      ru: `${where} получает новый класс; оператор заменяет StatefulSet, поды продолжают работать. Существующие заявки остаются как есть.`,
    },
    danger: {
      en: 'A claim that changes by itself now stops the run at once. An undo puts the old class back, as long as the leader’s own disk is on it.',
      ru: 'Если какая-либо заявка изменится сама, запуск сразу остановится. Откат вернёт прежний класс, пока диск самого лидера на нём.',
    },
    gate: standGate(migration, 'set-class', {
      en: `Change the class of ${database.namespace}/${database.name} from ${facts.oldClass || '(default)'} to ${newClass}?`,
      ru: `Сменить класс ${database.namespace}/${database.name} с ${facts.oldClass || '(по умолчанию)'} на ${newClass}?`,
    }),
    precheck: reader => checkQuiet(reader, migration),
    act: async reader => {
      const live = await readTarget(reader, object);
      return isPatched(live, patch) ? [] : [patchWrite(object, live, patch)];
    },
    undo: 'inverse',
    undoCheck: async reader => {
      const seen = await readDatabase(reader, database);
      const agreed = agreedLeader(seen);
      const leading = agreed.kind === 'agreed' ? seen.disks.find(({claim}) => claim.name === claimNameOf(agreed.name)) : undefined;
      return leading === undefined || leading.storageClass === newClass
        ? refuse('LeaderMoved', {
            en: `the leader’s own disk is on ${newClass} already, or nobody leads: the way back is a migration of its own`,
            ru: `диск самого лидера уже на ${newClass}, или лидера нет: обратный путь — отдельный перенос`,
          })
        : pass;
    },
    verify: reader => converge(reader, migration),
    stableTimes: 2,
    timeouts: {precheck: 900, verify: convergeSeconds},
    commands: [command],
  };
}

/** Where the class is set, and how. */
export function classChange({database, newClass, facts}: Migration): {readonly object: Target; readonly patch: Fields} {
  return facts.owner === 'commander'
    ? {
        object: {ref: {kind: moduleConfigKind, name: commander.module}, uid: ''},
        patch: {spec: {settings: {postgres: {internal: {storageClass: newClass}}}}},
      }
    : {object: {ref: databaseRef(database), uid: ''}, patch: {spec: {volume: {storageClass: newClass}}}};
}

function shellJson(patch: Fields): string {
  return JSON.stringify(patch);
}

async function checkQuiet(reader: Reader, {database, facts}: Migration): Promise<Check> {
  const queue = facts.owner === 'commander' ? await readQueueTrouble(reader) : undefined;
  if (queue !== undefined) return {kind: 'wait', wanted: {en: 'an empty queue', ru: 'пустая очередь'}, seen: queue};
  const seen = await readDatabase(reader, database);
  const led = checkLeader(seen, {from: facts.leader, timeline: facts.timeline, systemId: facts.systemId});
  if (led.kind !== 'pass') return led;
  const {status} = seen.cluster;
  return status === 'Running' ? pass : {kind: 'wait', wanted: operatorContent, seen: sayOperator(status)};
}

async function converge(reader: Reader, migration: Migration): Promise<Progress> {
  const {database, newClass, facts} = migration;
  const seen = await readDatabase(reader, database);
  const touched = touchedClaim(migration, seen);
  if (touched !== undefined) return failed('ClaimChanged', touched);
  const agreed = agreedLeader(seen);
  if (agreed.kind === 'agreed' && (agreed.name !== facts.leader || seen.reports.get(agreed.name)?.timeline !== facts.timeline))
    return failed('LeaderMoved', {
      en: `${sayMembers(seen).en}: the lead has moved, which nobody asked for`,
      ru: `${sayMembers(seen).ru}: лидерство перешло, хотя об этом никто не просил`,
    });
  const rejected = seen.set?.storageClass === newClass ? await rejectedPod(reader, seen) : undefined;
  if (rejected !== undefined) return failed('PodRejected', rejected);
  const missing = missingParts(seen, migration) ?? (facts.owner === 'commander' ? await readQueueTrouble(reader) : undefined);
  if (missing === undefined && agreed.kind === 'agreed')
    return done({
      en: `the operator makes claims of class ${newClass}; every disk is as it was`,
      ru: `оператор создаёт заявки класса ${newClass}; все диски прежние`,
    });
  const logs = [...(await operatorLogs(reader)), ...memberLogs(seen)];
  const {status} = seen.cluster;
  const seenWords = missing ?? sayMembers(seen);
  const wanted = {en: `the StatefulSet replaced, claims of class ${newClass}`, ru: `StatefulSet заменён, заявки класса ${newClass}`};
  const isSaid = status !== 'Running' && status !== 'Updating';
  return waiting(wanted, isSaid ? joinWords([seenWords, operatorSays(status)], '; ') : seenWords, logs);
}

/** Status words lag and "updated" is logged after failures too: the objects decide. */
function missingParts({cluster, set, pods}: DatabaseSeen, {newClass, facts, isDegraded}: Migration): Words | undefined {
  if (cluster.storageClass !== newClass) {
    const {storageClass} = cluster;
    return {
      en: `the database still asks for class ${storageClass || '(default)'}`,
      ru: `база всё ещё просит класс ${storageClass || '(по умолчанию)'}`,
    };
  }
  if (set === undefined) return {en: 'the StatefulSet is being replaced', ru: 'StatefulSet заменяют'};
  if (set.storageClass !== newClass)
    return {
      en: `the StatefulSet makes claims of class ${set.storageClass || '(default)'}`,
      ru: `StatefulSet создаёт заявки класса ${set.storageClass || '(по умолчанию)'}`,
    };
  if (facts.setClass !== newClass && set.uid === facts.setUid)
    return {en: 'the StatefulSet is still the old one', ru: 'StatefulSet ещё прежний'};
  const orphan = pods.find(({owner}) => owner !== set.uid);
  if (orphan !== undefined) return {en: `the pod ${orphan.name} is not taken over yet`, ru: `под ${orphan.name} ещё не подхвачен`};
  const marked = pods.find(({isRollingUpdateWanted}) => isRollingUpdateWanted);
  if (marked !== undefined)
    return {en: `the operator means to make ${marked.name} anew`, ru: `оператор собирается пересоздать ${marked.name}`};
  // One whose claim is gone already comes back with its new one.
  const awaited = set.replicas - facts.members.filter(({claimUid}) => claimUid === null).length;
  if (isDegraded !== true && set.readyReplicas < awaited)
    return {
      en: `${set.readyReplicas} of ${awaited} members are ready`,
      ru: `готово узлов ${set.readyReplicas} из ${awaited}`,
    };
  return cluster.status === 'Running' ? undefined : operatorSays(cluster.status);
}

function touchedClaim({facts}: Migration, {disks}: DatabaseSeen): Words | undefined {
  for (const {ordinal, claimUid, name} of facts.members) {
    if (claimUid === null) continue;
    const disk = disks.find(each => each.ordinal === ordinal);
    if (disk === undefined)
      return {
        en: `the claim of ${name} is gone, which nobody asked for: look at what deleted it before anything else`,
        ru: `заявки ${name} больше нет, хотя об этом никто не просил: сначала выясните, кто её удалил`,
      };
    if (disk.claim.uid !== claimUid)
      return {
        en: `the claim ${disk.claim.name} was made anew, which nobody asked for`,
        ru: `заявка ${disk.claim.name} создана заново, хотя об этом никто не просил`,
      };
    if (disk.isTerminating)
      return {
        en: `the claim ${disk.claim.name} is being deleted, which nobody asked for: its volume is kept (Retain)`,
        ru: `заявка ${disk.claim.name} удаляется, хотя об этом никто не просил: том остаётся (Retain)`,
      };
  }
  return undefined;
}
