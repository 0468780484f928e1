/** An edit of an object that has changed since: it still goes in where nobody else touched what it touches. */
import type {Fields} from './fields.ts';
import {holdsValue} from './holds-value.ts';
import {applyOperations, isSameJson, PatchError, type PatchOperation, show, valueAt} from './json-patch.ts';
import {diffPatch} from './merge-patch.ts';

const versionPath = '/metadata/resourceVersion';

/**
 * What the edit would overwrite of others, a sentence each. `test` operations say what stood at a path when the edit was
 * made; without one, a value that is replaced or removed cannot be told from somebody else's.
 */
export function editConflicts(live: Fields, operations: readonly PatchOperation[]): readonly string[] {
  const isUnchanged = operations.every(operation => operation.op !== 'test' || isSameJson(valueAt(live, operation.path), operation.value));
  if (isUnchanged && operations.some(({op, path}) => op === 'test' && path === versionPath)) return [];
  const before = new Map(operations.flatMap(operation => (operation.op === 'test' ? [[operation.path, operation.value]] : [])));
  return operations.filter(({op}) => op !== 'test').flatMap(operation => conflictOf(live, operation, before));
}

/** What stands where the operations change something; a list counts whole, since its items are named by their place. */
export function touchedValues(live: Fields, operations: readonly PatchOperation[]): readonly unknown[] {
  const paths = operations.filter(({op}) => op !== 'test').map(({path}) => path.replace(/\/(?:\d+|-)(?:\/.*)?$/, ''));
  return [...new Set(paths)].sort().map(path => valueAt(live, path) ?? null);
}

/** Every change is there, with or without what the server adds to it. */
export function holdsEdit(live: Fields, operations: readonly PatchOperation[]): boolean {
  return operations.every(operation => {
    if (operation.op === 'test') return true;
    if (operation.op === 'remove') return valueAt(live, operation.path) === undefined;
    if (!operation.path.endsWith('/-')) return holdsValue(valueAt(live, operation.path), operation.value);
    const list = valueAt(live, operation.path.slice(0, -2));
    return Array.isArray(list) && holdsValue(list.at(-1), operation.value);
  });
}

export function changeOf(live: Fields, operations: readonly PatchOperation[]): Fields {
  return diffPatch(
    live,
    applyOperations(
      live,
      operations.filter(({op}) => op !== 'test'),
    ),
  );
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
