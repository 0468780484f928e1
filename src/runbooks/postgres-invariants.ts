/** What holds for a whole migration: whatever moves without being asked for stops the run before its next act. */

import {leaderOf, type Topology} from '../domain/postgres/patroni-topology.ts';
import {ordinalOf} from '../domain/postgres/postgres-cluster.ts';
import {leadersOf} from '../domain/postgres/storage-path.ts';
import type {Invariant} from '../engine/define-step.ts';
import {type Check, pass, refuse} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {changedClaim, type Migration, pathInputOf} from './postgres-migration.ts';
import {type DatabaseObjects, readDatabaseObjects, readTopologyOf} from './postgres-world.ts';

export function migrationInvariants(migration: Migration): readonly Invariant[] {
  return [
    {
      id: 'as-asked',
      words: {
        en: 'Leader, timeline, disks and the number of instances are as this run has asked for.',
        ru: 'Лидер, timeline, диски и число экземпляров — такие, как запросил этот запуск.',
      },
      holds: reader => holds(reader, migration),
    },
  ];
}

async function holds(reader: Reader, migration: Migration): Promise<Check> {
  const objects = await readDatabaseObjects(reader, migration.database);
  const topology = await readTopologyOf(reader, migration.database, objects.pods);
  return checkAsked(migration, objects, topology);
}

export function checkAsked(migration: Migration, objects: DatabaseObjects, topology: Topology | undefined): Check {
  const {facts, newClass, database} = migration;
  const {cluster, disks} = objects;
  if (cluster.instances < facts.finalMembers || cluster.instances > Math.max(facts.instances, facts.finalMembers + 1))
    return refuse('InstancesChanged', {
      en: `${cluster.instances} instances are wanted: somebody else has changed numberOfInstances`,
      ru: `нужно экземпляров ${cluster.instances}: кто-то другой сменил numberOfInstances`,
    });
  if (cluster.storageClass !== newClass && cluster.storageClass !== facts.oldClass)
    return refuse('ClassChanged', {
      en: `the database asks for class ${cluster.storageClass || '(default)'}: somebody else has changed it`,
      ru: `база просит класс ${cluster.storageClass || '(по умолчанию)'}: его сменил кто-то другой`,
    });
  const changed = changedClaim(migration, objects);
  if (changed !== undefined) return refuse('ClaimChanged', changed);
  if (topology?.isPaused === true)
    return refuse('Paused', {
      en: 'somebody has put the cluster into maintenance mode: nobody would take over',
      ru: 'кто-то перевёл кластер базы в режим обслуживания: упавшего лидера никто не заменит',
    });
  const leader = topology === undefined ? undefined : leaderOf(topology);
  if (leader === undefined) return pass;
  const ordinal = ordinalOf(database.name, leader.name);
  const disk = disks.find(each => each.ordinal === ordinal);
  if (disk === undefined || disk.isTerminating)
    return refuse('LeaderDisk', {
      en: `the claim of the leader ${leader.name} ${disk === undefined ? 'is gone' : 'is being deleted'}, which this run did not ask for`,
      ru: `${disk === undefined ? `заявки лидера ${leader.name} больше нет` : `заявка лидера ${leader.name} удаляется`}, хотя этот запуск об этом не просил`,
    });
  if (ordinal !== undefined && ordinal >= cluster.instances)
    return refuse('LeaderWouldGo', {
      en: `${leader.name} leads, but only ${cluster.instances} instances are wanted: a scale-down would take the leader away`,
      ru: `лидер — ${leader.name}, но нужно экземпляров ${cluster.instances}: уменьшение унесло бы лидера`,
    });
  return checkLead(migration, leader.name, leader.timeline);
}

/** Members show a new leader a moment before its new timeline. */
function checkLead(migration: Migration, leader: string, timeline: number | undefined): Check {
  const leaders = leadersOf(pathInputOf(migration));
  const isAsked = timeline === undefined || leaders.get(timeline) === leader || leaders.get(timeline + 1) === leader;
  if (!isAsked && timeline !== undefined && leaders.get(timeline - 1) === leader)
    return refuse('LeaderRestarted', {
      en: `${leader} still leads, but on timeline ${timeline}: it was restarted and took the lead again, with all of its data. Abort this run without undoing, then start it again: it goes on from here`,
      ru: `${leader} по-прежнему лидер, но timeline уже ${timeline}: он перезапустился и снова стал лидером, данные целы. Прервите этот запуск без отката и запустите сценарий снова: он продолжит с этого места`,
    });
  return isAsked
    ? pass
    : refuse('LeaderMoved', {
        en: `${leader} leads on timeline ${timeline}: this run did not ask for that; a failover may have lost commits, compare with the dump`,
        ru: `лидер — ${leader} на timeline ${timeline}: этот запуск об этом не просил; при failover могли пропасть коммиты, сравните с дампом`,
      });
}
