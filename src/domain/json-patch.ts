/** JSON Patch (RFC 6902), as far as changes of objects need it: add, remove, replace and test. */
import {canonicalJson} from './canonical-json.ts';
import {type Fields, isFields} from './fields.ts';

export type PatchOperation =
  | {readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown}
  | {readonly op: 'remove'; readonly path: string};

export class PatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PatchError';
  }
}

/** Throws PatchError where an entry is no operation of the four. */
export function readOperations(list: readonly unknown[]): readonly PatchOperation[] {
  return list.map((entry, index) => {
    if (!isFields(entry) || typeof entry.path !== 'string' || (entry.path !== '' && !entry.path.startsWith('/'))) {
      throw new PatchError(`operation ${index} has no path such as /spec/replicas`);
    }
    const {op, path, value} = entry;
    if (op === 'remove') return {op, path};
    if (op !== 'add' && op !== 'replace' && op !== 'test')
      throw new PatchError(`operation ${index} is ${String(op)}: only add, remove, replace and test`);
    if (value === undefined) throw new PatchError(`operation ${index} has no value`);
    return {op, path, value};
  });
}

/** A new object; `object` stays as it is. Throws PatchError where an operation does not fit. */
export function applyOperations(object: Fields, operations: readonly PatchOperation[]): Fields {
  const result = operations.reduce<unknown>((value, operation) => {
    if (operation.op !== 'test') return change(value, stepsOf(operation.path), operation);
    if (isSameJson(valueAt(value, operation.path), operation.value)) return value;
    throw new PatchError(`${operation.path} is ${show(valueAt(value, operation.path))}, not ${show(operation.value)}`);
  }, object);
  if (!isFields(result)) throw new PatchError('the patch leaves no object');
  return result;
}

/** undefined where nothing stands. */
export function valueAt(root: unknown, path: string): unknown {
  return stepsOf(path).reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[indexOf(step, value.length)];
    return isFields(value) ? value[step] : undefined;
  }, root);
}

/** `/metadata/annotations/a~1b` → metadata, annotations, a/b. */
export function stepsOf(path: string): readonly string[] {
  return path === ''
    ? []
    : path
        .slice(1)
        .split('/')
        .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function isSameJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

/** Short enough for a sentence. */
export function show(value: unknown): string {
  const text = value === undefined ? 'not there' : canonicalJson(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

type Change = Exclude<PatchOperation, {op: 'test'}>;

function change(value: unknown, [step, ...rest]: readonly string[], operation: Change): unknown {
  if (step === undefined) {
    if (operation.op === 'remove') throw new PatchError('the whole object cannot be removed');
    return operation.value;
  }
  if (Array.isArray(value)) return changeItem(value, step, rest, operation);
  if (!isFields(value)) throw new PatchError(`${operation.path} leads through what is no object`);
  if (rest.length > 0) {
    if (value[step] === undefined) throw new PatchError(`${operation.path}: there is no ${step}`);
    return {...value, [step]: change(value[step], rest, operation)};
  }
  if (operation.op !== 'add' && value[step] === undefined) throw new PatchError(`${operation.path} is not there`);
  if (operation.op !== 'remove') return {...value, [step]: operation.value};
  const {[step]: _, ...others} = value;
  return others;
}

function changeItem(list: readonly unknown[], step: string, rest: readonly string[], operation: Change): unknown {
  const index = indexOf(step, list.length);
  const isEnd = operation.op === 'add' && rest.length === 0;
  if (index < 0 || index > list.length || (index === list.length && !isEnd))
    throw new PatchError(`${operation.path}: there is no item ${step}`);
  if (rest.length > 0) return list.with(index, change(list[index], rest, operation));
  if (operation.op === 'remove') return list.toSpliced(index, 1);
  return operation.op === 'add' ? list.toSpliced(index, 0, operation.value) : list.with(index, operation.value);
}

function indexOf(step: string, length: number): number {
  if (step === '-') return length;
  return /^(?:0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
}
