/** Makes the volumes of a database outlive their claims: deleting a claim is the one act that nothing takes back otherwise. */
import {readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {claimNameOf, memberName} from '../domain/postgres/postgres-cluster.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {type CasStep, runUidOf} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {volumeKind} from './postgres-kinds.ts';
import {type Migration, policyBeforeAnnotation, policyRunAnnotation} from './postgres-migration.ts';
import {readDatabaseObjects} from './postgres-world.ts';

type Protected = Pick<Migration, 'database'>;
type Kept = {
  readonly member: string;
  readonly ordinal: number;
  /** An undo takes the member away with its claim: the volume outlives that. */
  readonly isPassing?: boolean;
};

type PuttingBack = {
  /** Throws Refusal where the volumes must stay kept, whatever is taken back. */
  readonly require?: (reader: Reader) => Promise<void>;
  /** Members that an undo takes away, claim and all, keep their volumes. */
  readonly isLasting?: (ordinal: number) => boolean;
};

export function protectStep(migration: Protected, {require, isLasting}: PuttingBack = {}): CasStep {
  const {database} = migration;
  return {
    id: 'protect-disks',
    isForeseeable: true,
    effect: 'K8sCas',
    isVital: true,
    title: {en: 'Set the volumes to Retain', ru: 'Перевести тома в Retain'},
    will: {
      en: 'Every volume of the database is kept when its claim goes; the old policy and this run are noted on it. Old volumes go on costing until they are deleted by name.',
      ru: 'Каждый том базы переживёт удаление своей заявки; прежняя политика и этот запуск записываются на нём. Старые тома занимают место, пока их не удалят по имени.',
    },
    act: async (reader, key) => keepVolumes(reader, migration, key),
    undo: async (reader, key) => {
      await require?.(reader);
      return putPoliciesBack(reader, migration, key, isLasting);
    },
    commands: [
      `for pv in $(kubectl -n ${database.namespace} get pvc -l cluster-name=${database.name} -o jsonpath='{.items[*].spec.volumeName}'); do kubectl patch pv $pv -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'; done`,
    ],
  };
}

/** Of a disk that was made anew: once a copy is on it, it is as dear as those that were there before. */
export function keepStep(migration: Protected, {member, ordinal, isPassing = false}: Kept): CasStep {
  const {database} = migration;
  const claim = claimNameOf(member);
  return {
    id: `keep-${ordinal}`,
    effect: 'K8sCas',
    isVital: true,
    title: {en: `Set the new volume of ${member} to Retain`, ru: `Перевести новый том ${member} в Retain`},
    will: {
      en: 'The copy on it outlives its claim as long as the run goes on; at the end the volume gets the policy of its class back.',
      ru: 'Пока идёт запуск, копия на нём переживёт удаление заявки; в конце том получит политику своего класса обратно.',
    },
    act: async (reader, key) => keepVolumes(reader, migration, key, ordinal),
    undo: async (reader, key) => (isPassing ? [] : putPoliciesBack(reader, migration, key, each => each === ordinal)),
    commands: [
      `kubectl patch pv $(kubectl -n ${database.namespace} get pvc ${claim} -o jsonpath='{.spec.volumeName}') -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
    ],
  };
}

/** Throws Refusal where the one disk that is meant has no volume: what stands on it would go with its claim. */
async function keepVolumes(reader: Reader, {database}: Protected, key: string, only?: number): Promise<readonly KubeWrite[]> {
  const {disks} = await readDatabaseObjects(reader, database);
  const volumes: KubeObject[] = [];
  for (const {ordinal, volume} of disks) {
    if (volume === undefined || (only !== undefined && ordinal !== only)) continue;
    const live = await reader.get({kind: volumeKind, name: volume.name});
    if (live !== undefined) volumes.push(live);
  }
  if (only !== undefined && volumes.length === 0) {
    const claim = claimNameOf(memberName(database.name, only));
    throw new Refusal('NotKept', {
      en: `no volume of ${claim} is to be found, and so none is kept: see what became of the claim first`,
      ru: `том ${claim} не найден, и сохранять нечего: сначала выясните, что стало с заявкой`,
    });
  }
  return volumes.flatMap(live => retain(live, key) ?? []);
}

/**
 * undefined where it is kept already, by this run or by nobody's note, or gone. What an earlier attempt has noted becomes this
 * run's to put back: nothing else tells the policy that stood there before.
 */
export function retain(live: KubeObject | undefined, key: string): KubeWrite | undefined {
  if (live === undefined) return undefined;
  const run = runUidOf(key);
  const {uid, resourceVersion, name, annotations = {}} = live.metadata;
  const policy = readString(live, 'spec.persistentVolumeReclaimPolicy') ?? 'Retain';
  const before = policy === 'Retain' ? annotations[policyBeforeAnnotation] : policy;
  if (before === undefined || (policy === 'Retain' && annotations[policyRunAnnotation] === run)) return undefined;
  const patch = {
    metadata: {annotations: {[policyBeforeAnnotation]: before, [policyRunAnnotation]: run}},
    spec: {persistentVolumeReclaimPolicy: 'Retain'},
  };
  return {kind: 'patch', ref: {kind: volumeKind, name}, uid, resourceVersion, patch};
}

/**
 * Only what this run has noted, and only where the claim stays and is the one that the volume is bound to: the volume of one that
 * is gone, or goes, would be deleted.
 */
export async function putPoliciesBack(
  reader: Reader,
  {database}: Protected,
  key: string,
  isMeant: (ordinal: number) => boolean = () => true,
): Promise<readonly KubeWrite[]> {
  const {disks} = await readDatabaseObjects(reader, database);
  const writes: KubeWrite[] = [];
  for (const {ordinal, isBound, isTerminating, volume, claim} of disks) {
    if (!isBound || isTerminating || volume === undefined || !isMeant(ordinal)) continue;
    const {name} = volume;
    const live = await reader.get({kind: volumeKind, name});
    const {[policyBeforeAnnotation]: before, [policyRunAnnotation]: run} = live?.metadata.annotations ?? {};
    if (live === undefined || before === undefined || run !== runUidOf(key)) continue;
    if (readString(live, 'spec.claimRef.uid') !== claim.uid) continue;
    const {uid, resourceVersion} = live.metadata;
    const patch = {
      metadata: {annotations: {[policyBeforeAnnotation]: null, [policyRunAnnotation]: null}},
      spec: {persistentVolumeReclaimPolicy: before},
    };
    writes.push({kind: 'patch', ref: {kind: volumeKind, name}, uid, resourceVersion, patch});
  }
  return writes;
}
