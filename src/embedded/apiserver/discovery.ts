/** What the server says it serves: the legacy lists and the aggregated form of apidiscovery.k8s.io. */
import type {Fields} from '../../domain/fields.ts';
import {apiVersionOf} from '../../domain/resource.ts';
import type {ResourceType, Subresource} from './resource-type.ts';

const readWrite = ['get', 'patch', 'update'];

/** `GET /api`. */
export function apiVersions(): Fields {
  return {kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: []};
}

/** `GET /apis`. */
export function apiGroupList(types: readonly ResourceType[]): Fields {
  const groups = groupNames(types).filter(group => group !== '');
  return {kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(group => groupBody(types, group))};
}

/** `GET /apis/GROUP`; undefined when the group is not served. */
export function apiGroup(types: readonly ResourceType[], group: string): Fields | undefined {
  return types.some(type => type.group === group) ? {kind: 'APIGroup', apiVersion: 'v1', ...groupBody(types, group)} : undefined;
}

function groupBody(types: readonly ResourceType[], group: string): Fields {
  const versions = versionsOf(types, group).map(version => ({groupVersion: apiVersionOf({group, version}), version}));
  return {name: group, versions, preferredVersion: versions[0]};
}

/** `GET /api/v1` and `GET /apis/GROUP/VERSION`; undefined when it is not served. */
export function apiResourceList(types: readonly ResourceType[], group: string, version: string): Fields | undefined {
  const served = types.filter(type => type.group === group && type.version === version);
  if (served.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({group, version}),
    resources: served.flatMap(type => [
      resourceEntry(type),
      ...subresourcesOf(type).map(subresource => subresourceEntry(type, subresource)),
    ]),
  };
}

function resourceEntry(type: ResourceType): Fields {
  return {
    name: type.plural,
    singularName: type.singular,
    namespaced: type.isNamespaced,
    kind: type.kind,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 && {shortNames: type.shortNames}),
    ...(type.categories.length > 0 && {categories: type.categories}),
  };
}

function subresourceEntry(type: ResourceType, subresource: Subresource): Fields {
  const isForeign = subresource.group !== type.group || subresource.version !== type.version;
  return {
    name: `${type.plural}/${subresource.name}`,
    singularName: '',
    namespaced: type.isNamespaced,
    ...(isForeign && {group: subresource.group, version: subresource.version}),
    kind: subresource.kind,
    verbs: subresource.verbs,
  };
}

/** status and scale first, then what the kind has of its own. */
export function subresourcesOf(type: ResourceType): readonly Subresource[] {
  const {group, version, kind} = type;
  return [
    ...(type.hasStatus ? [{name: 'status', kind, group, version, verbs: readWrite}] : []),
    ...(type.scale === undefined ? [] : [{name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: readWrite}]),
    ...(type.subresources ?? []),
  ];
}

/** Answer to `g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`, under /api for the core group and under /apis for the rest. */
export function aggregatedDiscovery(types: readonly ResourceType[], root: 'api' | 'apis', discoveryVersion: 'v2' | 'v2beta1'): Fields {
  const groups = groupNames(types).filter(group => (group === '') === (root === 'api'));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${discoveryVersion}`,
    metadata: {},
    items: groups.map(group => ({
      metadata: group === '' ? {creationTimestamp: null} : {name: group, creationTimestamp: null},
      versions: versionsOf(types, group).map(version => ({
        version,
        resources: types.filter(type => type.group === group && type.version === version).map(discoveredResource),
        freshness: 'Current',
      })),
    })),
  };
}

function discoveredResource(type: ResourceType): Fields {
  const subresources = subresourcesOf(type).map(({name, kind, group, version, verbs}) => ({
    subresource: name,
    responseKind: {group, version, kind},
    verbs,
  }));
  return {
    resource: type.plural,
    responseKind: {group: type.group, version: type.version, kind: type.kind},
    scope: type.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 && {shortNames: type.shortNames}),
    ...(type.categories.length > 0 && {categories: type.categories}),
    ...(subresources.length > 0 && {subresources}),
  };
}

/** In the order of the types: built-in groups first, so that kubectl's bare `events` stays the core kind. */
function groupNames(types: readonly ResourceType[]): readonly string[] {
  return [...new Set(types.map(type => type.group))];
}

/** Newest and most stable first: v2 before v1, v1 before v1beta2. */
function versionsOf(types: readonly ResourceType[], group: string): readonly string[] {
  const versions = new Set(types.filter(type => type.group === group).map(type => type.version));
  return [...versions].sort((a, b) => compareVersions(b, a));
}

/** Positive when `a` is to be preferred. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  if (left === undefined || right === undefined) return left === right ? (a < b ? 1 : -1) : left === undefined ? -1 : 1;
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(version: string): readonly number[] | undefined {
  const [whole, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (whole === undefined) return undefined;
  const stability = stage === undefined ? 2 : stage === 'beta' ? 1 : 0;
  return [stability, Number(major), Number(minor ?? 0)];
}
