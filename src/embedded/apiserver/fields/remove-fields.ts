/** Takes the fields of a set out of an object; what becomes empty by it goes too. */
import {isFields} from '../../../domain/fields.ts';
import {at, type FieldSet, isEmpty} from './field-set.ts';
import {fieldShape, isAtomicMap, isNamed, itemElement, itemShape, listShape, type Shape} from './field-shape.ts';

/** undefined when nothing is left. */
export function removeFields(shape: Shape, value: unknown, set: FieldSet): unknown {
  if (Array.isArray(value)) return removeItems(shape, value, set);
  if (!isFields(value) || isAtomicMap(shape)) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const below = at(set, `f:${name}`);
    if (below.isMember) continue;
    const left = isEmpty(below) ? field : removeFields(fieldShape(shape, name), field, below);
    if (left !== undefined) kept[name] = left;
  }
  return Object.keys(kept).length === 0 && Object.keys(value).length > 0 ? undefined : kept;
}

function removeItems(shape: Shape, list: readonly unknown[], set: FieldSet): readonly unknown[] | undefined {
  const kind = listShape(shape);
  if (kind.by === 'whole') return list;
  const kept = list.flatMap(item => {
    const below = at(set, itemElement(shape, kind, item));
    if (below.isMember) return [];
    return [isEmpty(below) ? item : removeFields(itemShape(shape), item, below)];
  });
  return kept.length === 0 && list.length > 0 ? undefined : kept;
}

/** The set, with every named field on the way to its fields. */
export function withNamedFields(shape: Shape, set: FieldSet): FieldSet {
  const below = new Map<string, FieldSet>();
  for (const [element, child] of set.below) {
    if (element.startsWith('f:')) {
      const name = element.slice(2);
      const inner = withNamedFields(fieldShape(shape, name), child);
      below.set(element, isNamed(shape, name) ? {...inner, isMember: true} : inner);
    } else {
      below.set(element, withNamedFields(itemShape(shape), child));
    }
  }
  return {isMember: set.isMember, below};
}
