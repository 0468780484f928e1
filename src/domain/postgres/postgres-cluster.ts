/** A database of the Zalando operator as its own object states it, and the StatefulSet that the operator makes of it. */
import {readItems, readNumber, readString} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';

export type PostgresCluster = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly instances: number;
  /** '' where the cluster's default class is left to decide. */
  readonly storageClass: string;
  readonly size: string;
  /** The operator's word: Running, Updating, UpdateFailed, …; '' before the first. */
  readonly status: string;
  /** The platform renders it and may put it back. */
  readonly isManaged: boolean;
};

export function readPostgresCluster(object: KubeObject): PostgresCluster {
  const {metadata} = object;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    instances: readNumber(object, 'spec.numberOfInstances') ?? 0,
    storageClass: readString(object, 'spec.volume.storageClass') ?? '',
    size: readString(object, 'spec.volume.size') ?? '',
    status: readString(object, 'status.PostgresClusterStatus') ?? '',
    isManaged: metadata.labels?.heritage === 'deckhouse',
  };
}

export type MemberSet = {
  readonly uid: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Of the claims that it makes from now on; '' is the cluster's default. */
  readonly storageClass: string;
  /** Whether claims of members that were scaled away stay. */
  readonly isKeepingClaims: boolean;
};

export const claimTemplate = 'pgdata';

export function readMemberSet(object: KubeObject): MemberSet {
  const templates = readItems(object, 'spec.volumeClaimTemplates', item => ({
    name: readString(item, 'metadata.name') ?? '',
    storageClass: readString(item, 'spec.storageClassName') ?? '',
  }));
  return {
    uid: object.metadata.uid,
    replicas: readNumber(object, 'spec.replicas') ?? 1,
    readyReplicas: readNumber(object, 'status.readyReplicas') ?? 0,
    storageClass: templates.find(({name}) => name === claimTemplate)?.storageClass ?? '',
    isKeepingClaims: readString(object, 'spec.persistentVolumeClaimRetentionPolicy.whenScaled') !== 'Delete',
  };
}

export function memberName(cluster: string, ordinal: number): string {
  return `${cluster}-${ordinal}`;
}

/** undefined for what is no member of the cluster. */
export function ordinalOf(cluster: string, member: string): number | undefined {
  const rest = member.startsWith(`${cluster}-`) ? member.slice(cluster.length + 1) : '';
  return /^(0|[1-9]\d*)$/.test(rest) ? Number(rest) : undefined;
}

export function claimNameOf(member: string): string {
  return `${claimTemplate}-${member}`;
}
