/** What the StatefulSet of a database stumbles over: pods that it cannot take over, and pods that it does not make. */
import {readString, readTime} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {LogPlace} from '../domain/log-place.ts';
import type {DatabaseSeen} from '../domain/postgres/database-seen.ts';
import type {MemberPod} from '../domain/postgres/member-pod.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {failed, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {eventKind} from './postgres-kinds.ts';

type Seen = Pick<DatabaseSeen, 'cluster' | 'set' | 'pods' | 'now'>;

/** A set whose members are made in order looks at the first one for so long before that is called the reason. */
const orderMs = 60_000;

const neitherYet: Words = {en: 'neither pod nor claim yet', ru: 'ни пода, ни заявки ещё нет'};

/** Newest first. */
async function eventsOfSet(reader: Reader, {cluster: {namespace, name}, set}: Seen): Promise<readonly KubeObject[]> {
  if (set === undefined) return [];
  const fieldSelector = `involvedObject.kind=StatefulSet,involvedObject.name=${name}`;
  const events = await reader.list(eventKind, {namespace, fieldSelector});
  return events.filter(event => readString(event, 'involvedObject.uid') === set.uid).toSorted((one, other) => timeOf(other) - timeOf(one));
}

function timeOf(event: KubeObject): number {
  return readTime(event, 'lastTimestamp') ?? 0;
}

/** undefined where the set has each pod as it wants it. While it has not, it makes no other one either. */
export async function rejectedPod(reader: Reader, seen: Seen): Promise<Words | undefined> {
  const events = (await eventsOfSet(reader, seen)).filter(event => /^(Failed|Successful)Update$/.test(readString(event, 'reason') ?? ''));
  for (const pod of seen.pods) {
    const latest = events.find(event => isAbout(event, pod.name) && timeOf(event) >= (pod.createdAt ?? 0));
    const message = readString(latest, 'message') ?? '';
    // Somebody else wrote in the same moment: it tries again.
    if (readString(latest, 'reason') === 'FailedUpdate' && !message.includes('the object has been modified'))
      return rejection(seen, pod, message);
  }
  return undefined;
}

function isAbout(event: KubeObject, pod: string): boolean {
  return (readString(event, 'message') ?? '').includes(`Pod ${pod} in StatefulSet `);
}

function rejection({cluster: {namespace}}: Seen, {name}: MemberPod, message: string): Words {
  const why = message.replace(/^.*? failed error: /s, '');
  const anew = `kubectl -n ${namespace} delete pod ${name}`;
  return {
    en: `the StatefulSet cannot take ${name} over, and makes no other pod: mend what it says or, unless ${name} leads, ${anew}; then resume. It says: ${why}`,
    ru: `StatefulSet не может принять ${name}: исправьте или, если ${name} не лидер, ${anew}; затем продолжите. Причина: ${why}`,
  };
}

/** Throws Refusal where a pod that goes would not come back. */
export async function refuseRejected(reader: Reader, seen: Seen): Promise<void> {
  const rejected = await rejectedPod(reader, seen);
  if (rejected !== undefined) throw new Refusal('PodRejected', rejected);
}

type Awaited = {readonly member: string; readonly ordinal: number; readonly wanted: Words; readonly logs: readonly LogPlace[]};

/** Why the pod of a member is not there yet. */
export async function awaitPod(reader: Reader, seen: Seen, {member, ordinal, wanted, logs}: Awaited, past: StepPast): Promise<Progress> {
  const first = seen.pods.find(pod => pod.ordinal < ordinal && !pod.isReady);
  if (first !== undefined && seen.now - (past.triedAt ?? past.startedAt) > orderMs)
    return failed('BlockedByOrder', orderWords(seen, first, member));
  const refused = (await eventsOfSet(reader, seen)).find(event => readString(event, 'reason') === 'FailedCreate' && isAbout(event, member));
  if (first !== undefined)
    return waiting(
      wanted,
      joinWords(
        [
          neitherYet,
          {en: `${first.name} is not Ready, and members are made in order`, ru: `${first.name} не Ready, а узлы создаются по порядку`},
        ],
        ': ',
      ),
      logs,
    );
  const why = readString(refused, 'message');
  return waiting(wanted, why === undefined ? neitherYet : joinWords([neitherYet, why], ': '), logs);
}

function orderWords({cluster: {namespace}}: Seen, {name}: MemberPod, member: string): Words {
  const look = `kubectl -n ${namespace} describe pod ${name}`;
  return {
    en: `${member} is not made while ${name} is not Ready: members are made in order. Mend ${name} first (${look}), then resume`,
    ru: `${member} не создаётся, пока ${name} не Ready. Почините его (${look}) и продолжите`,
  };
}
