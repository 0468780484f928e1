/** OpenAPI documents of what is served now, enough for kubectl explain and for its questions before it writes. */
import {createHash} from 'node:crypto';
import {type Fields, isFields} from '../../domain/fields.ts';
import {apiVersionOf, resourcePath} from '../../domain/resource.ts';
import {builtinDefinitionName, builtinDefinitions, definitionPrefix} from './builtin-schemas.ts';
import type {ResourceType, Schema} from './resource-type.ts';

const info = {title: 'Kubernetes', version: 'v1.36.3'};
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** `GET /openapi/v3`: where each group version's document is; the hash changes with its kinds. */
export function openApiV3Index(types: readonly ResourceType[]): Fields {
  const paths: Record<string, Fields> = {};
  for (const groupVersion of new Set(types.map(documentPath))) {
    const served = types.filter(type => documentPath(type) === groupVersion);
    const hash = createHash('sha512').update(JSON.stringify(served)).digest('hex').toUpperCase();
    paths[groupVersion] = {serverRelativeURL: `/openapi/v3/${groupVersion}?hash=${hash}`};
  }
  return {paths};
}

/** `api/v1`, `apis/apps/v1`. */
function documentPath(type: ResourceType): string {
  return type.group === '' ? `api/${type.version}` : `apis/${apiVersionOf(type)}`;
}

/** `GET /openapi/v3/PATH`; undefined when nothing is served there. */
export function openApiV3Document(types: readonly ResourceType[], path: string): Fields | undefined {
  const served = types.filter(type => documentPath(type) === path);
  if (served.length === 0) return undefined;
  return {openapi: '3.0.0', info, paths: pathsOf(served, parametersV3), components: {schemas: definitionsOf(served)}};
}

/** `GET /openapi/v2` in JSON. */
export function openApiV2(types: readonly ResourceType[]): Fields {
  const definitions: unknown = JSON.parse(JSON.stringify(definitionsOf(types)).replaceAll(definitionPrefix, '#/definitions/'));
  return {swagger: '2.0', info, paths: pathsOf(types, parametersV2), definitions};
}

type Operation = {readonly method: string; readonly action: string; readonly writes: boolean};

const onCollection: readonly Operation[] = [
  {method: 'get', action: 'list', writes: false},
  {method: 'post', action: 'post', writes: true},
  {method: 'delete', action: 'deletecollection', writes: false},
];
const onItem: readonly Operation[] = [
  {method: 'get', action: 'get', writes: false},
  {method: 'put', action: 'put', writes: true},
  {method: 'patch', action: 'patch', writes: true},
  {method: 'delete', action: 'delete', writes: false},
];
const verbOfAction: Readonly<Record<string, string>> = {post: 'create', put: 'update'};

/** kubectl looks here whether it may leave the check of fields to the server. */
const parametersV3 = [
  {name: 'dryRun', in: 'query', schema: {type: 'string', uniqueItems: true}},
  {name: 'fieldManager', in: 'query', schema: {type: 'string', uniqueItems: true}},
  {name: 'fieldValidation', in: 'query', schema: {type: 'string', uniqueItems: true}},
];
const parametersV2 = parametersV3.map(({name}) => ({name, in: 'query', type: 'string', uniqueItems: true}));

function pathsOf(types: readonly ResourceType[], parameters: readonly Fields[]): Fields {
  const paths: Record<string, Fields> = {};
  for (const type of types) {
    const root = resourcePath(type, type.isNamespaced ? 'NAMESPACE' : undefined).replace('/NAMESPACE/', '/{namespace}/');
    if (type.isNamespaced && type.verbs.includes('list'))
      paths[resourcePath(type)] = operations(type, onCollection.slice(0, 1), parameters);
    paths[root] = operations(type, onCollection, parameters);
    if (type.verbs.includes('get')) paths[`${root}/{name}`] = operations(type, onItem, parameters);
  }
  return paths;
}

function operations(type: ResourceType, list: readonly Operation[], parameters: readonly Fields[]): Fields {
  const {group, version, kind} = type;
  const found: Record<string, Fields> = {};
  for (const {method, action, writes} of list) {
    if (!type.verbs.includes(verbOfAction[action] ?? action)) continue;
    found[method] = {
      description: `${action} ${kind}`,
      operationId: `${action}${group.replaceAll('.', '_')}${version}${type.plural}`,
      parameters: writes ? parameters : [],
      responses: {200: {description: 'OK'}},
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': {group, version, kind},
    };
  }
  return found;
}

function definitionsOf(types: readonly ResourceType[]): Readonly<Record<string, Schema>> {
  const all = builtinDefinitions();
  const found: Record<string, Schema> = {};
  const open: string[] = [objectMeta];
  for (const type of types) {
    const builtin = builtinDefinitionName(type);
    if (builtin !== undefined) open.push(builtin);
    else found[customDefinitionName(type)] = customDefinition(type);
  }
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = all[name];
    if (schema === undefined || found[name] !== undefined) continue;
    found[name] = schema;
    open.push(...referencesIn(schema));
  }
  return found;
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isFields(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref.slice(definitionPrefix.length)] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

/** `io.deckhouse.v1alpha1.Module`. */
function customDefinitionName(type: ResourceType): string {
  return [...type.group.split('.').reverse(), type.version, type.kind].join('.');
}

function customDefinition(type: ResourceType): Schema {
  const {group, version, kind} = type;
  const own = type.schema ?? {type: 'object', 'x-kubernetes-preserve-unknown-fields': true};
  const properties = isFields(own.properties) ? own.properties : {};
  return {
    ...own,
    properties: {
      ...properties,
      apiVersion: {type: 'string', description: 'The version of the schema that this object follows: GROUP/VERSION.'},
      kind: {type: 'string', description: 'The kind of the object, in CamelCase. Cannot be changed.'},
      metadata: {allOf: [{$ref: `${definitionPrefix}${objectMeta}`}], description: 'Standard metadata of an object.'},
    },
    'x-kubernetes-group-version-kind': [{group, version, kind}],
  };
}
