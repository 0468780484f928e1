/** The pod of a member, as far as it matters for its data. */
import {conditionOf, readConditions} from '../conditions.ts';
import {readContainerStatuses} from '../container-status.ts';
import {readString, readTime} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';
import {memberContainer} from './member-commands.ts';
import {ordinalOf} from './postgres-cluster.ts';

export type MemberPod = {
  readonly ordinal: number;
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly isReady: boolean;
  readonly isTerminating: boolean;
  readonly node: string;
  readonly ip: string;
  readonly createdAt: number | undefined;
  readonly restarts: number;
  /** Since when the database's container runs, epoch milliseconds; undefined while it does not. */
  readonly runningSince: number | undefined;
  /** The operator means to make this pod anew. */
  readonly isRollingUpdateWanted: boolean;
  /** uid of the StatefulSet that has it; '' where none has. */
  readonly owner: string;
};

const rollingUpdate = 'zalando-postgres-operator-rolling-update-required';

/** undefined for a pod of something else. */
export function readMemberPod(cluster: string, pod: KubeObject): MemberPod | undefined {
  const {name, uid, deletionTimestamp, annotations, ownerReferences = []} = pod.metadata;
  const ordinal = ordinalOf(cluster, name);
  if (ordinal === undefined) return undefined;
  const container = readContainerStatuses(pod, 'status.containerStatuses').find(status => status.name === memberContainer);
  return {
    ordinal,
    name,
    uid,
    phase: readString(pod, 'status.phase') ?? '',
    isReady: conditionOf(readConditions(pod), 'Ready')?.status === 'True',
    isTerminating: deletionTimestamp !== undefined,
    node: readString(pod, 'spec.nodeName') ?? '',
    ip: readString(pod, 'status.podIP') ?? '',
    createdAt: readTime(pod, 'metadata.creationTimestamp'),
    restarts: container?.restarts ?? 0,
    runningSince: container?.state?.kind === 'running' ? (container.state.startedAt ?? 0) : undefined,
    isRollingUpdateWanted: annotations?.[rollingUpdate] === 'true',
    owner: ownerReferences.find(({controller}) => controller === true)?.uid ?? '',
  };
}
