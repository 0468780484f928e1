/** The disks of a PostgreSQL cluster: the claim of each member and its volume, and volumes that earlier claims have left behind. */
import {type Deletion, readDeletion} from '../deletion.ts';
import {readString} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';

export type ClaimFacts = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly storageClass: string | undefined;
  readonly size: string | undefined;
  readonly phase: string | undefined;
  readonly volume: string | undefined;
  readonly deletion: Deletion | undefined;
};

export type VolumeFacts = {
  readonly name: string;
  readonly uid: string;
  readonly storageClass: string | undefined;
  readonly size: string | undefined;
  readonly phase: string | undefined;
  readonly reclaimPolicy: string | undefined;
  readonly claim: {readonly namespace: string; readonly name: string; readonly uid: string} | undefined;
};

export type Disk = {
  /** The pod that the disk belongs to, or belonged to. */
  readonly member: string;
  /** undefined: what an earlier claim has left. */
  readonly claim: ClaimFacts | undefined;
  /** undefined where the claim has none yet, and where volumes may not be read. */
  readonly volume: VolumeFacts | undefined;
};

type Cluster = {readonly namespace: string; readonly name: string};

export function readClaim(object: KubeObject): ClaimFacts {
  const {namespace = '', name, uid} = object.metadata;
  return {
    namespace,
    name,
    uid,
    storageClass: readString(object, 'spec.storageClassName') || undefined,
    size: readString(object, 'status.capacity.storage') ?? readString(object, 'spec.resources.requests.storage'),
    phase: readString(object, 'status.phase'),
    volume: readString(object, 'spec.volumeName') || undefined,
    deletion: readDeletion(object),
  };
}

export function readVolume(object: KubeObject): VolumeFacts {
  const claim = readString(object, 'spec.claimRef.name');
  return {
    name: object.metadata.name,
    uid: object.metadata.uid,
    storageClass: readString(object, 'spec.storageClassName') || undefined,
    size: readString(object, 'spec.capacity.storage'),
    phase: readString(object, 'status.phase'),
    reclaimPolicy: readString(object, 'spec.persistentVolumeReclaimPolicy'),
    claim:
      claim === undefined
        ? undefined
        : {
            namespace: readString(object, 'spec.claimRef.namespace') ?? '',
            name: claim,
            uid: readString(object, 'spec.claimRef.uid') ?? '',
          },
  };
}

/** Of the member with the lowest ordinal first; what is in use before what was left. */
export function disksOf(cluster: Cluster, claims: readonly ClaimFacts[], volumes: readonly VolumeFacts[]): readonly Disk[] {
  const inUse = claims.flatMap((claim): readonly Disk[] => {
    const member = memberOf(cluster, claim);
    const volume = volumes.find(({name, claim: owner}) => name === claim.volume && owner?.uid === claim.uid);
    return member === undefined ? [] : [{member, claim, volume}];
  });
  const left = volumes.flatMap((volume): readonly Disk[] => {
    const member = volume.claim && memberOf(cluster, volume.claim);
    return member === undefined || inUse.some(disk => disk.volume === volume) ? [] : [{member, claim: undefined, volume}];
  });
  return [...inUse, ...left].toSorted((a, b) => ordinalIn(a.member) - ordinalIn(b.member));
}

export function isClaimOf(cluster: Cluster, claim: {readonly namespace: string; readonly name: string}): boolean {
  return memberOf(cluster, claim) !== undefined;
}

/** Claims of the operator's StatefulSets are named after the pod. */
function memberOf(cluster: Cluster, claim: {readonly namespace: string; readonly name: string}): string | undefined {
  const prefix = `pgdata-${cluster.name}-`;
  if (claim.namespace !== cluster.namespace || !claim.name.startsWith(prefix)) return undefined;
  return /^\d+$/.test(claim.name.slice(prefix.length)) ? claim.name.slice('pgdata-'.length) : undefined;
}

export function ordinalIn(member: string): number {
  return Number(/-(\d+)$/.exec(member)?.[1] ?? 0);
}
