/** Faults of an object's metadata, in the order and words of kube-apiserver. */
import {Buffer} from 'node:buffer';
import type {KubeObject, OwnerReference} from '../../domain/kube-object.ts';
import type {StatusCause} from '../../domain/status-error.ts';
import type {Draft} from './api-object.ts';
import {finalizerFault, labelKeyFault, labelValueFault, type NameRule, nameFault} from './metadata-syntax.ts';
import {forbidden, invalid, required, tooLong} from './schema/field-error.ts';

const ANNOTATION_BYTES_MAX = 256 * 1024;

export function metadataFaults(draft: Draft, rule: NameRule): StatusCause[] {
  const {name, labels, annotations, finalizers, ownerReferences} = draft.metadata;
  return [
    ...(name === undefined || name === '' ? [required('metadata.name', 'name or generateName is required')] : nameFaults(name, rule)),
    ...Object.entries(labels ?? {}).flatMap(([key, value]) => labelFaults(key, value)),
    ...annotationFaults(annotations ?? {}),
    ...(ownerReferences ?? []).flatMap(reference => ownerFaults(reference)),
    ...(finalizers ?? []).flatMap((finalizer, index) => fault(finalizerFault(finalizer), `metadata.finalizers[${index}]`, finalizer)),
  ];
}

/** What an update may not change. */
export function updateFaults(draft: Draft, current: KubeObject): StatusCause[] {
  const {uid, finalizers, deletionTimestamp} = draft.metadata;
  const faults: StatusCause[] = [];
  if (uid !== undefined && uid !== current.metadata.uid) faults.push(invalid('metadata.uid', uid, 'field is immutable'));
  const {deletionTimestamp: deletedAt} = current.metadata;
  if (deletionTimestamp !== undefined && deletionTimestamp !== deletedAt) {
    faults.push(invalid('metadata.deletionTimestamp', deletionTimestamp, 'field is immutable'));
  }
  const before = current.metadata.finalizers ?? [];
  const added = (finalizers ?? []).filter(finalizer => !before.includes(finalizer));
  if (deletedAt !== undefined && added.length > 0) {
    const list = added.map(finalizer => JSON.stringify(finalizer)).join(', ');
    const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
    faults.push(forbidden('metadata.finalizers', detail));
  }
  return faults;
}

function nameFaults(name: string, rule: NameRule): StatusCause[] {
  return fault(nameFault(name, rule), 'metadata.name', name);
}

function labelFaults(key: string, value: string): StatusCause[] {
  return [...fault(labelKeyFault(key), 'metadata.labels', key), ...fault(labelValueFault(value), 'metadata.labels', value)];
}

function annotationFaults(annotations: Readonly<Record<string, string>>): StatusCause[] {
  const entries = Object.entries(annotations);
  const faults = entries.flatMap(([key]) => fault(labelKeyFault(key.toLowerCase()), 'metadata.annotations', key));
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return bytes > ANNOTATION_BYTES_MAX ? [...faults, tooLong('metadata.annotations', ANNOTATION_BYTES_MAX)] : faults;
}

function ownerFaults(owner: OwnerReference): StatusCause[] {
  const path = 'metadata.ownerReferences';
  const faults: StatusCause[] = [];
  if (owner.apiVersion === '') faults.push(invalid(`${path}.apiVersion`, '', 'version must not be empty'));
  for (const field of ['kind', 'name', 'uid'] as const) {
    if (owner[field] === '') faults.push(invalid(`${path}.${field}`, '', 'must not be empty'));
  }
  return faults;
}

function fault(problem: string | undefined, field: string, value: string): StatusCause[] {
  return problem === undefined ? [] : [invalid(field, value, problem)];
}
