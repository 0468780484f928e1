/** Reads a path of the API into the kind, namespace, name and subresource that it names. */
import {ApiFault} from './api-fault.ts';
import type {ResourceRegistry, ServedType} from './resource-registry.ts';

export type Target = {
  readonly served: ServedType;
  /** undefined = cluster-scoped, or all namespaces. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
};

/** undefined where no such API group and version exists at all. */
export function readTarget(path: string, registry: ResourceRegistry): Target | undefined {
  const place = readPlace(path);
  if (place === undefined || !registry.hasGroupVersion(place.group, place.version)) return undefined;
  const {group, version, rest} = place;
  const [first = '', second, third, ...others] = rest;
  if (first === 'namespaces' && second !== undefined && third !== undefined) {
    const inside = registry.find(group, version, third);
    if (inside !== undefined || !isNamespaceSubresource(third)) return inNamespace(inside, second, others);
  }
  const served = registry.find(group, version, first);
  if (served === undefined || rest.length > 3) throw ApiFault.notServed();
  if (second !== undefined && served.type.isNamespaced) throw ApiFault.notServed();
  return {served, namespace: undefined, name: second, subresource: third};
}

function inNamespace(served: ServedType | undefined, namespace: string, rest: readonly string[]): Target {
  if (served === undefined || !served.type.isNamespaced || rest.length > 2) throw ApiFault.notServed();
  return {served, namespace, name: rest[0], subresource: rest[1]};
}

function isNamespaceSubresource(part: string): boolean {
  return part === 'status' || part === 'finalize';
}

function readPlace(path: string): {group: string; version: string; rest: readonly string[]} | undefined {
  const [root, ...parts] = path.split('/').filter(part => part !== '');
  if (root === 'api') {
    const [version = '', ...rest] = parts;
    return {group: '', version, rest};
  }
  if (root !== 'apis') return undefined;
  const [group = '', version = '', ...rest] = parts;
  return {group, version, rest};
}
