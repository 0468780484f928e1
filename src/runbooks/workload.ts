/** What the runbooks of workloads have in common: which kinds they take, and how they wait for the pods. */
import {readBoolean, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {readSelector, selects} from '../domain/label-selector.ts';
import {podStatus} from '../domain/pod-status.ts';
import {asWords, joinWords, type Words} from '../domain/words.ts';
import {judgeRollout} from '../domain/workload.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, type StepPast, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {logsOf} from './pod-logs.ts';
import {podKind} from './workload-kinds.ts';

/** A pod that is in this state for longer than a moment will not get out of it by itself. */
const lasting =
  /ImagePullBackOff|ErrImagePull|InvalidImageName|CrashLoopBackOff|CreateContainerConfigError|CreateContainerError|RunContainerError/;
const lastingAfterMs = 2 * 60_000;
/** Of pods that are not ready: more would only crowd each other out. */
const logsMax = 2;

export const workloadPermissions: readonly Permission[] = [
  {verbs: ['get', 'patch'], group: '*', resource: '*', scope: 'target'},
  {verbs: ['list'], group: '', resource: 'pods', scope: 'target'},
];

/** Throws Refusal where the target is of another kind. */
export async function readWorkload(reader: Reader, target: Target, kinds: readonly string[]): Promise<KubeObject> {
  const {group, kind} = target.ref.kind;
  if (group !== 'apps' || !kinds.includes(kind)) {
    throw new Refusal('WrongKind', {
      en: `this runbook takes ${kinds.join(', ')}, such as deployments.apps/default/web; ${kind} is none of them`,
      ru: `этот runbook принимает ${kinds.join(', ')}, например deployments.apps/default/web; ${kind} среди них нет`,
    });
  }
  return readTarget(reader, target);
}

/** A new template rolls nothing out where somebody has to delete the pods, or has stopped the rollout. */
export function refuseUnlessRolling(workload: KubeObject): void {
  if (readBoolean(workload, 'spec.paused') === true) {
    throw new Refusal('Paused', {
      en: 'the Deployment is paused: resume it first (kubectl rollout resume)',
      ru: 'Deployment на паузе: сначала продолжите его (kubectl rollout resume)',
    });
  }
  if (readString(workload, 'spec.updateStrategy.type') === 'OnDelete') {
    throw new Refusal('OnDelete', {
      en: 'with update strategy OnDelete pods change only when they are deleted: delete them one by one',
      ru: 'при стратегии OnDelete поды меняются только после удаления: удаляйте их по одному',
    });
  }
}

export async function followRollout(reader: Reader, target: Target, {startedAt}: StepPast): Promise<Progress> {
  const workload = await readTarget(reader, target);
  const rollout = judgeRollout(target.ref.kind.kind, workload);
  if (rollout.kind === 'complete') return done(rollout.seen);
  if (rollout.kind === 'failed') return failed(rollout.reason, asWords(rollout.message));
  const pods = await troubledPods(reader, target, workload);
  const worst = pods.find(({status}) => lasting.test(status));
  if (worst !== undefined && reader.now() - startedAt > lastingAfterMs)
    return failed('PodsFail', joinWords([rollout.seen, sayPod(worst)], '; '));
  const first = worst ?? pods[0];
  const seen = first === undefined ? rollout.seen : joinWords([rollout.seen, sayPod(first)], '; ');
  const telling = [...(worst === undefined ? [] : [worst]), ...pods.filter(pod => pod !== worst)];
  return waiting(
    {en: 'every pod new and available', ru: 'все поды новые и доступны'},
    seen,
    logsOf(telling.slice(0, logsMax).map(({pod}) => pod)),
  );
}

function sayPod({name, status}: {readonly name: string; readonly status: string}): Words {
  return {en: `pod ${name}: ${status}`, ru: `под ${name}: ${status}`};
}

/** Those of the workload that are not ready. */
async function troubledPods(reader: Reader, {ref}: Target, workload: KubeObject) {
  const selector = readSelector(workload, 'spec.selector');
  if (selector === undefined || ref.namespace === undefined) return [];
  const pods = await reader.list(podKind, {namespace: ref.namespace});
  return pods
    .filter(({metadata}) => selects(selector, metadata.labels ?? {}))
    .map(pod => ({pod, name: pod.metadata.name, ...podStatus(pod)}))
    .filter(({readyContainers, totalContainers}) => readyContainers < totalContainers);
}
