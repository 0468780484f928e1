/** Rows of volumes, claims and what provides them. */
import type {KubeObject} from '../../../domain/kube-object.ts';
import {ageOf} from './cell-age.ts';
import {at, columnsOf, listAt, nameColumn, or, type Printer, stringsAt, textAt} from './printer.ts';

const age = (object: KubeObject, nowMs: number) => ageOf(object.metadata.creationTimestamp, nowMs);

const accessModeNames: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

function accessModes(modes: readonly string[]): string {
  return accessModeNames
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

function phaseOf(object: KubeObject): string {
  return object.metadata.deletionTimestamp === undefined ? textAt(object, 'status', 'phase') : 'Terminating';
}

const volume: Printer = {
  columns: [
    nameColumn,
    ...columnsOf(
      'Capacity',
      'Access Modes',
      'Reclaim Policy',
      'Status',
      'Claim',
      'StorageClass',
      'VolumeAttributesClass',
      'Reason',
      'Age',
      'VolumeMode/wide',
    ),
  ],
  cells: (object, nowMs) => [
    object.metadata.name,
    or(textAt(object, 'spec', 'capacity', 'storage'), '0'),
    accessModes(stringsAt(object, 'spec', 'accessModes')),
    textAt(object, 'spec', 'persistentVolumeReclaimPolicy'),
    phaseOf(object),
    at(object, 'spec', 'claimRef') === undefined
      ? ''
      : `${textAt(object, 'spec', 'claimRef', 'namespace')}/${textAt(object, 'spec', 'claimRef', 'name')}`,
    textAt(object, 'spec', 'storageClassName'),
    or(textAt(object, 'spec', 'volumeAttributesClassName'), '<unset>'),
    textAt(object, 'status', 'reason'),
    age(object, nowMs),
    or(textAt(object, 'spec', 'volumeMode'), '<unset>'),
  ],
};

const claim: Printer = {
  columns: [
    nameColumn,
    ...columnsOf('Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass', 'VolumeAttributesClass', 'Age', 'VolumeMode/wide'),
  ],
  cells(object, nowMs) {
    const volumeName = textAt(object, 'spec', 'volumeName');
    const isBound = volumeName !== '';
    return [
      object.metadata.name,
      phaseOf(object),
      volumeName,
      isBound ? or(textAt(object, 'status', 'capacity', 'storage'), '0') : '',
      isBound ? accessModes(stringsAt(object, 'status', 'accessModes')) : '',
      textAt(object, 'spec', 'storageClassName'),
      or(textAt(object, 'spec', 'volumeAttributesClassName'), '<unset>'),
      age(object, nowMs),
      or(textAt(object, 'spec', 'volumeMode'), '<unset>'),
    ];
  },
};

const storageClass: Printer = {
  columns: [nameColumn, ...columnsOf('Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age')],
  cells(object, nowMs) {
    const isDefault = object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    return [
      `${object.metadata.name}${isDefault ? ' (default)' : ''}`,
      textAt(object, 'provisioner'),
      or(textAt(object, 'reclaimPolicy'), 'Delete'),
      or(textAt(object, 'volumeBindingMode'), 'Immediate'),
      at(object, 'allowVolumeExpansion') === true,
      age(object, nowMs),
    ];
  },
};

const volumeAttachment: Printer = {
  columns: [nameColumn, {...nameColumn, name: 'Attacher'}, ...columnsOf('PV', 'Node', 'Attached:boolean', 'Age')],
  cells: (object, nowMs) => [
    object.metadata.name,
    textAt(object, 'spec', 'attacher'),
    textAt(object, 'spec', 'source', 'persistentVolumeName'),
    textAt(object, 'spec', 'nodeName'),
    at(object, 'status', 'attached') === true,
    age(object, nowMs),
  ],
};

const csiNode: Printer = {
  columns: [nameColumn, ...columnsOf('Drivers:integer', 'Age')],
  cells: (object, nowMs) => [object.metadata.name, listAt(object, 'spec', 'drivers').length, age(object, nowMs)],
};

const csiDriver: Printer = {
  columns: [
    nameColumn,
    ...columnsOf(
      'AttachRequired:boolean',
      'PodInfoOnMount:boolean',
      'StorageCapacity:boolean',
      'TokenRequests',
      'RequiresRepublish:boolean',
      'Modes',
      'Age',
    ),
  ],
  cells: (object, nowMs) => [
    object.metadata.name,
    at(object, 'spec', 'attachRequired') !== false,
    at(object, 'spec', 'podInfoOnMount') === true,
    at(object, 'spec', 'storageCapacity') === true,
    at(object, 'spec', 'tokenRequests') === undefined
      ? '<unset>'
      : listAt(object, 'spec', 'tokenRequests')
          .map(item => textAt(item, 'audience'))
          .join(','),
    at(object, 'spec', 'requiresRepublish') === true,
    or(stringsAt(object, 'spec', 'volumeLifecycleModes').join(','), '<none>'),
    age(object, nowMs),
  ],
};

export const storagePrinters: Readonly<Record<string, Printer>> = {
  persistentvolumes: volume,
  persistentvolumeclaims: claim,
  'storageclasses.storage.k8s.io': storageClass,
  'volumeattachments.storage.k8s.io': volumeAttachment,
  'csinodes.storage.k8s.io': csiNode,
  'csidrivers.storage.k8s.io': csiDriver,
};
