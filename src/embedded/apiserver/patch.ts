/** The three patches: JSON Patch, merge patch and, for built-ins, strategic merge patch. */
import {applyPatch as applyOperations, type Operation} from 'rfc6902';
import {type Fields, isFields} from '../../domain/fields.ts';
import {mergePatch} from '../../domain/merge-patch.ts';
import type {ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {bodyText, duplicateFaults, mediaType} from './request-body.ts';
import type {ServedType} from './resource-registry.ts';
import {StrategicMergeError, strategicMerge} from './strategic-merge.ts';

const jsonPatch = 'application/json-patch+json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const OPERATIONS_MAX = 10_000;

const apply = 'application/apply-patch+yaml';

export function isApply(call: ApiCall): boolean {
  return mediaType(call) === apply;
}

/** The object as the patch makes it; `current` is in the version of the endpoint and is not changed. */
export function applyPatch(call: ApiCall, served: ServedType, current: Fields): unknown {
  const media = mediaType(call);
  switch (media) {
    case jsonPatch:
      return applyJsonPatch(readPatch(call), current);
    case merge:
      return mergePatch(current, readObjectPatch(call));
    case strategic:
      if (served.crdName !== undefined) throw refused(served);
      return applyStrategic(call, served, current);
    default:
      throw refused(served);
  }
}

function applyStrategic(call: ApiCall, served: ServedType, current: Fields): Fields {
  try {
    return strategicMerge(served.type, current, readObjectPatch(call));
  } catch (error) {
    if (error instanceof StrategicMergeError) throw ApiFault.badRequest(error.message);
    throw error;
  }
}

function refused({crdName}: ServedType): ApiFault {
  if (crdName === undefined) return new ApiFault(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  return ApiFault.unsupportedMedia([jsonPatch, merge, apply]);
}

/** What a strict reader holds against the text of the patch itself. */
export function patchFaults(call: ApiCall): readonly string[] {
  const about = mediaType(call) === jsonPatch ? 'json patch ' : '';
  return duplicateFaults(bodyText(call)).map(fault => `${about}${fault}`);
}

function readPatch(call: ApiCall): unknown {
  try {
    return JSON.parse(bodyText(call));
  } catch (error) {
    throw ApiFault.badRequest(`error decoding patch: ${error instanceof Error ? error.message : 'malformed JSON'}`);
  }
}

function readObjectPatch(call: ApiCall): Fields {
  const patch = readPatch(call);
  if (!isFields(patch)) throw ApiFault.badRequest('error decoding patch: json: cannot unmarshal it into a map');
  return patch;
}

function applyJsonPatch(patch: unknown, current: Fields): unknown {
  if (!Array.isArray(patch))
    throw ApiFault.badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
  if (patch.length > OPERATIONS_MAX) {
    throw new ApiFault(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${OPERATIONS_MAX}, got ${patch.length}`,
    );
  }
  const operations = patch.map(readOperation);
  const copy = structuredClone(current);
  const faults = applyOperations(copy, operations);
  if (faults.some(fault => fault !== null)) {
    throw new ApiFault(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
  return copy;
}

function readOperation(value: unknown): Operation {
  const isOperation = isFields(value) && typeof value.op === 'string' && typeof value.path === 'string';
  if (!isOperation) throw ApiFault.badRequest('error decoding patch: an operation needs op and path');
  // The library answers an unknown op or a missing `from` with a fault of its own.
  return value as unknown as Operation;
}
