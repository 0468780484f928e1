/**
 * The StatefulSet controller for sets that keep claims, for the embedded server: pods in order of their number, each with
 * its claims, never replaced by themselves (OnDelete), adopted where they lost their set.
 */

import {canonicalJson} from '../../../domain/canonical-json.ts';
import type {Clock} from '../../../domain/clock.ts';
import {type Fields, readFields, readList, readNumber, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {ownerReference} from '../reactions/workloads/pods.ts';
import {digits} from '../seeding.ts';
import {refOfObject, WorldClient} from '../world-client.ts';
import {createSay, type Say} from './events.ts';
import {type HearTrouble, type Running, startLoop} from './loop.ts';
import {claimRef, isLeaving, isOwnedBy, isReady, ordinalOf, podRef, unlessOutrun} from './objects.ts';
import {claimDraft, podDraft} from './set-drafts.ts';
import type {SetFaults} from './set-faults.ts';

export type SetControllerParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly faults?: SetFaults;
  readonly onTrouble?: HearTrouble;
};

type Work = {readonly client: WorldClient; readonly say: Say; readonly faults: SetFaults; readonly set: KubeObject};

export function startSetController({port, clock, faults = {}, onTrouble}: SetControllerParts): Running {
  const client = new WorldClient(port);
  const say = createSay(client, clock);
  return startLoop({
    port,
    clock,
    who: 'statefulsets',
    everyMs: 5000,
    hears: ['/apis/apps/v1/statefulsets', '/api/v1/pods', '/api/v1/persistentvolumeclaims'],
    onTrouble,
    async work() {
      const sets = (await client.list('apps/v1', 'StatefulSet')).filter(set => readList(set, 'spec.volumeClaimTemplates').length > 0);
      for (const set of sets) if (!isLeaving(set)) await tend({client, say, faults, set});
      return undefined;
    },
  });
}

async function tend(work: Work): Promise<void> {
  const {set} = work;
  const wanted = readNumber(set, 'spec.replicas') ?? 1;
  const pods = await adopted(work);
  if (await isHeldUp(work, pods)) return tell(work, pods);
  for (let number = 0; number < wanted; number += 1) {
    const pod = pods.find(({metadata}) => ordinalOf(metadata.name) === number);
    if (pod === undefined) await makePod(work, number);
    if (pod === undefined || !isReady(pod) || isLeaving(pod)) break;
  }
  const surplus = pods.filter(({metadata}) => ordinalOf(metadata.name) >= wanted);
  const [last] = surplus.sort((one, other) => ordinalOf(other.metadata.name) - ordinalOf(one.metadata.name));
  if (last !== undefined && !isLeaving(last)) {
    await work.client.remove(refOf(last), {preconditions: {uid: last.metadata.uid}});
  }
  if (surplus.length === 0) await dropClaims(work, wanted);
  await tell(work, pods);
}

function refOf({metadata}: KubeObject) {
  return podRef(metadata.namespace ?? '', metadata.name);
}

/** Pods with the set's labels and a name of its own that belong to nobody become its own again. */
async function adopted({client, set}: Work): Promise<readonly KubeObject[]> {
  const labels = Object.entries(readFields(set, 'spec.selector.matchLabels'));
  const labelSelector = labels.map(([name, value]) => `${name}=${String(value)}`).join(',');
  const pods = await client.list('v1', 'Pod', set.metadata.namespace, {labelSelector});
  const own = pods.filter(({metadata}) => metadata.name === `${set.metadata.name}-${ordinalOf(metadata.name)}`);
  for (const pod of own) {
    if (pod.metadata.ownerReferences?.some(({controller}) => controller === true) === true || isLeaving(pod)) continue;
    const {uid, resourceVersion} = pod.metadata;
    await unlessOutrun(client.patch(refOf(pod), {metadata: {uid, resourceVersion, ownerReferences: [ownerReference(typed(set))]}}));
  }
  return own.filter(pod => isOwnedBy(pod, set.metadata.uid) || (pod.metadata.ownerReferences ?? []).length === 0);
}

/** A pod that was made before its set has a shape that no update can change. */
async function isHeldUp({faults, say, set}: Work, pods: readonly KubeObject[]): Promise<boolean> {
  const isOlder = ({metadata}: KubeObject) => (metadata.creationTimestamp ?? '') < (set.metadata.creationTimestamp ?? '');
  const rejected = pods.find(pod => faults.rejectedPods?.includes(pod.metadata.name) === true && isOlder(pod));
  if (rejected === undefined) return false;
  const {name} = rejected.metadata;
  const why = `Pod "${name}" is invalid: spec: Forbidden: pod updates may not change fields other than \`spec.containers[*].image\``;
  const message = `update Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${why}`;
  await say({about: typed(set), kind: 'StatefulSet', type: 'Warning', reason: 'FailedUpdate', message, source: 'statefulset-controller'});
  return true;
}

/** What is listed does not say its kind. */
function typed(set: KubeObject): KubeObject {
  return {...set, apiVersion: 'apps/v1', kind: 'StatefulSet'};
}

async function makePod(work: Work, number: number): Promise<void> {
  const {client, say, faults, set} = work;
  const {name, namespace = ''} = set.metadata;
  const pod = `${name}-${number}`;
  for (const template of readList(set, 'spec.volumeClaimTemplates')) {
    const claim = `${readString(template, 'metadata.name')}-${pod}`;
    const live = await client.find(claimRef(namespace, claim));
    if (live === undefined) {
      await unlessOutrun(client.create(claimDraft(set, template, claim)));
      continue;
    }
    if (!isLeaving(live) || faults.reusesLeavingClaims === true) continue;
    if ((faults.pendingRaces ?? 0) > 0) {
      faults.pendingRaces = (faults.pendingRaces ?? 0) - 1;
      continue;
    }
    const message = `create Pod ${pod} in StatefulSet ${name} failed error: pvc ${claim} is being deleted`;
    await say({about: typed(set), kind: 'StatefulSet', type: 'Warning', reason: 'FailedCreate', message, source: 'statefulset-controller'});
    return;
  }
  await unlessOutrun(client.create(podDraft(typed(set), pod, revisionOf(set))));
}

function revisionOf(set: KubeObject): string {
  return `${set.metadata.name}-${digits(canonicalJson(readFields(set, 'spec.template')), 10)}`;
}

/** Only where the set says so: kept by default. */
async function dropClaims({client, set}: Work, wanted: number): Promise<void> {
  if (readString(set, 'spec.persistentVolumeClaimRetentionPolicy.whenScaled') !== 'Delete') return;
  const {name, namespace = ''} = set.metadata;
  for (const claim of await client.list('v1', 'PersistentVolumeClaim', namespace)) {
    const isSurplus = claim.metadata.name.includes(`-${name}-`) && ordinalOf(claim.metadata.name) >= wanted;
    if (isSurplus && !isLeaving(claim)) await client.remove(claimRef(namespace, claim.metadata.name));
  }
}

async function tell({client, set}: Work, pods: readonly KubeObject[]): Promise<void> {
  const ready = pods.filter(pod => isReady(pod) && !isLeaving(pod)).length;
  const revision = revisionOf(set);
  const updated = pods.filter(pod => pod.metadata.labels?.['controller-revision-hash'] === revision).length;
  const status: Fields = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: updated,
    updatedReplicas: updated,
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
  };
  const before = readFields(set, 'status');
  if (Object.entries(status).every(([field, value]) => before[field] === value)) return;
  await unlessOutrun(client.patchStatus(refOfObject(typed(set)), status));
}
