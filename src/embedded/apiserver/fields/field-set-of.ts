/** The set of all fields that a value gives. */
import {isFields} from '../../../domain/fields.ts';
import {type FieldSet, fieldSet, noFields, oneField} from './field-set.ts';
import {fieldShape, isAtomicMap, isNamed, itemElement, itemShape, listShape, type Shape} from './field-shape.ts';

/** The root is never in the set itself. */
export function fieldsOf(shape: Shape, value: unknown): FieldSet {
  if (Array.isArray(value)) return fieldsOfList(shape, value);
  if (!isFields(value)) return oneField;
  if (isAtomicMap(shape)) return oneField;
  const children = Object.entries(value).map(([name, field]) => [`f:${name}`, fieldOf(shape, name, field)] as const);
  return fieldSet(false, children);
}

/** Keys of maps are fields of their own, and so is what is empty. */
function fieldOf(shape: Shape, name: string, field: unknown): FieldSet {
  const below = fieldsOf(fieldShape(shape, name), field);
  const isEmptyMap = isFields(field) && Object.keys(field).length === 0;
  return isEmptyMap || !isNamed(shape, name) ? {...below, isMember: true} : below;
}

function fieldsOfList(shape: Shape, list: readonly unknown[]): FieldSet {
  const kind = listShape(shape);
  if (kind.by === 'whole') return oneField;
  const children = new Map<string, FieldSet>();
  for (const item of list) {
    const element = itemElement(shape, kind, item);
    const isRepeated = children.has(element);
    // Items that share a key are owned together, without their fields.
    children.set(element, isRepeated ? oneField : {...itemFields(itemShape(shape), item), isMember: true});
  }
  return fieldSet(false, children);
}

function itemFields(shape: Shape, item: unknown): FieldSet {
  return isFields(item) ? fieldsOf(shape, item) : noFields;
}
