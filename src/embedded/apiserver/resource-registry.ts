/** The kinds served now: the built-in table and what the CustomResourceDefinitions of the moment add. */
import {apiVersionOf, resourceName} from '../../domain/resource.ts';
import {builtinTypes} from './builtin-kinds.ts';
import type {ResourceType} from './resource-type.ts';

export type ServedType = {
  readonly type: ResourceType;
  /** Where its objects are stored; all versions of a kind share it. */
  readonly collection: string;
  /** The CRD it comes from; undefined for built-ins. */
  readonly crdName: string | undefined;
};

/** Kinds that are only questions to the server and never stored. */
const notStored = new Set(['authentication.k8s.io', 'authorization.k8s.io']);

export class ResourceRegistry {
  readonly #builtins: readonly ServedType[];
  readonly #custom: Map<string, readonly ServedType[]>;
  #byPath = new Map<string, ServedType>();
  #byKind = new Map<string, ServedType>();
  #byCollection = new Map<string, ServedType>();
  #types: readonly ResourceType[] = [];

  /** Beginning with what `from` serves now, and going its own way afterwards. */
  constructor(from?: ResourceRegistry) {
    this.#builtins =
      from === undefined ? builtinTypes.map(type => ({type, collection: builtinCollection(type), crdName: undefined})) : from.#builtins;
    this.#custom = new Map(from === undefined ? [] : from.#custom);
    this.#index();
  }

  /** All served kinds and versions, for discovery; another array after each change. */
  get types(): readonly ResourceType[] {
    return this.#types;
  }

  find(group: string, version: string, plural: string): ServedType | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** The kind an owner reference names. */
  findKind(apiVersion: string, kind: string): ServedType | undefined {
    return this.#byKind.get(`${apiVersion} ${kind}`);
  }

  /** Every stored collection once, under one of its served versions. */
  stored(): Iterable<ServedType> {
    return this.#byCollection.values();
  }

  findCollection(collection: string): ServedType | undefined {
    return this.#byCollection.get(collection);
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.#types.some(type => type.group === group && type.version === version);
  }

  serveCrd(crdName: string, types: readonly ResourceType[]): void {
    this.#custom.set(
      crdName,
      types.map(type => ({type, collection: crdName, crdName})),
    );
    this.#index();
  }

  unserveCrd(crdName: string): void {
    if (this.#custom.delete(crdName)) this.#index();
  }

  #index(): void {
    const all = [...this.#builtins, ...[...this.#custom.values()].flat()];
    this.#byPath = new Map(all.map(served => [`${served.type.group}/${served.type.version}/${served.type.plural}`, served]));
    this.#byKind = new Map(all.map(served => [`${apiVersionOf(served.type)} ${served.type.kind}`, served]));
    const stored = all.filter(({type}) => !notStored.has(type.group)).reverse();
    this.#byCollection = new Map(stored.map(served => [served.collection, served]));
    this.#types = all.map(served => served.type);
  }
}

/** Events are one set of objects with two faces: core v1 and events.k8s.io. */
function builtinCollection(type: ResourceType): string {
  return type.group === 'events.k8s.io' ? 'events' : resourceName(type);
}
