/** The disk of a member: its claim, and the volume that the claim is bound to. */
import {readString, readStrings} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';
import {claimTemplate, ordinalOf} from './postgres-cluster.ts';

export type MemberDisk = {
  readonly ordinal: number;
  readonly claim: {readonly name: string; readonly uid: string; readonly resourceVersion: string};
  /** Of the claim, which never changes; '' where it has none. */
  readonly storageClass: string;
  readonly isBound: boolean;
  readonly isTerminating: boolean;
  /** Of the volume where it is bound, else what is asked for. */
  readonly size: string;
  readonly accessModes: readonly string[];
  readonly volume: MemberVolume | undefined;
};

export type MemberVolume = {
  readonly name: string;
  readonly uid: string;
  /** Retain: it outlives its claim. */
  readonly policy: string;
  readonly phase: string;
};

/** undefined for a claim of something else. `volumes` by name. */
export function readMemberDisk(
  cluster: string,
  claim: KubeObject,
  volumes: ReadonlyMap<string, KubeObject> = new Map(),
): MemberDisk | undefined {
  const {name, uid, resourceVersion, deletionTimestamp} = claim.metadata;
  const ordinal = name.startsWith(`${claimTemplate}-`) ? ordinalOf(cluster, name.slice(claimTemplate.length + 1)) : undefined;
  if (ordinal === undefined) return undefined;
  const isBound = readString(claim, 'status.phase') === 'Bound';
  const volume = volumes.get(readString(claim, 'spec.volumeName') ?? '');
  const asked = readString(claim, 'spec.resources.requests.storage') ?? '';
  return {
    ordinal,
    claim: {name, uid, resourceVersion},
    storageClass: readString(claim, 'spec.storageClassName') ?? '',
    isBound,
    isTerminating: deletionTimestamp !== undefined,
    size: (isBound ? readString(claim, 'status.capacity.storage') : undefined) ?? asked,
    accessModes: readStrings(claim, 'spec.accessModes'),
    volume: volume === undefined ? undefined : readMemberVolume(volume),
  };
}

export function readMemberVolume(volume: KubeObject): MemberVolume {
  return {
    name: volume.metadata.name,
    uid: volume.metadata.uid,
    policy: readString(volume, 'spec.persistentVolumeReclaimPolicy') ?? 'Retain',
    phase: readString(volume, 'status.phase') ?? '',
  };
}

/** The volume that a claim names, whether or not it is bound. */
export function volumeNameOf(claim: KubeObject): string | undefined {
  const name = readString(claim, 'spec.volumeName');
  return name === '' ? undefined : name;
}
