/** What a CustomResourceDefinition makes the server serve, and the status it answers with. */
import {type Fields, isFields, readBoolean, readField, readFields, readList, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {prepareRules} from './cel/rule-tree.ts';
import type {PrinterColumn, ResourceType} from './resource-type.ts';

const allVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** Fills in what the API server fills in: names that follow from the kind, and the conversion strategy. */
export function defaultCrd(crd: KubeObject): KubeObject {
  const spec = readFields(crd, 'spec');
  const names = readFields(spec, 'names');
  const kind = readString(names, 'kind') ?? '';
  const listKind = readString(names, 'listKind') || `${kind}List`;
  const singular = readString(names, 'singular') || kind.toLowerCase();
  const conversion = spec.conversion ?? {strategy: 'None'};
  return {...crd, spec: {...spec, conversion, names: {...names, listKind, singular}}};
}

/** One type for each served version of an admitted CRD, in the order of the CRD. */
export function typesOfCrd(crd: KubeObject): ResourceType[] {
  const spec = readFields(defaultCrd(crd), 'spec');
  const versions = readList(spec, 'versions').filter(isFields);
  const storageVersion = versions.find(version => version.storage === true);
  return versions.filter(version => version.served === true).map(version => typeOfVersion(spec, version, storageVersion ?? version));
}

function typeOfVersion(spec: Fields, version: Fields, storage: Fields): ResourceType {
  const names = readFields(spec, 'names');
  const scale = readField(version, 'subresources.scale');
  const schema = readField(version, 'schema.openAPIV3Schema');
  const rules = isFields(schema) ? prepareRules(schema) : undefined;
  const columns = readList(version, 'additionalPrinterColumns').filter(isFields);
  return {
    group: readString(spec, 'group') ?? '',
    version: readString(version, 'name') ?? '',
    plural: readString(names, 'plural') ?? '',
    singular: readString(names, 'singular') ?? '',
    kind: readString(names, 'kind') ?? '',
    listKind: readString(names, 'listKind') ?? '',
    shortNames: strings(names, 'shortNames'),
    categories: strings(names, 'categories'),
    isNamespaced: spec.scope === 'Namespaced',
    verbs: allVerbs,
    storageVersion: readString(storage, 'name') ?? '',
    hasStatus: readField(version, 'subresources.status') !== undefined,
    selectableFields: readList(version, 'selectableFields')
      .filter(isFields)
      .map(field => (readString(field, 'jsonPath') ?? '').replace(/^\./, '')),
    printerColumns: columns.length === 0 ? [ageColumn] : columns.map(printerColumn),
    ...(isFields(scale) && {scale: scaleOf(scale)}),
    ...(isFields(schema) && {schema}),
    ...(rules !== undefined && {rules}),
  };
}

const ageColumn: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: 'Custom resource definition column (in JSONPath format): .metadata.creationTimestamp',
  jsonPath: '.metadata.creationTimestamp',
};

function printerColumn(column: Fields): PrinterColumn {
  const format = readString(column, 'format');
  const description = readString(column, 'description');
  const priority = column.priority;
  return {
    name: readString(column, 'name') ?? '',
    type: readString(column, 'type') ?? 'string',
    jsonPath: readString(column, 'jsonPath') ?? '',
    ...(format !== undefined && {format}),
    ...(description !== undefined && {description}),
    ...(typeof priority === 'number' && {priority}),
  };
}

function scaleOf(scale: Fields): NonNullable<ResourceType['scale']> {
  const selectorPath = readString(scale, 'labelSelectorPath');
  return {
    specPath: readString(scale, 'specReplicasPath') ?? '',
    statusPath: readString(scale, 'statusReplicasPath') ?? '',
    ...(selectorPath !== undefined && {selectorPath}),
  };
}

function strings(root: Fields, path: string): readonly string[] {
  return readList(root, path).filter(item => typeof item === 'string');
}

/** Established at once: the server accepts the names in the same tick in which it stores the CRD. */
export function crdStatus(crd: KubeObject, nowIso: string): Fields {
  const spec = readFields(defaultCrd(crd), 'spec');
  const stored = new Set(strings(crd, 'status.storedVersions'));
  for (const version of readList(spec, 'versions')) {
    const name = readString(version, 'name');
    if (name !== undefined && readBoolean(version, 'storage') === true) stored.add(name);
  }
  return {
    ...readFields(crd, 'status'),
    acceptedNames: spec.names,
    conditions: [
      condition(crd, 'NamesAccepted', 'NoConflicts', 'no conflicts found', nowIso),
      condition(crd, 'Established', 'InitialNamesAccepted', 'the initial names have been accepted', nowIso),
    ],
    storedVersions: [...stored],
  };
}

function condition(crd: KubeObject, type: string, reason: string, message: string, nowIso: string): Fields {
  const before = readList(crd, 'status.conditions').find(item => isFields(item) && item.type === type && item.status === 'True');
  return {lastTransitionTime: readString(before, 'lastTransitionTime') ?? nowIso, message, reason, status: 'True', type};
}
