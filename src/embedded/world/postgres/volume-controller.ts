/**
 * What kube-controller-manager does with claims and volumes, for the embedded server: binds them, keeps what is in use from
 * being deleted, and releases the volumes of claims that are gone.
 */
import type {Clock} from '../../../domain/clock.ts';
import {readFields, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {WorldClient} from '../world-client.ts';
import {type HearTrouble, type Running, startLoop} from './loop.ts';
import {claimsOf, isLeaving, refOfClaim, unlessOutrun, volumeRef} from './objects.ts';
import type {SetFaults} from './set-faults.ts';

export const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

export type VolumeControllerParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly faults?: SetFaults;
  readonly onTrouble?: HearTrouble;
};

export function startVolumeController({port, clock, faults = {}, onTrouble}: VolumeControllerParts): Running {
  const client = new WorldClient(port);
  return startLoop({
    port,
    clock,
    who: 'volumes',
    everyMs: 5000,
    hears: ['/api/v1/persistentvolumeclaims', '/api/v1/persistentvolumes', '/api/v1/pods'],
    onTrouble,
    async work() {
      const claims = await client.list('v1', 'PersistentVolumeClaim');
      const volumes = await client.list('v1', 'PersistentVolume');
      for (const claim of claims) {
        if (isLeaving(claim)) await letGo(client, claim, faults);
        else await tendClaim(client, claim, volumes);
      }
      for (const volume of volumes) await tendVolume(client, volume, claims);
      return undefined;
    },
  });
}

async function tendClaim(client: WorldClient, claim: KubeObject, volumes: readonly KubeObject[]): Promise<void> {
  const finalizers = claim.metadata.finalizers ?? [];
  const ref = refOfClaim(claim);
  if (!finalizers.includes(claimFinalizer)) {
    await unlessOutrun(client.patch(ref, {metadata: {finalizers: [...finalizers, claimFinalizer]}}));
  }
  if (readString(claim, 'status.phase') === 'Bound') return;
  const volume = volumes.find(each => fits(claim, each));
  if (volume !== undefined) await bind(client, claim, volume);
}

async function letGo(client: WorldClient, claim: KubeObject, faults: SetFaults): Promise<void> {
  const {name, namespace, finalizers = []} = claim.metadata;
  if (!finalizers.includes(claimFinalizer) || faults.reusesLeavingClaims === true) return;
  const pods = (await client.list('v1', 'Pod', namespace)).filter(pod => claimsOf(pod).includes(name));
  // Whoever makes a pod too early must find the claim still there.
  if (pods.some(isHolding) || (pods.length === 0 && (faults.pendingRaces ?? 0) > 0)) return;
  await unlessOutrun(client.patch(refOfClaim(claim), {metadata: {finalizers: without(finalizers, claimFinalizer)}}));
}

/** A pod that has no node yet holds nothing. */
function isHolding(pod: KubeObject): boolean {
  const isOver = ['Succeeded', 'Failed'].includes(readString(pod, 'status.phase') ?? '');
  return readString(pod, 'spec.nodeName') !== undefined && !isOver;
}

/** It was made for the claim; or it is kept for a claim of this name; or the claim names it and it belongs to nobody. */
function fits(claim: KubeObject, volume: KubeObject): boolean {
  if (isLeaving(volume)) return false;
  const owner = readFields(volume, 'spec.claimRef');
  const wanted = readString(claim, 'spec.volumeName');
  if (owner.uid !== undefined) return owner.uid === claim.metadata.uid;
  if (owner.name === undefined) return wanted === volume.metadata.name;
  const isNamed = owner.name === claim.metadata.name && owner.namespace === claim.metadata.namespace;
  return isNamed && (wanted === undefined || wanted === volume.metadata.name);
}

async function bind(client: WorldClient, claim: KubeObject, volume: KubeObject): Promise<void> {
  const {name} = volume.metadata;
  const owner = {...refOfClaim(claim), uid: claim.metadata.uid, resourceVersion: claim.metadata.resourceVersion};
  if (readString(volume, 'spec.claimRef.uid') === undefined) await unlessOutrun(client.patch(volumeRef(name), {spec: {claimRef: owner}}));
  await unlessOutrun(client.patchStatus(volumeRef(name), {phase: 'Bound'}));
  const annotations = {'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes'};
  await unlessOutrun(client.patch(refOfClaim(claim), {metadata: {annotations}, spec: {volumeName: name}}));
  const status = {phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: readFields(volume, 'spec.capacity')};
  await unlessOutrun(client.patchStatus(refOfClaim(claim), status));
}

async function tendVolume(client: WorldClient, volume: KubeObject, claims: readonly KubeObject[]): Promise<void> {
  const {name, finalizers = []} = volume.metadata;
  const phase = readString(volume, 'status.phase');
  const owner = readString(volume, 'spec.claimRef.uid');
  const isOwned = owner !== undefined && claims.some(claim => claim.metadata.uid === owner);
  if (isLeaving(volume)) {
    if (isOwned || !finalizers.includes(volumeFinalizer)) return;
    await unlessOutrun(client.patch(volumeRef(name), {metadata: {finalizers: without(finalizers, volumeFinalizer)}}));
    return;
  }
  if (phase === 'Bound' && owner !== undefined && !isOwned) {
    // The list may be older than the volume: its claim is asked for before it counts as gone.
    const ref = {apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claimNamed(volume)};
    if ((await client.find(ref))?.metadata.uid === owner) return;
    await unlessOutrun(client.patchStatus(volumeRef(name), {phase: 'Released'}));
  }
  if (phase !== 'Available' && phase !== 'Bound' && owner === undefined) {
    await unlessOutrun(client.patchStatus(volumeRef(name), {phase: 'Available'}));
  }
}

function claimNamed(volume: KubeObject) {
  return {name: readString(volume, 'spec.claimRef.name') ?? '', namespace: readString(volume, 'spec.claimRef.namespace') ?? ''};
}

/** null takes the field away. */
function without(finalizers: readonly string[], one: string): readonly string[] | null {
  const rest = finalizers.filter(each => each !== one);
  return rest.length === 0 ? null : rest;
}
