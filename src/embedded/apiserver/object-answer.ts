/** Objects, lists and events put into the form the client accepts: whole, as Table rows, or metadata only; JSON or YAML. */
import {stringify} from 'yaml';
import type {KubeObject} from '../../domain/kube-object.ts';
import {apiVersionOf} from '../../domain/resource.ts';
import type {AnswerForm} from './accept.ts';
import {type ApiAnswer, jsonAnswer} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import type {Page} from './list.ts';
import {toServedVersion} from './object-version.ts';
import type {ServedType} from './resource-registry.ts';
import {type IncludeObject, toPartial, toTable} from './table.ts';
import type {WatchEventType} from './watch.ts';

export type Rendering = {
  readonly served: ServedType;
  readonly form: AnswerForm;
  readonly includeObject: IncludeObject;
  /** Wall clock, milliseconds since the epoch, from which a Table counts ages. */
  readonly nowMs: () => number;
};

export function answerObject(
  rendering: Rendering,
  status: number,
  object: KubeObject,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  const {form} = rendering;
  if (form.as === 'metadataList') {
    throw ApiFault.notAcceptable('you requested PartialObjectMetadataList, but the requested object is not a list');
  }
  return encode(form, status, renderOne(rendering, toServedVersion(rendering.served, object), true), headers);
}

export function answerPage(rendering: Rendering, page: Page): ApiAnswer {
  const {form, served} = rendering;
  const {type} = served;
  const objects = page.objects.map(object => toServedVersion(served, object));
  switch (form.as) {
    case 'table':
      return encode(form, 200, inMetaVersion(form, table(rendering, objects, page.metadata, true)));
    case 'metadata':
      throw ApiFault.notAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (${type.listKind})`);
    case 'metadataList':
      return encode(form, 200, {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${form.metaVersion}`,
        metadata: page.metadata,
        items: objects.map(object => inMetaVersion(form, toPartial(object))),
      });
    case 'object':
      return encode(form, 200, {
        kind: type.listKind,
        apiVersion: apiVersionOf(type),
        metadata: page.metadata,
        items: served.crdName === undefined ? objects.map(withoutType) : objects,
      });
  }
}

/** Makes the lines of a watch; a Table names its columns in the first event only. */
export function eventEncoder(rendering: Rendering): (type: WatchEventType, object: KubeObject) => string {
  let isFirst = true;
  return (type, object) => {
    const shown = renderOne(rendering, toServedVersion(rendering.served, object), isFirst);
    isFirst = false;
    return JSON.stringify({type, object: type === 'BOOKMARK' && rendering.form.as !== 'table' ? nameless(shown, object) : shown});
  };
}

export function readIncludeObject(query: URLSearchParams): IncludeObject {
  const asked = query.get('includeObject') ?? '';
  switch (asked) {
    case '':
    case 'Metadata':
      return 'Metadata';
    case 'None':
    case 'Object':
      return asked;
    default:
      throw ApiFault.badRequest(
        `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(asked)}: must be 'Metadata', 'Object', 'None', or empty`,
      );
  }
}

function renderOne(rendering: Rendering, object: KubeObject, hasColumns: boolean): object {
  const {form} = rendering;
  switch (form.as) {
    case 'table':
      return inMetaVersion(form, table(rendering, [object], {resourceVersion: object.metadata.resourceVersion}, hasColumns));
    case 'metadata':
    case 'metadataList':
      return inMetaVersion(form, toPartial(object));
    case 'object':
      return object;
  }
}

function table({served, includeObject, nowMs}: Rendering, objects: readonly KubeObject[], metadata: object, hasColumns: boolean): object {
  return toTable(served.type, objects, {includeObject, nowMs: nowMs(), metadata: {...metadata}, hasColumns});
}

function inMetaVersion(form: AnswerForm, body: object): object {
  return form.metaVersion === 'v1' ? body : {...body, apiVersion: `meta.k8s.io/${form.metaVersion}`};
}

/** A bookmark is an object of the kind with nothing but a version. */
function nameless(shown: object, {metadata}: KubeObject): object {
  const {resourceVersion, annotations} = metadata;
  return {...shown, metadata: {resourceVersion, ...(annotations !== undefined && {annotations})}};
}

/** Items of a list of built-ins do not repeat their kind. */
function withoutType({kind: _kind, apiVersion: _apiVersion, ...rest}: KubeObject): object {
  return rest;
}

function encode(form: AnswerForm, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  if (form.encoding === 'json') return jsonAnswer(status, body, headers);
  return {status, headers: {'content-type': 'application/yaml', ...headers}, body: stringify(body)};
}
