/** Deployments, StatefulSets, DaemonSets and ReplicaSets: how far the pods are from what is asked, by the rules of `kubectl rollout status`. */
import {conditionOf, readConditions} from './conditions.ts';
import {readNumber, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import type {Words} from './words.ts';

export type Rollout =
  | {readonly kind: 'complete'; readonly seen: Words}
  | {readonly kind: 'rolling'; readonly seen: Words}
  | {readonly kind: 'failed'; readonly reason: string; readonly message: string};

/** `kind` as the API server names it. */
export function judgeRollout(kind: string, object: KubeObject): Rollout {
  const observed = readNumber(object, 'status.observedGeneration') ?? 0;
  if (observed < (object.metadata.generation ?? 0))
    return {kind: 'rolling', seen: {en: 'its controller has not seen the change yet', ru: 'контроллер ещё не видел изменения'}};
  switch (kind) {
    case 'Deployment':
      return judgeDeployment(object);
    case 'DaemonSet':
      return judgeDaemonSet(object);
    default:
      return judgeReplicas(object, kind === 'StatefulSet');
  }
}

function judgeDeployment(object: KubeObject): Rollout {
  const conditions = readConditions(object);
  const progressing = conditionOf(conditions, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return {kind: 'failed', reason: progressing.reason, message: progressing.message};
  const failure = conditionOf(conditions, 'ReplicaFailure');
  if (failure?.status === 'True') return {kind: 'failed', reason: failure.reason || 'ReplicaFailure', message: failure.message};
  const wanted = readNumber(object, 'spec.replicas') ?? 1;
  const updated = readNumber(object, 'status.updatedReplicas') ?? 0;
  const total = readNumber(object, 'status.replicas') ?? 0;
  const available = readNumber(object, 'status.availableReplicas') ?? 0;
  if (updated < wanted)
    return {kind: 'rolling', seen: {en: `${updated} of ${wanted} pods are new`, ru: `новых подов ${updated} из ${wanted}`}};
  if (total > updated)
    return {kind: 'rolling', seen: {en: `${total - updated} old pods are left`, ru: `прежних подов осталось ${total - updated}`}};
  if (available < updated)
    return {kind: 'rolling', seen: {en: `${available} of ${updated} pods are available`, ru: `доступно подов ${available} из ${updated}`}};
  return {kind: 'complete', seen: {en: `${available} pods available`, ru: `доступно подов: ${available}`}};
}

function judgeDaemonSet(object: KubeObject): Rollout {
  const wanted = readNumber(object, 'status.desiredNumberScheduled') ?? 0;
  const updated = readNumber(object, 'status.updatedNumberScheduled') ?? 0;
  const available = readNumber(object, 'status.numberAvailable') ?? 0;
  if (updated < wanted)
    return {kind: 'rolling', seen: {en: `${updated} of ${wanted} pods are new`, ru: `новых подов ${updated} из ${wanted}`}};
  if (available < wanted)
    return {kind: 'rolling', seen: {en: `${available} of ${wanted} pods are available`, ru: `доступно подов ${available} из ${wanted}`}};
  return {kind: 'complete', seen: {en: `${available} pods available`, ru: `доступно подов: ${available}`}};
}

function judgeReplicas(object: KubeObject, hasRevisions: boolean): Rollout {
  const wanted = readNumber(object, 'spec.replicas') ?? 1;
  const total = readNumber(object, 'status.replicas') ?? 0;
  const ready = readNumber(object, 'status.readyReplicas') ?? 0;
  if (total > wanted) return {kind: 'rolling', seen: {en: `${total} pods, ${wanted} wanted`, ru: `подов ${total}, нужно ${wanted}`}};
  if (ready < wanted)
    return {kind: 'rolling', seen: {en: `${ready} of ${wanted} pods are ready`, ru: `готово подов ${ready} из ${wanted}`}};
  if (!hasRevisions) return {kind: 'complete', seen: {en: `${ready} pods ready`, ru: `готово подов: ${ready}`}};
  const updated = readNumber(object, 'status.updatedReplicas') ?? 0;
  const due = wanted - (readNumber(object, 'spec.updateStrategy.rollingUpdate.partition') ?? 0);
  const isCurrent = readString(object, 'status.updateRevision') === readString(object, 'status.currentRevision');
  if (!isCurrent && updated < due)
    return {kind: 'rolling', seen: {en: `${updated} of ${due} pods are new`, ru: `новых подов ${updated} из ${due}`}};
  return {kind: 'complete', seen: {en: `${ready} pods ready`, ru: `готово подов: ${ready}`}};
}
