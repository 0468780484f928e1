/** Reads what a LIST page or a line of a WATCH says, in both forms, and drops managedFields before anything keeps them, unless they are asked for. */
import {type Fields, isFields} from '../domain/fields.ts';
import type {KubeObject, ObjectMeta} from '../domain/kube-object.ts';
import {readStatus} from '../domain/read-status.ts';
import {apiVersionOf} from '../domain/resource.ts';
import type {ServerColumn, SourceSpec} from '../domain/source.ts';
import type {KubeStatus} from '../domain/status-error.ts';

/** One object as a source handles it until it is projected. */
export type Item = {readonly object: KubeObject; readonly cells?: readonly unknown[]};

export type Page = {
  readonly items: readonly Item[];
  /** Objects without a name of their own: nothing can be kept of them. */
  readonly nameless: number;
  readonly resourceVersion: string;
  readonly continueToken?: string;
  readonly remaining?: number;
  readonly columns?: readonly ServerColumn[];
};

export type WatchEvent =
  | {readonly type: 'added' | 'modified' | 'deleted'; readonly item: Item; readonly columns?: readonly ServerColumn[]}
  | {readonly type: 'bookmark'; readonly resourceVersion: string}
  | {readonly type: 'error'; readonly status: KubeStatus}
  | {readonly type: 'garbled'};

/** What a server that makes no tables still has to say of its objects. */
export const nameOnly: readonly ServerColumn[] = [{name: 'Name', type: 'string', format: 'name', priority: 0}];

const eventTypes: ReadonlyMap<unknown, 'added' | 'modified' | 'deleted'> = new Map([
  ['ADDED', 'added'],
  ['MODIFIED', 'modified'],
  ['DELETED', 'deleted'],
]);

export class Decoder {
  readonly #apiVersion: string;
  readonly #kind: string;
  readonly #isTable: boolean;
  readonly #hasManagedFields: boolean;

  constructor({resource, form, hasManagedFields = false}: Pick<SourceSpec<unknown>, 'resource' | 'form' | 'hasManagedFields'>) {
    this.#hasManagedFields = hasManagedFields;
    this.#apiVersion = apiVersionOf(resource);
    this.#kind = resource.kind;
    this.#isTable = form === 'table';
  }

  /** undefined where the text is no list. */
  page(text: string): Page | undefined {
    const list = parse(text);
    if (!isFields(list) || !isFields(list.metadata)) return undefined;
    const {resourceVersion, continue: continueToken, remainingItemCount: remaining} = list.metadata;
    const isTable = list.kind === 'Table';
    const members = (isTable ? list.rows : list.items) ?? [];
    if (!Array.isArray(members)) return undefined;
    const items: Item[] = [];
    for (const member of members) {
      const item = isTable ? this.#row(member) : this.#plain(member);
      if (item !== undefined) items.push(item);
    }
    const columns = isTable ? readColumns(list.columnDefinitions) : this.#isTable ? nameOnly : undefined;
    return {
      items,
      nameless: members.length - items.length,
      resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
      ...(typeof continueToken === 'string' && continueToken !== '' ? {continueToken} : {}),
      ...(typeof remaining === 'number' ? {remaining} : {}),
      ...(columns === undefined ? {} : {columns}),
    };
  }

  event(line: string): WatchEvent {
    const event = parse(line);
    if (!isFields(event)) return {type: 'garbled'};
    if (event.type === 'ERROR')
      return {type: 'error', status: readStatus({status: 500, headers: {}, body: JSON.stringify(event.object ?? '')})};
    if (!isFields(event.object)) return {type: 'garbled'};
    if (event.type === 'BOOKMARK') return readBookmark(event.object);
    const type = eventTypes.get(event.type);
    if (type === undefined) return {type: 'garbled'};
    if (event.object.kind !== 'Table') {
      const item = this.#plain(event.object);
      if (item === undefined) return {type: 'garbled'};
      return this.#isTable ? {type, item, columns: nameOnly} : {type, item};
    }
    const rows = event.object.rows;
    const item = Array.isArray(rows) && rows.length === 1 ? this.#row(rows[0]) : undefined;
    if (item === undefined) return {type: 'garbled'};
    const columns = readColumns(event.object.columnDefinitions);
    return {type, item, ...(columns === undefined ? {} : {columns})};
  }

  #plain(value: unknown): Item | undefined {
    const object = this.#object(value);
    if (object === undefined) return undefined;
    return this.#isTable ? {object, cells: [object.metadata.name]} : {object};
  }

  #row(value: unknown): Item | undefined {
    if (!isFields(value) || !Array.isArray(value.cells)) return undefined;
    const object = this.#object(value.object);
    return object === undefined ? undefined : {object, cells: value.cells};
  }

  /** The object anew, since a deleted key leaves a slow, larger one: managedFields are two thirds of the heap of a Pod. */
  #object(value: unknown): KubeObject | undefined {
    if (!isFields(value)) return undefined;
    const {apiVersion: _version, kind: _kind, metadata, ...rest} = value;
    const kept = readMetadata(metadata, this.#hasManagedFields);
    return kept === undefined ? undefined : {apiVersion: this.#apiVersion, kind: this.#kind, metadata: kept, ...rest};
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Some aggregated APIs give their objects no uid and no version: the name stands in for the one, '' for the other. */
function readMetadata(value: unknown, hasManagedFields: boolean): ObjectMeta | undefined {
  if (!isFields(value) || typeof value.name !== 'string') return undefined;
  const {managedFields, name, ...rest} = value;
  const {uid, resourceVersion, namespace} = rest;
  return {
    name,
    ...rest,
    ...(hasManagedFields && managedFields !== undefined ? {managedFields} : {}),
    uid: typeof uid === 'string' ? uid : `${typeof namespace === 'string' ? namespace : ''}/${name}`,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
  };
}

/** In the table form a bookmark is a Table of one row, or of none with the version in the table's own metadata. */
function readBookmark(object: Fields): WatchEvent {
  const row: unknown = Array.isArray(object.rows) ? object.rows[0] : undefined;
  const inRow = isFields(row) && isFields(row.object) ? row.object.metadata : undefined;
  for (const metadata of [inRow, object.metadata]) {
    if (!isFields(metadata)) continue;
    const {resourceVersion} = metadata;
    if (typeof resourceVersion === 'string' && resourceVersion !== '') return {type: 'bookmark', resourceVersion};
  }
  return {type: 'garbled'};
}

/** undefined where there are none: a watch declares its columns with the first event only. */
function readColumns(value: unknown): readonly ServerColumn[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.filter(isFields).map(({name, type, format, priority}) => ({
    name: typeof name === 'string' ? name : '',
    type: typeof type === 'string' ? type : 'string',
    format: typeof format === 'string' ? format : '',
    priority: typeof priority === 'number' ? priority : 0,
  }));
}
