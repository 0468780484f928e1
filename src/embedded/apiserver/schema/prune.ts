/** Drops, or lists, the fields of an object that its structural schema does not name. */
import {type Fields, isFields} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';
import {isOn, propertySchema, subschema} from './read-schema.ts';

/** Every embedded object, the root among them, has these whether its schema names them or not. */
const objectFields = new Set(['apiVersion', 'kind', 'metadata']);

const metadataFields = new Set([
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]);

type OnUnknown = (path: string) => void;

/** The same object when nothing had to go. */
export function prune<T extends Fields>(schema: Schema, object: T): T {
  const pruned = pruneFields(schema, object, '', true, () => undefined);
  // Pruning takes fields away and never apiVersion, kind or metadata, so the type of the whole still holds.
  return pruned === object ? object : (pruned as T);
}

/** Paths as the API server names them in `unknown field "spec.foo[0].bar"`, sorted. */
export function unknownFields(schema: Schema, object: Fields): string[] {
  const paths: string[] = [];
  pruneFields(schema, object, '', true, path => paths.push(path));
  const metadata = object.metadata;
  if (isFields(metadata)) {
    for (const field of Object.keys(metadata)) if (!metadataFields.has(field)) paths.push(`metadata.${field}`);
  }
  return paths.sort();
}

function pruneValue(schema: Schema | undefined, value: unknown, path: string, onUnknown: OnUnknown): unknown {
  if (Array.isArray(value)) return pruneItems(schema, value, path, onUnknown);
  if (!isFields(value)) return value;
  return pruneFields(schema, value, path, schema !== undefined && isOn(schema, 'x-kubernetes-embedded-resource'), onUnknown);
}

function pruneItems(schema: Schema | undefined, list: readonly unknown[], path: string, onUnknown: OnUnknown): readonly unknown[] {
  if (schema !== undefined && subschema(schema, 'items') === undefined && isOn(schema, 'x-kubernetes-preserve-unknown-fields')) return list;
  const items = schema === undefined ? undefined : subschema(schema, 'items');
  let isChanged = false;
  const kept = list.map((item, index) => {
    const pruned = pruneValue(items, item, `${path}[${index}]`, onUnknown);
    isChanged ||= pruned !== item;
    return pruned;
  });
  return isChanged ? kept : list;
}

function pruneFields(schema: Schema | undefined, fields: Fields, path: string, isObject: boolean, onUnknown: OnUnknown): Fields {
  const additional = schema === undefined ? undefined : subschema(schema, 'additionalProperties');
  const keepsUnknown =
    schema !== undefined && (isOn(schema, 'x-kubernetes-preserve-unknown-fields') || isOn(schema, 'additionalProperties'));
  const kept: Record<string, unknown> = {};
  let isChanged = false;
  for (const [name, value] of Object.entries(fields)) {
    const at = path === '' ? name : `${path}.${name}`;
    const known = schema === undefined ? undefined : (propertySchema(schema, name) ?? additional);
    if (isObject && objectFields.has(name)) kept[name] = value;
    else if (known !== undefined) {
      kept[name] = pruneValue(known, value, at, onUnknown);
      isChanged ||= kept[name] !== value;
    } else if (keepsUnknown) kept[name] = value;
    else {
      onUnknown(at);
      isChanged = true;
    }
  }
  return isChanged ? kept : fields;
}
