/** Reads the documents in which an API server says what it serves: the aggregated form and the two legacy lists. */
import {type Fields, isFields} from '../domain/fields.ts';
import type {Resource} from '../domain/resource.ts';

/** One version of one group. Their order, groups and versions, is the server's preference. */
export type GroupVersion = {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly Resource[];
  /** The server could not ask whoever serves this version, and lists what it remembers, if anything. */
  readonly isStale: boolean;
};

export type NamedVersion = Pick<GroupVersion, 'group' | 'version'>;

/** undefined where the document is not of this form: an older server answers with the legacy one. */
export function readAggregated(document: unknown): readonly GroupVersion[] | undefined {
  if (!isFields(document) || document.kind !== 'APIGroupDiscoveryList') return undefined;
  return listOf(document.items).flatMap(item => {
    const group = isFields(item.metadata) ? textOf(item.metadata.name) : '';
    return listOf(item.versions).map(({version: name, resources, freshness}) => {
      const version = textOf(name);
      const read = listOf(resources).flatMap(resource => readAggregatedResource(resource, group, version));
      return {group, version, resources: read, isStale: freshness === 'Stale'};
    });
  });
}

/** The versions that `/api` (APIVersions) or `/apis` (APIGroupList) name, the preferred one of each group first. */
export function readVersionNames(document: unknown): readonly NamedVersion[] | undefined {
  if (!isFields(document)) return undefined;
  if (document.kind === 'APIVersions') return stringsOf(document.versions).map(version => ({group: '', version}));
  if (document.kind !== 'APIGroupList') return undefined;
  return listOf(document.groups).flatMap(({name, versions, preferredVersion}) => {
    const preferred = isFields(preferredVersion) ? textOf(preferredVersion.version) : '';
    const all = listOf(versions).map(({version}) => textOf(version));
    const ordered = [...all.filter(version => version === preferred), ...all.filter(version => version !== preferred)];
    return ordered.map(version => ({group: textOf(name), version}));
  });
}

/** An APIResourceList, without its subresources; undefined where it is none. */
export function readResources(document: unknown, {group, version}: NamedVersion): readonly Resource[] | undefined {
  if (!isFields(document) || document.kind !== 'APIResourceList') return undefined;
  return listOf(document.resources).flatMap(({name, singularName, namespaced, kind, verbs, shortNames, categories}) => {
    const plural = textOf(name);
    if (plural === '' || plural.includes('/')) return [];
    const names = {plural, singular: textOf(singularName), kind: textOf(kind)};
    return [toResource({group, version, ...names}, namespaced === true, {verbs, shortNames, categories})];
  });
}

function readAggregatedResource(resource: Fields, group: string, version: string): Resource[] {
  const {resource: plural, singularResource, responseKind, scope, verbs, shortNames, categories} = resource;
  const kind = isFields(responseKind) ? textOf(responseKind.kind) : '';
  // A stale version may name resources without saying of which kind they are.
  if (textOf(plural) === '' || kind === '') return [];
  const names = {plural: textOf(plural), singular: textOf(singularResource), kind};
  return [toResource({group, version, ...names}, scope === 'Namespaced', {verbs, shortNames, categories})];
}

type Names = Pick<Resource, 'group' | 'version' | 'plural' | 'singular' | 'kind'>;

function toResource(names: Names, isNamespaced: boolean, lists: {verbs: unknown; shortNames: unknown; categories: unknown}): Resource {
  return {
    ...names,
    // Servers before 1.27 leave it empty for their own kinds.
    singular: names.singular === '' ? names.kind.toLowerCase() : names.singular,
    isNamespaced,
    verbs: stringsOf(lists.verbs),
    shortNames: stringsOf(lists.shortNames),
    categories: stringsOf(lists.categories),
  };
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
