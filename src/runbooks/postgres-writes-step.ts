/** After the lead has gone over: the new leader commits a write, and Commander’s pods are back. */
import {conditionOf, readConditions} from '../domain/conditions.ts';
import {readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {memberContainer, psqlWriting} from '../domain/postgres/member-commands.ts';
import {writeProbeSql} from '../domain/postgres/member-sql.ts';
import {done, type KeyedStep, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {requirePass} from './postgres-migration.ts';
import {commander} from './postgres-owner.ts';
import {checkLeader, type Switchover} from './postgres-switchover-step.ts';
import {readDatabase, requireLeader} from './postgres-world.ts';
import {podKind} from './workload-kinds.ts';

const appSeconds = 300;
/** Of a pod that is not ready, between the clocks of its node and of who looks. */
const clockSkewMs = 5_000;

/** `after`: the step that hands the lead over. */
export function writesStep({database, to, timeline, systemId}: Switchover, after: string): KeyedStep {
  const led = {from: to, timeline: timeline + 1, systemId};
  const isCommanders = database.namespace === commander.namespace && database.name === commander.database;
  return {
    id: `${after}-writes`,
    effect: 'Keyed',
    isHarmless: true,
    title: {en: `See that ${to} takes writes`, ru: `Убедиться, что ${to} принимает запись`},
    will: {
      en: `One message goes through the log of ${to} and is committed, by synchronous standbys too; no table holds it.${isCommanders ? ' Then Commander’s pods that were ready before must be ready again.' : ''}`,
      ru: `Одно сообщение проходит через журнал ${to} и фиксируется, в том числе синхронными репликами; в таблицах его нет.${isCommanders ? ' Затем поды Commander, готовые до смены лидера, снова должны стать готовы.' : ''}`,
    },
    precheck: async reader => checkLeader(await readDatabase(reader, database), led),
    act: async reader => {
      const seen = await readDatabase(reader, database);
      requirePass(checkLeader(seen, led));
      const {pod} = requireLeader(seen);
      const command = psqlWriting(writeProbeSql);
      return [{kind: 'exec', namespace: database.namespace, pod: pod.name, podUid: pod.uid, container: memberContainer, command}];
    },
    verify: async (reader, past) => {
      const late = await notReady(reader, database);
      const wasReady = isCommanders ? late.filter(pod => hasBeenReady(pod, began(past, after))) : [];
      if (wasReady.length > 0)
        return waiting(
          {en: 'the pods of Commander ready again', ru: 'поды Commander снова готовы'},
          {en: `${namesOf(wasReady)} not yet`, ru: `ещё нет: ${namesOf(wasReady)}`},
        );
      const [told, said] = late.length === 0 ? ['', ''] : [`; not Ready: ${namesOf(late)}`, `; не Ready: ${namesOf(late)}`];
      return done({en: `${to} takes writes${told}`, ru: `${to} принимает запись${said}`});
    },
    timeouts: {precheck: 300, verify: appSeconds},
    commands: [
      `kubectl -n ${database.namespace} exec ${to} -c ${memberContainer} -- psql -U postgres -c "${writeProbeSql}"`,
      `kubectl -n ${database.namespace} get pods`,
    ],
  };
}

function began({startedAt, startedAtOf}: StepPast, after: string): number {
  return startedAtOf?.(after) ?? startedAt;
}

/** Of the namespace, the members of the database apart; what has ended is not waited for. */
async function notReady(reader: Reader, {namespace, name}: DatabaseName): Promise<readonly KubeObject[]> {
  const pods = await reader.list(podKind, {namespace});
  return pods.filter(pod => {
    const {labels, deletionTimestamp} = pod.metadata;
    const phase = readString(pod, 'status.phase');
    if (labels?.['cluster-name'] === name || deletionTimestamp !== undefined || (phase !== 'Running' && phase !== 'Pending')) return false;
    return conditionOf(readConditions(pod), 'Ready')?.status !== 'True';
  });
}

/** One that was not ready when the lead went over has troubles of its own. */
function hasBeenReady(pod: KubeObject, since: number): boolean {
  const lost = conditionOf(readConditions(pod), 'Ready')?.since ?? Date.parse(pod.metadata.creationTimestamp ?? '');
  return lost >= since - clockSkewMs;
}

function namesOf(pods: readonly KubeObject[]): string {
  return pods.map(({metadata}) => metadata.name).join(', ');
}
