/** Kubernetes objects for tests: a plausible one by kind and name, changed by modifiers read from left to right. */
import {isFields} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';

export type Modifier = (object: KubeObject) => KubeObject;

/** Every object is created at this moment unless a modifier says otherwise: a Friday, noon UTC. */
export const createdAt = '2026-01-02T12:00:00Z';

function makerOf(apiVersion: string, kind: string, isNamespaced = false) {
  return (name: string, ...modifiers: readonly Modifier[]): KubeObject => {
    const scope = isNamespaced ? {namespace: 'default'} : {};
    const metadata = {name, ...scope, uid: `${kind}-${name}`, resourceVersion: '1', creationTimestamp: createdAt};
    return modifiers.reduce<KubeObject>((object, modify) => modify(object), {apiVersion, kind, metadata});
  };
}

export const moduleObject = makerOf('deckhouse.io/v1alpha1', 'Module');
export const moduleRelease = makerOf('deckhouse.io/v1alpha1', 'ModuleRelease');
export const deckhouseRelease = makerOf('deckhouse.io/v1alpha1', 'DeckhouseRelease');
export const moduleSource = makerOf('deckhouse.io/v1alpha1', 'ModuleSource');
export const moduleConfig = makerOf('deckhouse.io/v1alpha1', 'ModuleConfig');
export const moduleUpdatePolicy = makerOf('deckhouse.io/v1alpha2', 'ModuleUpdatePolicy');
export const nodeGroup = makerOf('deckhouse.io/v1', 'NodeGroup');
export const oldInstance = makerOf('deckhouse.io/v1alpha1', 'Instance');
export const newInstance = makerOf('deckhouse.io/v1alpha2', 'Instance');
export const node = makerOf('v1', 'Node');
export const pod = makerOf('v1', 'Pod', true);
export const event = makerOf('v1', 'Event', true);
export const secret = makerOf('v1', 'Secret', true);
export const postgresql = makerOf('acid.zalan.do/v1', 'postgresql', true);
export const endpoints = makerOf('v1', 'Endpoints', true);
export const configMap = makerOf('v1', 'ConfigMap', true);
export const claim = makerOf('v1', 'PersistentVolumeClaim', true);
export const volume = makerOf('v1', 'PersistentVolume');

/** `path` is dotted; missing steps are made, lists are replaced whole. */
export function set(path: string, value: unknown): Modifier {
  return object => ({...object, ...withField(object, path.split('.'), value)});
}

export function label(name: string, value: string): Modifier {
  return object => ({...object, metadata: {...object.metadata, labels: {...object.metadata.labels, [name]: value}}});
}

export function annotate(name: string, value = ''): Modifier {
  return object => ({...object, metadata: {...object.metadata, annotations: {...object.metadata.annotations, [name]: value}}});
}

export function created(at: string): Modifier {
  return object => ({...object, metadata: {...object.metadata, creationTimestamp: at}});
}

/** Asked to go at `at`, and held by `finalizers`. */
export function deleting(at: string, ...finalizers: readonly string[]): Modifier {
  return object => ({...object, metadata: {...object.metadata, deletionTimestamp: at, finalizers}});
}

/** Adds to `status.conditions`, or replaces the one of the same type. */
export function condition(type: string, status: string, rest: Readonly<Record<string, unknown>> = {}): Modifier {
  return object => {
    const known = isFields(object.status) ? object.status.conditions : undefined;
    const others = (Array.isArray(known) ? known : []).filter(other => !isFields(other) || other.type !== type);
    return set('status.conditions', [...others, {type, status, lastTransitionTime: createdAt, ...rest}])(object);
  };
}

function withField(fields: Readonly<Record<string, unknown>>, steps: readonly string[], value: unknown): Record<string, unknown> {
  const [step = '', ...rest] = steps;
  if (rest.length === 0) return {...fields, [step]: value};
  const inner = fields[step];
  return {...fields, [step]: withField(isFields(inner) ? inner : {}, rest, value)};
}
