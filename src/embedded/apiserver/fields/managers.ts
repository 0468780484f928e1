/** Who owns which fields of an object, and the list metadata.managedFields in which the object says so. */
import {isFields} from '../../../domain/fields.ts';
import {type FieldSet, isEmpty} from './field-set.ts';
import {type FieldsText, readFieldsV1, writeFields} from './fields-v1.ts';

export type Operation = 'Apply' | 'Update';

export type Manager = {
  readonly name: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** Of the last change; a manager that never changed anything has none. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
};

/** By identity: of one name there is one applier and one updater for each version and subresource. */
export type Managers = ReadonlyMap<string, Manager>;

export type ManagedFieldsEntry = {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldsText;
  readonly subresource?: string;
};

/** An applier stays itself in whatever version it applies. */
export function identityOf({name, operation, apiVersion, subresource}: Omit<Manager, 'time' | 'fields'>): string {
  return JSON.stringify([name, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

export function managersOf(list: Iterable<Manager>): Managers {
  return new Map([...list].filter(({fields}) => !isEmpty(fields)).map(manager => [identityOf(manager), manager]));
}

/** undefined where the list is none that a server wrote. */
export function readManagers(list: unknown): Managers | undefined {
  if (!Array.isArray(list)) return undefined;
  const managers = new Map<string, Manager>();
  for (const entry of list) {
    const manager = readManager(entry);
    if (manager === undefined) return undefined;
    managers.set(identityOf(manager), manager);
  }
  return managers;
}

function readManager(entry: unknown): Manager | undefined {
  if (!isFields(entry)) return undefined;
  const {manager: name = '', operation, apiVersion, time, fieldsType, fieldsV1, subresource = ''} = entry;
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (typeof name !== 'string' || typeof subresource !== 'string' || fieldsType !== 'FieldsV1') return undefined;
  if (typeof apiVersion !== 'string' || apiVersion === '') return undefined;
  const fields = readFieldsV1(fieldsV1);
  if (fields === undefined) return undefined;
  return {name, operation, apiVersion, subresource, time: typeof time === 'string' ? time : undefined, fields};
}

/** A list that says: forget who owns what. */
export function isReset(list: unknown): boolean {
  if (!Array.isArray(list)) return false;
  const [first, second] = list;
  return first === undefined || (second === undefined && isFields(first) && Object.keys(first).length === 0);
}

/** undefined where nobody owns anything. */
export function writeManagers(managers: Managers): readonly ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()].sort(inOrder).map(({name, operation, apiVersion, subresource, time, fields}) => ({
    manager: name,
    operation,
    apiVersion,
    ...(time !== undefined && {time}),
    fieldsType: 'FieldsV1',
    fieldsV1: writeFields(fields),
    ...(subresource !== '' && {subresource}),
  }));
}

function inOrder(left: Manager, right: Manager): number {
  const [a, b] = [left, right].map(({operation, time, name, apiVersion, subresource}) => [
    operation,
    time ?? '',
    name,
    apiVersion,
    subresource,
  ]);
  for (const [index, text = ''] of (a ?? []).entries()) {
    const other = b?.[index] ?? '';
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
}
