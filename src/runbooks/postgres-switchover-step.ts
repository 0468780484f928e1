/** Hands the lead from one member to another: asked for over Patroni's REST API inside the leader's pod, believed once it is seen. */

import type {ExecEffect} from '../domain/kube-write.ts';
import {agreedLeader, type DatabaseSeen, podOf} from '../domain/postgres/database-seen.ts';
import {memberContainer, patroniSwitchover, psql} from '../domain/postgres/member-commands.ts';
import {readIdentity} from '../domain/postgres/member-facts.ts';
import {checkpointSql, identitySql} from '../domain/postgres/member-sql.ts';
import {readPatroniAnswer} from '../domain/postgres/patroni-answer.ts';
import {clusterReasons, type SafetyOptions} from '../domain/postgres/replica-safety.ts';
import {readSwitchoverAnswer, type SwitchoverAnswer} from '../domain/postgres/switchover-answer.ts';
import type {Words} from '../domain/words.ts';
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
import {lookAtReplica, memberLogs, type ReplicaWatch, sayMembers, watchReplica} from './postgres-replica-watch.ts';
import {askSql, readDatabase, requireLeader} from './postgres-world.ts';

/** An answer of 503, or none, leaves it open for so long; only then is it asked again. */
const openMs = 180_000;
/** Patroni asks a new standby for its word within a loop or two. */
const standbyMs = 120_000;
/** Three tries, each only where the topology is as it was. */
const againMax = 2;

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
  return {
    id,
    effect: 'Probed',
    title: title ?? {en: `Hand the lead to ${to}`, ru: `Передать лидерство ${to}`},
    will: {
      en: `${from} writes a checkpoint, then Patroni is asked to switch over to ${to}. The old leader stops cleanly once ${to} has all of its log; writes wait for 2 to 9 s.`,
      ru: `${from} делает checkpoint, затем Patroni получает запрос на switchover к ${to}. Прежний лидер останавливается чисто, когда ${to} получит весь его журнал; запись прервётся на 2–9 с.`,
    },
    danger: {
      en: 'Sessions of clients are cut. No answer counts: the step ends when the members themselves show the new leader.',
      ru: 'Сеансы клиентов оборвутся. Ответу не верим: шаг завершён, когда нового лидера показывают сами узлы кластера.',
    },
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
        return refuse(
          'OtherStandby',
          `${other} is the synchronous standby, not ${to}, and Patroni hands the lead to no other: abort without undoing, then start again and let ${other} take the lead`,
        );
      return trouble === '' && isSteady
        ? pass
        : {kind: 'wait', wanted: `${to} safe for two loops`, seen: trouble || `safe so far; ${sayMembers(seen)}`};
    },
    act: reader => askFor(reader, plan),
    // Whether it was asked for, not whether it happened: verify looks at that for as long as it may still come.
    probe: async () => 'done',
    verify: async (reader, past) => {
      if (past.answer !== undefined) answer = readSwitchoverAnswer(readPatroniAnswer(past.answer), to);
      return follow(reader, plan, past, {settled, answer});
    },
    againMax,
    timeouts: {precheck: 1800, act: 180, verify: 1200},
    commands: [
      `kubectl -n ${database.namespace} exec ${from} -c postgres -- curl -s -XPOST http://localhost:8008/switchover -d '${JSON.stringify({leader: from, candidate: to})}'`,
      `kubectl -n ${database.namespace} exec ${to} -c postgres -- curl -s http://localhost:8008/cluster`,
    ],
  };
}

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
  if (agreed.kind !== 'agreed') return {kind: 'wait', wanted: `${from} leading`, seen: agreed.why};
  if (agreed.name !== from)
    return refuse('LeaderMoved', `${agreed.name} leads, not ${from}: somebody else moved the lead; nothing was done`);
  const report = seen.reports.get(from);
  if (report?.timeline === undefined || report.systemId === undefined)
    return {kind: 'wait', wanted: `${from} telling its timeline`, seen: 'it does not answer'};
  if (report.timeline !== timeline)
    return refuse(
      'TimelineMoved',
      `${from} is on timeline ${report.timeline}, not ${timeline}: it was restarted, or the lead has moved meanwhile; start anew from what stands there now`,
    );
  if (report.systemId !== systemId)
    return refuse('ForeignData', `${from} holds system ${report.systemId}, not ${systemId}: this is another database`);
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
  if (check.kind === 'wait') throw new Refusal('NotSettled', `${check.seen}: nothing was asked for`);
  if (trouble !== '') throw new Refusal('ReplicaNotSafe', `${trouble}: nothing was asked for`);
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

/** `answer`: to the last try; undefined where another engine heard it. */
type Following = {readonly settled: ReplicaWatch; readonly answer: SwitchoverAnswer | undefined};

async function follow(
  reader: Reader,
  {database, from, to, timeline}: Switchover,
  past: StepPast,
  {settled, answer}: Following,
): Promise<Progress> {
  const seen = await readDatabase(reader, database);
  const agreed = agreedLeader(seen);
  const wanted = `${to} leading on timeline ${timeline + 1}, ${from} streaming from it`;
  const logs = memberLogs(seen);
  if (agreed.kind !== 'agreed') return waiting(wanted, `${agreed.why}; ${sayMembers(seen)}`, logs);
  if (agreed.name === from) {
    const said = answer === undefined || answer.kind === 'done' ? '' : `, Patroni answered ${answer.message}`;
    if (answer?.kind === 'refused') return again(`${from} still leads${said}: it was not tried`);
    const isOver = reader.now() - (past.triedAt ?? past.startedAt) > openMs;
    return isOver
      ? again(`${from} still leads, and nothing is on its way${said}`)
      : waiting(wanted, `${from} still leads${said}; ${sayMembers(seen)}`, logs);
  }
  if (agreed.name !== to)
    return failed('OtherLeader', `${agreed.name} leads instead of ${to}: nothing more is done until a person has looked`);
  if (past.attempt === 0)
    return failed('LeaderMoved', `${to} leads already, but this run has not asked for it: leave the step out where that is as you want it`);
  const now = seen.reports.get(to)?.timeline;
  if (now === undefined || now <= timeline) return waiting(wanted, `${to} leads; ${sayMembers(seen)}`, logs);
  if (now > timeline + 1) return failed('TimelineMoved', `${to} leads on timeline ${now}: the lead has moved more than once meanwhile`);
  const pod = podOf(seen, to);
  const identity = pod === undefined ? undefined : readIdentity((await askSql(reader, database, pod, identitySql)) ?? '');
  if (identity === undefined || identity.isInRecovery) return waiting(wanted, `${to} does not take writes yet`, logs);
  const {trouble, lost, isSteady} = await settled(reader);
  if (lost !== undefined) return failed('LogRemoved', lost);
  if (trouble !== '' || !isSteady) return waiting(wanted, trouble || `${to} leads and ${from} follows; watched for two loops`, logs);
  return done(`${to} leads on timeline ${now}, ${from} streams from it`);
}
