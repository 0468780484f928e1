/** Small readings of objects that the controllers around a database share. */
import {isFields, readList, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {StatusError} from '../../../domain/status-error.ts';
import type {Ref} from '../world-client.ts';

export function podRef(namespace: string, name: string): Ref {
  return {apiVersion: 'v1', kind: 'Pod', name, namespace};
}

export function claimRef(namespace: string, name: string): Ref {
  return {apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace};
}

export function volumeRef(name: string): Ref {
  return {apiVersion: 'v1', kind: 'PersistentVolume', name};
}

export function isLeaving({metadata}: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function isReady(pod: KubeObject): boolean {
  return readList(pod, 'status.conditions').some(each => isFields(each) && each.type === 'Ready' && each.status === 'True');
}

export function ordinalOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
}

/** Names of the claims that a pod mounts. */
export function claimsOf(pod: KubeObject): readonly string[] {
  return readList(pod, 'spec.volumes').flatMap(volume => readString(volume, 'persistentVolumeClaim.claimName') ?? []);
}

export function isOwnedBy({metadata}: KubeObject, uid: string): boolean {
  return metadata.ownerReferences?.some(owner => owner.controller === true && owner.uid === uid) === true;
}

/** What somebody else did in the meantime is looked at anew; anything else is passed on. */
export async function unlessOutrun<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof StatusError && ([404, 409].includes(error.status.code) || isInLeavingNamespace(error))) return undefined;
    throw error;
  }
}

function isInLeavingNamespace({status}: StatusError): boolean {
  return status.code === 403 && status.message.includes('because it is being terminated');
}

/** As a volume names the claim that it belongs to. */
export function refOfClaim({metadata}: KubeObject): Ref {
  return claimRef(metadata.namespace ?? '', metadata.name);
}
