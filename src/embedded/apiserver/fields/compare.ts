/** Which fields differ between two states of one object. */
import {isDeepStrictEqual} from 'node:util';
import {type Fields, isFields} from '../../../domain/fields.ts';
import {type FieldSet, fieldSet, isEmpty, noFields, oneField, union} from './field-set.ts';
import {fieldShape, isAtomicMap, itemElement, itemShape, listShape, type Shape} from './field-shape.ts';

export type Comparison = {readonly added: FieldSet; readonly modified: FieldSet; readonly removed: FieldSet};

type Children = Iterable<readonly [string, Comparison]>;

const same: Comparison = {added: noFields, modified: noFields, removed: noFields};

/** undefined = not there. */
export function compare(shape: Shape, before: unknown, after: unknown): Comparison {
  if (before === after) return same;
  if (isMapLike(before) && isMapLike(after) && (isFields(before) || isFields(after))) {
    return isAtomicMap(shape) || isBare(before, after) ? leaf(before, after) : compareMaps(shape, before ?? {}, after ?? {}, before, after);
  }
  if (isListLike(before) && isListLike(after) && (Array.isArray(before) || Array.isArray(after))) {
    return listShape(shape).by === 'whole' || isBare(before, after) ? leaf(before, after) : compareLists(shape, before, after);
  }
  return leaf(before, after);
}

export function changed({added, modified}: Comparison): FieldSet {
  return union(added, modified);
}

export function filtered(comparison: Comparison, keep: (set: FieldSet) => FieldSet): Comparison {
  return {added: keep(comparison.added), modified: keep(comparison.modified), removed: keep(comparison.removed)};
}

function compareMaps(shape: Shape, left: Fields, right: Fields, before: unknown, after: unknown): Comparison {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  const children = [...names].map(name => [`f:${name}`, compare(fieldShape(shape, name), left[name], right[name])] as const);
  return branch(before, after, children);
}

function compareLists(
  shape: Shape,
  before: readonly unknown[] | null | undefined,
  after: readonly unknown[] | null | undefined,
): Comparison {
  const [left, right] = [byElement(shape, before ?? []), byElement(shape, after ?? [])];
  const elements = new Set([...left.keys(), ...right.keys()]);
  const children = [...elements].map(
    element => [element, compareItems(itemShape(shape), left.get(element) ?? [], right.get(element) ?? [])] as const,
  );
  return branch(before, after, children);
}

/** Items that share a key are compared as one thing. */
function compareItems(shape: Shape, left: readonly unknown[], right: readonly unknown[]): Comparison {
  if (left.length <= 1 && right.length <= 1) return compare(shape, left[0], right[0]);
  if (left.length > 1 && right.length > 1) return isDeepStrictEqual(left, right) ? same : {...same, modified: oneField};
  if (left.length > 1) {
    const next = right.length === 0 ? same : compare(shape, undefined, right[0]);
    return {...next, removed: union(next.removed, oneField)};
  }
  const gone = left.length === 0 ? same : compare(shape, left[0], undefined);
  return {...gone, added: union(gone.added, oneField)};
}

function byElement(shape: Shape, list: readonly unknown[]): ReadonlyMap<string, readonly unknown[]> {
  const found = new Map<string, readonly unknown[]>();
  const kind = listShape(shape);
  for (const item of list) {
    const element = itemElement(shape, kind, item);
    found.set(element, [...(found.get(element) ?? []), item]);
  }
  return found;
}

function leaf(before: unknown, after: unknown): Comparison {
  if (before === undefined) return after === undefined ? same : {...same, added: oneField};
  if (after === undefined) return {...same, removed: oneField};
  return isDeepStrictEqual(before, after) ? same : {...same, modified: oneField};
}

/** What is taken apart is itself added or removed when the other side has nothing there. */
function branch(before: unknown, after: unknown, children: Children): Comparison {
  const all = [...children].filter(([, child]) => !(isEmpty(child.added) && isEmpty(child.modified) && isEmpty(child.removed)));
  return {
    added: fieldSet(
      before === undefined,
      all.map(([element, {added}]) => [element, added] as const),
    ),
    modified: fieldSet(
      false,
      all.map(([element, {modified}]) => [element, modified] as const),
    ),
    removed: fieldSet(
      after === undefined,
      all.map(([element, {removed}]) => [element, removed] as const),
    ),
  };
}

function isMapLike(value: unknown): value is Fields | null | undefined {
  return value === undefined || value === null || isFields(value);
}

function isListLike(value: unknown): value is readonly unknown[] | null | undefined {
  return value === undefined || value === null || Array.isArray(value);
}

/** Nothing to take apart on either side: the difference between empty, null and absent is kept. */
function isBare(before: object | null | undefined, after: object | null | undefined): boolean {
  return Object.keys(before ?? {}).length === 0 && Object.keys(after ?? {}).length === 0;
}
