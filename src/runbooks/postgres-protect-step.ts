/** Makes the volumes of a database outlive their claims: deleting a claim is the one act that nothing takes back otherwise. */
import {readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import type {CasStep} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {volumeKind} from './postgres-kinds.ts';
import {type Migration, policyBeforeAnnotation} from './postgres-migration.ts';
import {readDatabaseObjects} from './postgres-world.ts';

type Protected = Pick<Migration, 'database'>;

/** `requireUndoable` throws Refusal where the volumes must stay kept, whatever is taken back. */
export function protectStep(migration: Protected, requireUndoable?: (reader: Reader) => Promise<void>): CasStep {
  const {database} = migration;
  return {
    id: 'protect-disks',
    effect: 'K8sCas',
    isVital: true,
    title: {en: 'Set the volumes to Retain', ru: 'Перевести тома в Retain'},
    will: {
      en: 'Every volume of the database is kept when its claim goes; the old policy is noted on it. Old volumes go on costing until they are deleted by name.',
      ru: 'Каждый том базы переживёт удаление своей заявки; прежняя политика записывается на нём. Старые тома занимают место, пока их не удалят по имени.',
    },
    act: async reader => {
      const writes: KubeWrite[] = [];
      for (const name of await volumesOf(reader, migration)) {
        const write = retain(await reader.get({kind: volumeKind, name}));
        if (write !== undefined) writes.push(write);
      }
      return writes;
    },
    undo: async reader => {
      await requireUndoable?.(reader);
      return putPoliciesBack(reader, migration);
    },
    commands: [
      `for pv in $(kubectl -n ${database.namespace} get pvc -l cluster-name=${database.name} -o jsonpath='{.items[*].spec.volumeName}'); do kubectl patch pv $pv -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'; done`,
    ],
  };
}

async function volumesOf(reader: Reader, {database}: Protected): Promise<readonly string[]> {
  const {disks} = await readDatabaseObjects(reader, database);
  return disks.flatMap(({volume}) => volume?.name ?? []);
}

/** undefined where it is kept already, or gone. */
export function retain(live: KubeObject | undefined): KubeWrite | undefined {
  if (live === undefined) return undefined;
  const policy = readString(live, 'spec.persistentVolumeReclaimPolicy') ?? 'Retain';
  if (policy === 'Retain') return undefined;
  const {uid, resourceVersion, name} = live.metadata;
  const patch = {
    metadata: {annotations: {[policyBeforeAnnotation]: policy}},
    spec: {persistentVolumeReclaimPolicy: 'Retain'},
  };
  return {kind: 'patch', ref: {kind: volumeKind, name}, uid, resourceVersion, patch};
}

/** Only where the claim stays and is the one that the volume is bound to: the volume of one that is gone, or goes, would be deleted. */
async function putPoliciesBack(reader: Reader, {database}: Protected): Promise<readonly KubeWrite[]> {
  const {disks} = await readDatabaseObjects(reader, database);
  const writes: KubeWrite[] = [];
  for (const {isBound, isTerminating, volume, claim} of disks) {
    if (!isBound || isTerminating || volume === undefined) continue;
    const {name} = volume;
    const live = await reader.get({kind: volumeKind, name});
    const before = live?.metadata.annotations?.[policyBeforeAnnotation];
    if (live === undefined || before === undefined || readString(live, 'spec.claimRef.uid') !== claim.uid) continue;
    const {uid, resourceVersion} = live.metadata;
    const patch = {metadata: {annotations: {[policyBeforeAnnotation]: null}}, spec: {persistentVolumeReclaimPolicy: before}};
    writes.push({kind: 'patch', ref: {kind: volumeKind, name}, uid, resourceVersion, patch});
  }
  return writes;
}
