/** Hands the lead from one member to another: asked for over Patroni's REST API inside the leader's pod, believed once it is seen. */

import type {ExecEffect} from '../domain/kube-write.ts';
import {agreedLeader, type DatabaseSeen, podOf} from '../domain/postgres/database-seen.ts';
import {memberContainer, patroniSwitchover, psql} from '../domain/postgres/member-commands.ts';
import {readIdentity} from '../domain/postgres/member-facts.ts';
import {checkpointSql, identitySql} from '../domain/postgres/member-sql.ts';
import {readPatroniAnswer} from '../domain/postgres/patroni-answer.ts';
import {clusterReasons, type SafetyOptions} from '../domain/postgres/replica-safety.ts';
import {readSwitchoverAnswer, type SwitchoverAnswer} from '../domain/postgres/switchover-answer.ts';
import {asWords, joinWords, type Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {
  again,
  type Check,
  done,
  failed,
  type GateDefinition,
  type ProbedStep,
  type Progress,
  pass,
  refuse,
  type StepPast,
  waiting,
} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {commander} from './postgres-owner.ts';
import {lookAtReplica, memberLogs, type ReplicaWatch, sayMembers, watchReplica} from './postgres-replica-watch.ts';
import {stillLeads, triesMax} from './postgres-switchover-wait.ts';
import {askSql, readDatabase, requireLeader} from './postgres-world.ts';

/** Patroni asks a new standby for its word within a loop or two. */
const standbyMs = 120_000;

export type Switchover = {
  readonly database: DatabaseName;
  readonly from: string;
  readonly to: string;
  /** On which `from` leads; the next one is that of `to`. */
  readonly timeline: number;
  readonly systemId: string;
  /** What the disk of `to` must be on. */
  readonly storageClass?: string;
  /** What else must be so while `from` leads. */
  readonly check?: (seen: DatabaseSeen) => Check;
};

type StepNames = {readonly id: string; readonly gate?: GateDefinition; readonly title?: Words};

export function switchoverStep(plan: Switchover, {id, gate, title}: StepNames): ProbedStep {
  const {database, from, to} = plan;
  const watch = watchReplica(database, to, heirOptions(plan));
  const settled = watchReplica(database, from);
  let answer: SwitchoverAnswer | undefined;
  let otherSince: number | undefined;
  let ledSince: number | undefined;
  return {
    id,
    effect: 'Probed',
    title: title ?? {en: `Hand the lead to ${to}`, ru: `Передать лидерство ${to}`},
    will: {
      en: `${from} writes a checkpoint, then Patroni is asked to switch over to ${to}. The old leader stops cleanly once ${to} has all of its log; writes wait for 2 to 9 s.`,
      ru: `${from} делает checkpoint, затем Patroni получает запрос на switchover к ${to}. Прежний лидер останавливается чисто, когда ${to} получит весь его журнал; запись прервётся на 2–9 с.`,
    },
    danger: dangerOf(database),
    ...(gate === undefined ? {} : {gate}),
    precheck: async reader => {
      const {seen, trouble, lost, isSteady} = await watch(reader);
      const agreed = agreedLeader(seen);
      if (agreed.kind === 'agreed' && agreed.name === to) return pass;
      const check = checkBefore(seen, plan);
      if (check.kind !== 'pass') return check;
      if (lost !== undefined) return refuse('LogRemoved', lost);
      const other = otherStandby(seen, to);
      otherSince = other === undefined ? undefined : (otherSince ?? seen.now);
      if (otherSince !== undefined && seen.now - otherSince >= standbyMs)
        return refuse('OtherStandby', {
          en: `${other} is the synchronous standby, not ${to}, and Patroni hands the lead to no other: abort without undoing, then start again and let ${other} take the lead`,
          ru: `синхронная реплика — ${other}, а не ${to}, другой Patroni лидерство не передаст: прервите без отката и запустите снова, лидером пусть станет ${other}`,
        });
      return trouble === undefined && isSteady
        ? pass
        : {kind: 'wait', wanted: safeForTwoLoops(to), seen: trouble ?? joinWords([safeSoFar, sayMembers(seen)], '; ')};
    },
    act: reader => askFor(reader, plan),
    // Whether it was asked for, not whether it happened: verify looks at that for as long as it may still come.
    probe: async () => 'done',
    verify: async (reader, past) => {
      if (past.answer !== undefined) answer = readSwitchoverAnswer(readPatroniAnswer(past.answer), to);
      const onLead = (now: number): number => {
        ledSince ??= now;
        return ledSince;
      };
      return follow(reader, plan, past, {settled, answer, onLead});
    },
    againMax: triesMax - 1,
    timeouts: {precheck: 1800, act: 180, verify: 1200},
    commands: [
      `kubectl -n ${database.namespace} exec ${from} -c postgres -- curl -s -XPOST http://localhost:8008/switchover -d '${JSON.stringify({leader: from, candidate: to})}'`,
      `kubectl -n ${database.namespace} exec ${to} -c postgres -- curl -s http://localhost:8008/cluster`,
    ],
  };
}

function dangerOf(database: DatabaseName): Words {
  const look = joinWords(taskWords(database), '');
  const [space, spaceRu] = [look.en, look.ru].map(text => (text === '' ? '' : ` ${text}`));
  return {
    en: `Writes wait for 2 to 9 s and sessions of clients are cut.${space} No answer counts: the step ends when the members themselves show the new leader.`,
    ru: `Запись прервётся на 2–9 с, сеансы клиентов оборвутся.${spaceRu} Ответу не верим: шаг завершён, когда нового лидера показывают сами узлы кластера.`,
  };
}

/** Of Commander’s database alone: what a person looks at first, and where. */
export function taskWords({namespace, name}: DatabaseName): readonly Words[] {
  if (namespace !== commander.namespace || name !== commander.database) return [];
  return [
    {
      en: 'A task that runs in Commander may be cut: see in its list of clusters first that none is being made, changed or deleted.',
      ru: 'Выполняемая задача Commander может оборваться: сначала убедитесь по списку кластеров в Commander, что ни один не создаётся, не меняется и не удаляется.',
    },
  ];
}

export function safeForTwoLoops(member: string): Words {
  return {en: `${member} safe for two loops`, ru: `${member} надёжен два цикла подряд`};
}

export const safeSoFar: Words = {en: 'safe so far', ru: 'пока надёжен'};

/** The one that Patroni would hand the lead to instead; it keeps to it for as long as that one streams. */
function otherStandby({settings, topology}: DatabaseSeen, to: string): string | undefined {
  const members = topology?.members ?? [];
  const isFit = settings?.isSynchronous !== true || members.some(({name, role}) => name === to && role !== 'replica');
  return isFit ? undefined : members.find(({role}) => role === 'sync_standby')?.name;
}

function heirOptions({storageClass}: Switchover): SafetyOptions {
  return {isToLead: true, ...(storageClass === undefined ? {} : {storageClass})};
}

/** Refuses what no waiting mends. */
export function checkLeader(seen: DatabaseSeen, {from, timeline, systemId}: Pick<Switchover, 'from' | 'timeline' | 'systemId'>): Check {
  const agreed = agreedLeader(seen);
  if (agreed.kind !== 'agreed') return {kind: 'wait', wanted: {en: `${from} leading`, ru: `лидер — ${from}`}, seen: agreed.why};
  if (agreed.name !== from)
    return refuse('LeaderMoved', {
      en: `${agreed.name} leads, not ${from}: somebody else moved the lead; nothing was done`,
      ru: `лидер — ${agreed.name}, а не ${from}: лидерство передал кто-то другой; ничего не сделано`,
    });
  const report = seen.reports.get(from);
  if (report?.timeline === undefined || report.systemId === undefined)
    return {
      kind: 'wait',
      wanted: {en: `${from} telling its timeline`, ru: `${from} сообщает свою timeline`},
      seen: {en: 'it does not answer', ru: 'он не отвечает'},
    };
  if (report.timeline !== timeline)
    return refuse('TimelineMoved', {
      en: `${from} is on timeline ${report.timeline}, not ${timeline}: it was restarted, or the lead has moved meanwhile; start anew from what stands there now`,
      ru: `у ${from} timeline ${report.timeline}, а не ${timeline}: он перезапускался, или лидерство переходило; начните заново с того, что есть сейчас`,
    });
  if (report.systemId !== systemId)
    return refuse('ForeignData', {
      en: `${from} holds system ${report.systemId}, not ${systemId}: this is another database`,
      ru: `у ${from} система ${report.systemId}, а не ${systemId}: это другая база`,
    });
  const [reason] = clusterReasons(seen);
  return reason === undefined ? pass : refuse('NotNow', reason.text);
}

function checkBefore(seen: DatabaseSeen, plan: Switchover): Check {
  const check = checkLeader(seen, plan);
  return check.kind === 'pass' && plan.check !== undefined ? plan.check(seen) : check;
}

async function askFor(reader: Reader, plan: Switchover): Promise<readonly ExecEffect[]> {
  const {database, from, to} = plan;
  const {seen, trouble} = await lookAtReplica(reader, database, to, heirOptions(plan));
  const agreed = agreedLeader(seen);
  if (agreed.kind === 'agreed' && agreed.name === to) return [];
  const check = checkBefore(seen, plan);
  if (check.kind === 'refuse') throw new Refusal(check.reason, check.message);
  if (check.kind === 'wait') throw new Refusal('NotSettled', nothingAsked(asWords(check.seen)));
  if (trouble !== undefined) throw new Refusal('ReplicaNotSafe', nothingAsked(trouble));
  const {pod} = requireLeader(seen);
  const inLeader = (command: readonly string[]): ExecEffect => ({
    kind: 'exec',
    namespace: database.namespace,
    pod: pod.name,
    podUid: pod.uid,
    container: memberContainer,
    command,
  });
  return [inLeader(psql(checkpointSql)), inLeader(patroniSwitchover(from, to))];
}

function nothingAsked({en, ru}: Words): Words {
  return {en: `${en}: nothing was asked for`, ru: `${ru}: ничего не запрошено`};
}

/** `answer`: to the last try; undefined where another engine heard it. */
type Following = {
  readonly settled: ReplicaWatch;
  readonly answer: SwitchoverAnswer | undefined /** Returns when `to` was first seen to lead. */;
  readonly onLead: (now: number) => number;
};

async function follow(
  reader: Reader,
  {database, from, to, timeline}: Switchover,
  past: StepPast,
  {settled, answer, onLead}: Following,
): Promise<Progress> {
  const seen = await readDatabase(reader, database);
  const agreed = agreedLeader(seen);
  const members = sayMembers(seen);
  const wanted = {
    en: `${to} leading on timeline ${timeline + 1}, ${from} streaming from it`,
    ru: `лидер — ${to} на timeline ${timeline + 1}, ${from} получает от него поток`,
  };
  const logs = memberLogs(seen);
  if (agreed.kind !== 'agreed') return waiting(wanted, joinWords([agreed.why, members], '; '), logs);
  if (agreed.name === from) {
    const progress = stillLeads(from, answer, {askedAt: past.triedAt ?? past.startedAt, attempt: past.attempt, now: reader.now()});
    return progress.kind === 'again' ? again(progress.text) : waiting(wanted, joinWords([progress.text, members], '; '), logs);
  }
  if (agreed.name !== to)
    return failed('OtherLeader', {
      en: `${agreed.name} leads instead of ${to}: nothing more is done until a person has looked`,
      ru: `лидер — ${agreed.name} вместо ${to}: больше ничего не делаем, пока не посмотрит человек`,
    });
  if (past.attempt === 0)
    return failed('LeaderMoved', {
      en: `${to} leads already, but this run has not asked for it: leave the step out where that is as you want it`,
      ru: `лидер уже ${to}, но этот запуск об этом не просил: если так и нужно, пропустите шаг`,
    });
  const ledAt = new Date(onLead(reader.now())).toISOString();
  const now = seen.reports.get(to)?.timeline;
  const leads = {en: `${to} leads`, ru: `лидер — ${to}`};
  if (now === undefined || now <= timeline) return waiting(wanted, joinWords([leads, members], '; '), logs);
  if (now > timeline + 1)
    return failed('TimelineMoved', {
      en: `${leads.en} on timeline ${now}: the lead has moved more than once meanwhile`,
      ru: `${leads.ru} на timeline ${now}: лидерство тем временем переходило не раз`,
    });
  const pod = podOf(seen, to);
  const identity = pod === undefined ? undefined : readIdentity((await askSql(reader, database, pod, identitySql)) ?? '');
  if (identity === undefined || identity.isInRecovery)
    return waiting(wanted, {en: `${to} does not take writes yet`, ru: `${to} ещё не принимает запись`}, logs);
  const {trouble, lost, isSteady} = await settled(reader);
  if (lost !== undefined) return failed('LogRemoved', lost);
  if (trouble !== undefined || !isSteady) {
    const follows = {
      en: `${leads.en} and ${from} follows; watched for two loops`,
      ru: `${leads.ru}, ${from} следует за ним; наблюдаем два цикла`,
    };
    return waiting(wanted, trouble ?? follows, logs);
  }
  return done({
    en: `${leads.en} on timeline ${now}, seen first at ${ledAt}; ${from} led on timeline ${timeline} and streams from it`,
    ru: `${leads.ru} на timeline ${now}, впервые увидено ${ledAt}; ${from} был лидером на timeline ${timeline} и получает от него поток`,
  });
}
