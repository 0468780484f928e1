/** What a deletion takes along, leaves behind, or waits for. */
import {readItems, readList, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KindRef, ObjectRef} from '../domain/object-ref.ts';
import {StatusError} from '../domain/status-error.ts';
import type {Words} from '../domain/words.ts';
import type {Permission} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {moduleReleaseKind} from './targets.ts';
import {
  claimKind,
  controllerRevisionKind,
  daemonSetKind,
  deploymentKind,
  jobKind,
  namespaced,
  podKind,
  replicaSetKind,
  statefulSetKind,
} from './workload-kinds.ts';

/** Kinds that are looked through for what belongs to the object; of others nothing is said. */
const namespacedKinds: readonly KindRef[] = [
  podKind,
  claimKind,
  deploymentKind,
  statefulSetKind,
  daemonSetKind,
  replicaSetKind,
  controllerRevisionKind,
  jobKind,
  namespaced('batch', 'v1', 'cronjobs', 'CronJob'),
  namespaced('', 'v1', 'services', 'Service'),
  namespaced('', 'v1', 'configmaps', 'ConfigMap'),
];
const clusterKinds: readonly KindRef[] = [moduleReleaseKind];
const volumeKind: KindRef = {group: '', version: 'v1', plural: 'persistentvolumes', kind: 'PersistentVolume', isNamespaced: false};

/** What has no namespace is looked at where that is allowed, and not asked for. */
export const costPermissions: readonly Permission[] = namespacedKinds.map(({group, plural}) => ({
  verbs: ['list'],
  group,
  resource: plural,
  scope: 'target',
}));

export type DeletionCost = {
  /** By plural: how many objects go with it. */
  readonly taken: Readonly<Record<string, number>>;
  /** Claims that stay, and keep their data. */
  readonly claimsKept: readonly string[];
  /** Pods that use the claim; it goes when they are gone. */
  readonly usedBy: readonly string[];
  /** Delete: the data of the claim go with it. */
  readonly reclaim: string;
  readonly finalizers: readonly string[];
};

export async function deletionCost(reader: Reader, ref: ObjectRef, live: KubeObject): Promise<DeletionCost> {
  const {group, plural} = ref.kind;
  const finalizers = [...(live.metadata.finalizers ?? [])];
  const none = {claimsKept: [], usedBy: [], reclaim: '', finalizers};
  if (group === '' && plural === 'namespaces') return {...none, taken: await countNamespace(reader, ref.name), finalizers};
  if (plural === 'customresourcedefinitions') return {...none, taken: await countObjects(reader, live)};
  const {namespace} = ref;
  const objects =
    namespace === undefined ? await ifAllowed(() => listAll(reader, clusterKinds), []) : await listAll(reader, namespacedKinds, namespace);
  const taken = countOwned(live, objects);
  if (namespace === undefined) return {...none, taken};
  if (group === '' && plural === 'persistentvolumeclaims') return {...none, taken, ...(await claimCost(reader, live, objects))};
  const claims = plural === 'statefulsets' ? claimsOf(live, objects) : [];
  return {...none, taken, claimsKept: claims};
}

export function costNotes({taken, claimsKept, usedBy, reclaim, finalizers}: DeletionCost): readonly Words[] {
  const counts = Object.entries(taken)
    .map(([plural, count]) => `${count} ${plural}`)
    .join(', ');
  return [
    ...(counts === '' ? [] : [{en: `Goes with it: ${counts}.`, ru: `Удалится вместе с ним: ${counts}.`}]),
    ...(claimsKept.length === 0
      ? []
      : [{en: `Claims that stay with their data: ${claimsKept.join(', ')}.`, ru: `Останутся PVC с данными: ${claimsKept.join(', ')}.`}]),
    ...(usedBy.length === 0
      ? []
      : [
          {en: `In use by: ${usedBy.join(', ')}; it goes when they are gone.`, ru: `Используют: ${usedBy.join(', ')}; исчезнет после них.`},
        ]),
    ...(reclaim === 'Delete' ? [{en: 'The volume and its data are deleted too.', ru: 'Том и данные удалятся тоже.'}] : []),
    ...(finalizers.length === 0
      ? []
      : [{en: `Held until these let go: ${finalizers.join(', ')}.`, ru: `Удержат финализаторы: ${finalizers.join(', ')}.`}]),
  ];
}

type Found = {readonly kind: KindRef; readonly object: KubeObject};

async function listAll(reader: Reader, kinds: readonly KindRef[], namespace?: string): Promise<readonly Found[]> {
  const lists = await Promise.all(
    kinds.map(async kind => (await reader.list(kind, namespace === undefined ? {} : {namespace})).map(object => ({kind, object}))),
  );
  return lists.flat();
}

async function ifAllowed<Value>(look: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 403) return otherwise;
    throw error;
  }
}

async function countNamespace(reader: Reader, namespace: string): Promise<Readonly<Record<string, number>>> {
  return count(await listAll(reader, namespacedKinds, namespace));
}

/** Every object of the kind that a CustomResourceDefinition makes. */
async function countObjects(reader: Reader, crd: KubeObject): Promise<Readonly<Record<string, number>>> {
  const plural = readString(crd, 'spec.names.plural') ?? '';
  const kind = await reader.served(readString(crd, 'spec.group') ?? '', plural);
  const objects = kind === undefined ? [] : await ifAllowed(() => reader.list(kind), []);
  return objects.length === 0 ? {} : {[plural]: objects.length};
}

/** Children, and theirs. */
function countOwned(root: KubeObject, objects: readonly Found[]): Readonly<Record<string, number>> {
  const owned = new Set([root.metadata.uid]);
  const found = new Set<Found>();
  for (let isGrowing = true; isGrowing; ) {
    const more = objects.filter(each => !found.has(each) && each.object.metadata.ownerReferences?.some(({uid}) => owned.has(uid)));
    for (const each of more) {
      found.add(each);
      owned.add(each.object.metadata.uid);
    }
    isGrowing = more.length > 0;
  }
  return count([...found]);
}

function count(found: readonly Found[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const {kind} of found) counts[kind.plural] = (counts[kind.plural] ?? 0) + 1;
  return counts;
}

/** `<template>-<name>-<n>`, unless the StatefulSet takes them along. */
function claimsOf({metadata, spec}: KubeObject, objects: readonly Found[]): readonly string[] {
  if (readString({spec}, 'spec.persistentVolumeClaimRetentionPolicy.whenDeleted') === 'Delete') return [];
  const prefixes = readItems({spec}, 'spec.volumeClaimTemplates', item => `${readString(item, 'metadata.name') ?? ''}-${metadata.name}-`);
  const claims = objects.filter(({kind}) => kind.plural === 'persistentvolumeclaims').map(({object}) => object.metadata.name);
  return claims.filter(name => prefixes.some(prefix => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))).sort();
}

async function claimCost(reader: Reader, claim: KubeObject, objects: readonly Found[]) {
  const uses = ({spec}: KubeObject) =>
    readList({spec}, 'spec.volumes').some(volume => readString(volume, 'persistentVolumeClaim.claimName') === claim.metadata.name);
  const usedBy = objects.filter(({kind, object}) => kind.plural === 'pods' && uses(object)).map(({object}) => object.metadata.name);
  const volume = readString(claim, 'spec.volumeName');
  const live = volume === undefined ? undefined : await ifAllowed(() => reader.get({kind: volumeKind, name: volume}), undefined);
  return {usedBy: usedBy.sort(), reclaim: live === undefined ? '' : (readString(live, 'spec.persistentVolumeReclaimPolicy') ?? '')};
}
