/** Objects as the API server prints them: `Accept: application/json;as=Table;v=v1;g=meta.k8s.io`. */
import type {Fields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {resourceName} from '../../domain/resource.ts';
import {clusterPrinters} from './printers/cluster-printers.ts';
import {customPrinter} from './printers/custom-printer.ts';
import {networkPrinters} from './printers/network-printers.ts';
import {podPrinter} from './printers/pod-printer.ts';
import {nameColumn, type Printer} from './printers/printer.ts';
import {storagePrinters} from './printers/storage-printers.ts';
import {workloadPrinters} from './printers/workload-printers.ts';
import type {ResourceType} from './resource-type.ts';

/** The query parameter of the same name; the API server's own default is Metadata. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export type TableRequest = {
  readonly includeObject: IncludeObject;
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** `metadata` of the Table: resourceVersion, and of a list page continue and remainingItemCount. */
  readonly metadata: Fields;
  /** False leaves the column definitions out: the second and later events of a watch. */
  readonly hasColumns: boolean;
};

export function toTable(type: ResourceType, objects: readonly KubeObject[], request: TableRequest): Fields {
  const printer = printerOf(type);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: request.metadata,
    columnDefinitions: request.hasColumns ? printer.columns : null,
    rows: objects.map(object => row(printer, object, request)),
  };
}

function row(printer: Printer, object: KubeObject, request: TableRequest): Fields {
  const conditions = printer.conditions?.(object);
  return {
    cells: printer.cells(object, request.nowMs),
    ...(conditions !== undefined && {conditions}),
    object: rowObject(object, request.includeObject),
  };
}

function rowObject(object: KubeObject, includeObject: IncludeObject): unknown {
  switch (includeObject) {
    case 'None':
      return null;
    case 'Metadata':
      return toPartial(object);
    case 'Object':
      return object;
  }
}

/** `as=PartialObjectMetadata`. */
export function toPartial(object: KubeObject): Fields {
  return {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata};
}

const builtinPrinters: Readonly<Record<string, Printer>> = {
  pods: podPrinter,
  ...workloadPrinters,
  ...networkPrinters,
  ...clusterPrinters,
  ...storagePrinters,
};

/** What the API server prints of a built-in kind without a printer of its own, CRDs among them. */
const plainPrinter: Printer = {
  columns: [nameColumn, {name: 'Created At', type: 'date', format: '', description: '', priority: 0}],
  cells: object => [object.metadata.name, object.metadata.creationTimestamp ?? null],
};

function printerOf(type: ResourceType): Printer {
  if (type.printerColumns !== undefined) return customPrinter(type.printerColumns);
  return builtinPrinters[resourceName(type)] ?? plainPrinter;
}
