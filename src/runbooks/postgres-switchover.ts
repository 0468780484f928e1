/** Hands the lead of a database from one member to another. */
import {readNode} from '../domain/node.ts';
import {type DatabaseSeen, podOf} from '../domain/postgres/database-seen.ts';
import type {TopologyMember} from '../domain/postgres/patroni-topology.ts';
import {clusterReasons, replicaSafety, type Unsafe} from '../domain/postgres/replica-safety.ts';
import {defineRunbook, type Permission, Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {nodeKind} from './node-kinds.ts';
import {databaseNameOf, databaseTarget, lookPermissions} from './postgres-kinds.ts';
import {sayMembers} from './postgres-replica-watch.ts';
import {type Switchover, switchoverStep, taskWords} from './postgres-switchover-step.ts';
import {readDatabase, requireLeader} from './postgres-world.ts';
import {writesStep} from './postgres-writes-step.ts';

const permissions: readonly Permission[] = [...lookPermissions, {verbs: ['get'], group: '', resource: 'nodes'}];

export const postgresSwitchover = defineRunbook({
  name: 'postgres-switchover',
  version: 1,
  group: 'postgres',
  risk: 'destructive',
  target: databaseTarget,
  parameters: {
    candidate: {
      type: 'string',
      words: {
        en: 'Member that is to lead; the safest replica where absent',
        ru: 'Кто станет лидером; без указания — самая надёжная реплика',
      },
      choices: async (reader, given) => replicaNames(reader, String(given.target)),
    },
  },
  words: {
    title: {en: 'Switch the leader of a database', ru: 'Сменить лидера базы данных'},
    why: {
      en: 'Before the leader’s node or disk is worked on, or to bring the lead back.',
      ru: 'Перед работами на узле или диске лидера, или чтобы вернуть лидерство.',
    },
    will: {
      en: 'The leader stops cleanly and the replica takes over; the old leader follows it. Nothing is deleted.',
      ru: 'Лидер чисто останавливается, реплика занимает его место; прежний лидер следует за ней. Ничего не удаляется.',
    },
    danger: {
      en: 'Writes wait for some seconds and sessions are cut. The way back is the same runbook with the other member.',
      ru: 'Запись прервётся на несколько секунд, сеансы оборвутся. Обратный путь — тот же сценарий с другим узлом.',
    },
  },
  permissions,
  exampleFacts: {leader: 'commander-postgres-0', candidate: 'commander-postgres-1', timeline: 1, systemId: '', patroni: ''},
  gather: async (reader, {target, parameters: {candidate}}) => {
    const seen = await readDatabase(reader, databaseNameOf(target.ref));
    const {name, timeline, systemId} = requireLeader(seen);
    const [reason] = clusterReasons(seen);
    if (reason !== undefined) throw notNow(reason);
    const chosen = chooseCandidate(seen, name, candidate);
    await refuseCordoned(reader, seen, chosen);
    return {leader: name, candidate: chosen, timeline, systemId, patroni: seen.reports.get(name)?.patroniVersion ?? ''};
  },
  notes: ({target, facts: {leader, candidate, timeline, patroni}}) => [
    {
      en: `${leader} leads on timeline ${timeline} (Patroni ${patroni}); ${candidate} takes over. Usually 2 to 9 s without writes, healthy after 10 to 20 s.`,
      ru: `Лидер — ${leader}, timeline ${timeline} (Patroni ${patroni}); лидером станет ${candidate}. Обычно 2–9 с без записи, всё в порядке через 10–20 с.`,
    },
    ...taskWords(databaseNameOf(target.ref)),
  ],
  steps: ({target, facts: {leader, candidate, timeline, systemId}}) => {
    const plan: Switchover = {database: databaseNameOf(target.ref), from: leader, to: candidate, timeline, systemId};
    return [switchoverStep(plan, {id: 'switchover'}), writesStep(plan, 'switchover')];
  },
});

const notNowReasons: Partial<Record<Unsafe['code'], {readonly reason: string; readonly ru: string}>> = {
  paused: {reason: 'Paused', ru: 'кластер базы в режиме обслуживания, упавшего лидера никто не заменит: сначала снимите паузу'},
  'switchover-scheduled': {reason: 'SwitchoverScheduled', ru: 'уже назначена смена лидера: сначала отмените её'},
  'failover-pending': {reason: 'FailoverPending', ru: 'смена лидера уже запрошена: дождитесь её конца'},
  'rolling-update': {reason: 'RollingUpdate', ru: 'оператор собирается пересоздать поды базы: дождитесь конца'},
};

/** Somebody else is about to move the lead. */
export function notNow({code, text}: Unsafe): Refusal {
  const known = notNowReasons[code];
  return new Refusal(known?.reason ?? 'NotNow', {
    en: `${text.en}: mend that first`,
    ru: known?.ru ?? `${text.ru}: сначала исправьте это`,
  });
}

async function replicaNames(reader: Reader, target: string): Promise<readonly string[]> {
  const [namespace = '', name = ''] = target.split('/');
  if (name === '') return [];
  const {topology} = await readDatabase(reader, {namespace, name});
  return (topology?.members ?? []).filter(({role}) => role !== 'leader' && role !== 'standby_leader').map(member => member.name);
}

/** A lagging replica is waited for; what no waiting mends is refused. */
export function chooseCandidate(seen: DatabaseSeen, leader: string, wanted: string | undefined): string {
  const replicas = (seen.topology?.members ?? []).filter(({name}) => name !== leader && podOf(seen, name) !== undefined);
  if (wanted === leader) throw new Refusal('NothingToDo', {en: `${leader} leads already`, ru: `${leader} уже лидер`});
  if (wanted !== undefined && !replicas.some(({name}) => name === wanted))
    throw new Refusal('NoCandidate', {
      en: `${wanted} is no replica of the database: ${sayMembers(seen).en}`,
      ru: `${wanted} — не реплика этой базы: ${sayMembers(seen).ru}`,
    });
  const named = wanted === undefined ? replicas : replicas.filter(({name}) => name === wanted);
  const able = named.filter(({isNoFailover}) => !isNoFailover);
  if (named.length === 0)
    throw new Refusal('NoCandidate', {
      en: 'the database has no replica that could take over: scale it up first',
      ru: 'у базы нет реплики, которая могла бы стать лидером: сначала увеличьте число экземпляров',
    });
  const [chosen] = able.toSorted((one, other) => riskOf(seen, one) - riskOf(seen, other) || lagOf(one) - lagOf(other));
  if (chosen === undefined)
    throw new Refusal('NoFailover', {
      en: `${named.map(({name}) => name).join(', ')}: tagged nofailover, Patroni would refuse; take the tag away first`,
      ru: `${named.map(({name}) => name).join(', ')}: тег nofailover, Patroni откажет; сначала снимите тег`,
    });
  return chosen.name;
}

/** 0 where nothing speaks against its taking the lead. */
function riskOf(seen: DatabaseSeen, {name}: TopologyMember): number {
  return replicaSafety(seen, name, {isToLead: true}).length;
}

function lagOf({lagBytes}: TopologyMember): number {
  return typeof lagBytes === 'number' ? lagBytes : Number.MAX_SAFE_INTEGER;
}

/** The operator moves databases away from such nodes by itself: two hands at one lead. */
export async function refuseCordoned(reader: Reader, seen: Pick<DatabaseSeen, 'pods'>, member?: string): Promise<void> {
  for (const {name, node} of seen.pods) {
    if (node === '' || (member !== undefined && name !== member)) continue;
    const live = await reader.get({kind: nodeKind, name: node});
    if (live !== undefined && readNode(live).isCordoned)
      throw new Refusal('NodeCordoned', {
        en: `the node ${node} of ${name} is cordoned: bring it back with node-uncordon, or wait until its work is done`,
        ru: `узел ${node} с ${name} выведен из планирования: верните его (node-uncordon) или дождитесь конца работ`,
      });
  }
}
