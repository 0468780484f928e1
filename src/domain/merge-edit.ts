/** An edit of an object that has changed since: it still goes in where nobody else touched what it touches. */
import type {Fields} from './fields.ts';
import {applyOperations, isSameJson, PatchError, type PatchOperation, show, valueAt} from './json-patch.ts';

const versionPath = '/metadata/resourceVersion';

export type Edit =
  | {readonly kind: 'edited'; readonly object: Fields; readonly isMerged: boolean}
  | {readonly kind: 'conflict'; readonly conflicts: readonly string[]};

/**
 * `test` operations say what stood at a path when the edit was made; without one, a value that is replaced or removed
 * cannot be told from somebody else's.
 */
export function mergeEdit(live: Fields, operations: readonly PatchOperation[]): Edit {
  const isUnchanged = operations.every(operation => operation.op !== 'test' || isSameJson(valueAt(live, operation.path), operation.value));
  if (isUnchanged && operations.some(({op, path}) => op === 'test' && path === versionPath)) {
    return {kind: 'edited', object: applyOperations(live, operations), isMerged: false};
  }
  const before = new Map(operations.flatMap(operation => (operation.op === 'test' ? [[operation.path, operation.value]] : [])));
  const changes = operations.filter(({op}) => op !== 'test');
  const conflicts = changes.flatMap(operation => conflictOf(live, operation, before));
  if (conflicts.length > 0) return {kind: 'conflict', conflicts};
  return {kind: 'edited', object: applyOperations(live, changes), isMerged: true};
}

function conflictOf(live: Fields, operation: PatchOperation, before: ReadonlyMap<string, unknown>): readonly string[] {
  const {op, path} = operation;
  const now = valueAt(live, path);
  const wanted = op === 'remove' ? 'removed' : show(operation.value);
  if (op !== 'remove' && isSameJson(now, operation.value)) return [];
  if (before.has(path)) {
    const was = before.get(path);
    return isSameJson(now, was) ? [] : [`${path} was ${show(was)}, is ${show(now)} now, and was to be ${wanted}`];
  }
  if (now === undefined) return op === 'add' ? [] : [`${path} is gone, and was to be ${wanted}`];
  return [`${path} is ${show(now)} now, and was to be ${wanted}`];
}

/** Throws PatchError: an edit names the object and the version that it was made of. */
export function requireFence(operations: readonly PatchOperation[]): {readonly uid: string; readonly resourceVersion: string} {
  const tested = (path: string): string => {
    const found = operations.find(operation => operation.op === 'test' && operation.path === path);
    if (found === undefined || found.op !== 'test' || typeof found.value !== 'string')
      throw new PatchError(`the patch has no test of ${path}`);
    return found.value;
  };
  return {uid: tested('/metadata/uid'), resourceVersion: tested(versionPath)};
}
