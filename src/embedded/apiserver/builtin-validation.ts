/** The few faults of built-in kinds that the server looks for: fields without which the object means nothing. */
import {Buffer} from 'node:buffer';
import {type Fields, isFields} from '../../domain/fields.ts';
import type {StatusCause} from '../../domain/status-error.ts';
import {policyGroup} from './admission/policy-defaults.ts';
import {bindingFaults, mutatingPolicyFaults, validatingPolicyFaults} from './admission/policy-validation.ts';
import type {Draft} from './api-object.ts';
import {required, tooLong} from './schema/field-error.ts';

export function builtinFaults(collection: string, draft: Draft): readonly StatusCause[] {
  if (textMaps[collection] !== undefined) return sizeFaults(collection, draft);
  if (collection === 'pods') return podFaults(draft.spec, 'spec');
  const spec = isFields(draft.spec) ? draft.spec : {};
  const policy = policyChecks[collection];
  if (policy !== undefined) return policy(spec);
  if (!templated.has(collection)) return [];
  const template = isFields(spec.template) ? spec.template : {};
  return [...(isFields(spec.selector) ? [] : [required('spec.selector')]), ...podFaults(template.spec, 'spec.template.spec')];
}

const policyChecks: Readonly<Record<string, (spec: Fields) => readonly StatusCause[]>> = {
  [`validatingadmissionpolicies.${policyGroup}`]: validatingPolicyFaults,
  [`mutatingadmissionpolicies.${policyGroup}`]: mutatingPolicyFaults,
  [`validatingadmissionpolicybindings.${policyGroup}`]: spec => bindingFaults(spec, true),
  [`mutatingadmissionpolicybindings.${policyGroup}`]: spec => bindingFaults(spec, false),
};

/** Maps whose values are texts; a client that sends anything else is told so before anything is looked at. */
const textMaps: Readonly<Record<string, readonly string[]>> = {configmaps: ['data', 'binaryData'], secrets: ['data', 'stringData']};

/** Of these the values are base64. */
const byteMaps = new Set(['configmaps binaryData', 'secrets data']);

export function builtinDecodingFault(collection: string, draft: Draft): string | undefined {
  for (const field of textMaps[collection] ?? []) {
    const value = draft[field] ?? {};
    if (!isFields(value)) return `json: cannot unmarshal ${goType(value)} into Go struct field .${field} of type map[string]string`;
    const wrong = Object.values(value).find(item => item !== null && typeof item !== 'string');
    if (wrong !== undefined) return `json: cannot unmarshal ${goType(wrong)} into Go struct field .${field} of type string`;
    if (byteMaps.has(`${collection} ${field}`) && !Object.values(value).every(isBase64)) return 'illegal base64 data';
  }
  return undefined;
}

/** Without it kube-apiserver could not keep them in etcd. */
const DATA_BYTES_MAX = 1024 * 1024;

function sizeFaults(collection: string, draft: Draft): readonly StatusCause[] {
  const texts = collection === 'configmaps' ? bytesIn(draft.data, Buffer.byteLength) : 0;
  const encoded = bytesIn(collection === 'configmaps' ? draft.binaryData : draft.data, decodedBytes);
  return texts + encoded <= DATA_BYTES_MAX ? [] : [tooLong(collection === 'configmaps' ? '[]' : 'data', DATA_BYTES_MAX)];
}

function bytesIn(map: unknown, bytesOf: (text: string) => number): number {
  if (!isFields(map)) return 0;
  return Object.values(map).reduce<number>((sum, value) => sum + (typeof value === 'string' ? bytesOf(value) : 0), 0);
}

function decodedBytes(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

function isBase64(value: unknown): boolean {
  if (typeof value !== 'string') return true;
  const digits = value.replaceAll(/[\r\n]/g, '');
  return digits.length % 4 === 0 && !/[^A-Za-z0-9+/=]|=[^=]/.test(digits);
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const templated = new Set(['deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'replicasets.apps']);

function podFaults(spec: unknown, path: string): StatusCause[] {
  const containers = isFields(spec) ? spec.containers : undefined;
  if (!Array.isArray(containers) || containers.length === 0) return [required(`${path}.containers`)];
  return containers.flatMap((container, index) => {
    const name = isFields(container) ? container.name : undefined;
    return typeof name === 'string' && name !== '' ? [] : [required(`${path}.containers[${index}].name`)];
  });
}
