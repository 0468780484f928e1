/** Names one object of the API server, and the path under which it is reached. */
import type {Fields} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {apiVersionOf, type Resource, resourcePath} from './resource.ts';

/** A served kind, as far as paths and words need it. */
export type KindRef = Pick<Resource, 'group' | 'version' | 'plural' | 'kind' | 'isNamespaced'>;

export type ObjectRef = {
  readonly kind: KindRef;
  /** Set for namespaced kinds only. */
  readonly namespace?: string;
  readonly name: string;
};

export function objectPath({kind, namespace, name}: ObjectRef, subresource?: string): string {
  const path = `${resourcePath(kind, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

export function collectionPath({kind, namespace}: Pick<ObjectRef, 'kind' | 'namespace'>): string {
  return resourcePath(kind, namespace);
}

/** `namespace/name`, or the name alone where there is no namespace. */
export function objectKey({namespace, name}: Pick<ObjectRef, 'namespace' | 'name'>): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** `Node worker-1`, `Pod d8-system/deckhouse-0`. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.kind.kind} ${objectKey(ref)}`;
}

/** The kind of a ref as an object states it. */
export function typeOf({kind}: ObjectRef): {readonly apiVersion: string; readonly kind: string} {
  return {apiVersion: apiVersionOf(kind), kind: kind.kind};
}

export function refOf(kind: KindRef, object: KubeObject): ObjectRef {
  const {namespace, name} = object.metadata;
  return {kind, ...(namespace === undefined ? {} : {namespace}), name};
}

/** An object that is yet to be made, with its type and name in place. */
export function objectFor(ref: ObjectRef, fields: Fields): Fields {
  const {metadata, ...rest} = fields;
  return {
    ...typeOf(ref),
    ...rest,
    metadata: {
      ...(typeof metadata === 'object' && metadata !== null ? metadata : {}),
      name: ref.name,
      ...(ref.namespace === undefined ? {} : {namespace: ref.namespace}),
    },
  };
}
