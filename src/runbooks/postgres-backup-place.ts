/** Where backups are kept, as a plan has it: found, judged, and with all that the helper pod of a claim is made of. */
import {type Fields, readItems, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import type {ClaimPlace, FolderPlace} from '../domain/postgres/backup-place.ts';
import {memberContainer} from '../domain/postgres/member-commands.ts';
import {ordinalOf} from '../domain/postgres/postgres-cluster.ts';
import {shortHash} from '../domain/short-hash.ts';
import {type Permission, Refusal} from '../engine/define-runbook.ts';
import {previewKey, runUidOf} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {helperIdentity} from './postgres-helper-security.ts';
import type {DatabaseName} from './postgres-kinds.ts';
import {claimKind, podKind} from './workload-kinds.ts';

/** JSON: part of what a plan stands on. */
export type KeptAt =
  | {readonly kind: 'file'; readonly folder: string; readonly owner: string}
  | {
      readonly kind: 'pvc';
      readonly namespace: string;
      readonly name: string;
      /** Of the helper: that of the database's own pods has all the tools. */
      readonly image: string;
      readonly pullSecrets: readonly string[];
      readonly security: Fields;
    };

/** `to`: where a backup goes; `from`: where one comes from. */
export type KeeperRole = 'to' | 'from';

export const keeperContainer = 'keeper';

/** The rights that a place in the cluster takes, where `parameter` names one. */
export function keeperPermissions(parameter: string): readonly Permission[] {
  const place = {parameter, prefix: 'pvc', group: ''} as const;
  return [
    {...place, verbs: ['get'], resource: 'persistentvolumeclaims'},
    {...place, verbs: ['get', 'create', 'delete'], resource: 'pods'},
    {...place, verbs: ['get', 'create'], resource: 'pods/exec'},
  ];
}

type Context = {
  readonly database: DatabaseName;
  /** The class that the database is to leave: its storage is not to be trusted with the copy as well. */
  readonly leftClass?: string;
  /** The namespace of the database goes during the run. */
  readonly isNamespaceLeaving?: boolean;
};

/** Throws Refusal where nothing can be kept there. */
export async function gatherPlace(reader: Reader, place: FolderPlace | ClaimPlace, context: Context): Promise<KeptAt> {
  if (place.kind === 'file') {
    if (reader.files === undefined)
      throw new Refusal('NoFiles', {
        en: 'file: is a folder on a person’s machine, and a controller has none: name a claim with pvc:NAMESPACE/NAME',
        ru: 'file: — это папка на машине человека, у контроллера её нет: укажите PVC, pvc:NAMESPACE/NAME',
      });
    return {...place, owner: reader.files.owner};
  }
  const claim = await reader.get({kind: claimKind, namespace: place.namespace, name: place.name});
  if (claim === undefined)
    throw new Refusal('NoPlace', {
      en: `the claim ${place.namespace}/${place.name} does not exist: make it first`,
      ru: `PVC ${place.namespace}/${place.name} не существует: сначала создайте его`,
    });
  refuseUnfit(claim, place, context);
  const pod = await anyMember(reader, context.database);
  return {
    ...place,
    image: imageOf(pod),
    pullSecrets: readItems(pod, 'spec.imagePullSecrets', item => readString(item, 'name') ?? ''),
    security: helperIdentity(pod),
  };
}

function refuseUnfit(claim: KubeObject, {namespace, name}: ClaimPlace, {database, leftClass, isNamespaceLeaving}: Context): void {
  const isOwn = namespace === database.namespace && ordinalOf(database.name, name.replace(/^pgdata-/, '')) !== undefined;
  if (isOwn)
    throw new Refusal('BadPlace', {
      en: `the claim ${namespace}/${name} is the database’s own: keep the backup elsewhere`,
      ru: `PVC ${namespace}/${name} принадлежит самой базе: храните копию в другом месте`,
    });
  if (claim.metadata.deletionTimestamp !== undefined)
    throw new Refusal('BadPlace', {
      en: `the claim ${namespace}/${name} is being deleted: choose another`,
      ru: `PVC ${namespace}/${name} удаляется: выберите другой`,
    });
  if (isNamespaceLeaving === true && namespace === database.namespace)
    throw new Refusal('BadPlace', {
      en: `the namespace ${namespace} is deleted on the way, and the claim ${name} with it: keep the backup elsewhere`,
      ru: `namespace ${namespace} по ходу дела удаляется вместе с PVC ${name}: храните копию в другом месте`,
    });
  if (leftClass !== undefined && readString(claim, 'spec.storageClassName') === leftClass)
    throw new Refusal('BadPlace', {
      en: `the claim ${namespace}/${name} is of the class ${leftClass} that the database is to leave: choose one of another class`,
      ru: `PVC ${namespace}/${name} того же класса ${leftClass}, с которого уходит база: выберите PVC другого класса`,
    });
}

export async function anyMember(reader: Reader, {namespace, name}: DatabaseName): Promise<KubeObject> {
  const pods = await reader.list(podKind, {namespace, labelSelector: `application=spilo,cluster-name=${name}`});
  const pod = pods.find(({metadata}) => ordinalOf(name, metadata.name) !== undefined);
  if (pod === undefined)
    throw new Refusal('NoMember', {en: `the database ${namespace}/${name} has no pod`, ru: `у базы ${namespace}/${name} нет подов`});
  return pod;
}

export function imageOf(pod: KubeObject): string {
  const containers = readItems(pod, 'spec.containers', item => [readString(item, 'name'), readString(item, 'image') ?? ''] as const);
  return containers.find(([name]) => name === memberContainer)?.[1] ?? '';
}

/** The same for all steps of a run. */
/** A preview names what a person who does it by hand would make. */
export function runIdOf(key: string): string {
  return key === previewKey ? 'manual' : shortHash(runUidOf(key));
}

export function keeperRef(place: Extract<KeptAt, {kind: 'pvc'}>, role: KeeperRole, key: string): ObjectRef {
  return {kind: podKind, namespace: place.namespace, name: `deckhand-backup-${role}-${runIdOf(key)}`};
}
