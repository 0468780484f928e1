/** Whether a CRD's schema is structural, which pruning, defaulting and server-side tools rely on. */
import type {Schema} from './resource-type.ts';
import {type FieldError, forbidden, invalid, notSupported, required} from './schema/field-error.ts';
import {compilePattern} from './schema/pattern.ts';
import {isOn, propertyNames, propertySchema, schemaList, stringKeyword, stringsKeyword, subschema} from './schema/read-schema.ts';

type Level = 'root' | 'field' | 'item';

const schemaTypes = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const notSupportedKeywords = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];
const emptyTypeDetail: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
};

/** Keywords that say what a value is; under anyOf, oneOf, allOf and not they have no place. */
const structureKeywords: Readonly<Record<string, string>> = {
  type: 'must be empty to be structural',
  additionalProperties: 'must be undefined to be structural',
  default: 'must be undefined to be structural',
  title: 'must be empty to be structural',
  description: 'must be empty to be structural',
  nullable: 'must be false to be structural',
  'x-kubernetes-preserve-unknown-fields': 'must be false to be structural',
  'x-kubernetes-embedded-resource': 'must be false to be structural',
  'x-kubernetes-int-or-string': 'must be false to be structural',
  'x-kubernetes-list-map-keys': 'must be empty to be structural',
  'x-kubernetes-list-type': 'must be undefined to be structural',
  'x-kubernetes-map-type': 'must be undefined to be structural',
};

/** Sorted by field, as the API server sorts them. */
export function structuralFaults(schema: Schema, path: string): FieldError[] {
  const faults = [...structureFaults(schema, path, 'root'), ...completenessFaults(schema, schema, path, path)];
  return faults.sort((a, b) => (`${a.field}: ${a.message}` < `${b.field}: ${b.message}` ? -1 : 1));
}

function structureFaults(schema: Schema, path: string, level: Level): FieldError[] {
  const items = subschema(schema, 'items');
  const additional = subschema(schema, 'additionalProperties');
  return [
    ...typeFaults(schema, path, level),
    ...keywordFaults(schema, path),
    ...listTypeFaults(schema, path),
    ...combinationFaults(schema, path),
    ...(items === undefined ? [] : structureFaults(items, `${path}.items`, 'item')),
    ...(additional === undefined ? [] : structureFaults(additional, `${path}.additionalProperties`, 'field')),
    ...propertyNames(schema).flatMap(name => {
      const property = propertySchema(schema, name);
      const at = `${path}.properties[${name}]`;
      if (property === undefined) return [];
      return level === 'root' && name === 'metadata' ? metadataFaults(property, at) : structureFaults(property, at, 'field');
    }),
  ];
}

function typeFaults(schema: Schema, path: string, level: Level): FieldError[] {
  const type = stringKeyword(schema, 'type') ?? '';
  const faults: FieldError[] = [];
  if (type === 'null') faults.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  else if (type !== '' && !schemaTypes.includes(type)) faults.push(notSupported(`${path}.type`, type, schemaTypes));
  const isTyped = isOn(schema, 'x-kubernetes-int-or-string') || isOn(schema, 'x-kubernetes-preserve-unknown-fields');
  if (type === '' && !isTyped) faults.push(required(`${path}.type`, emptyTypeDetail[level]));
  if (type === 'array' && subschema(schema, 'items') === undefined) faults.push(required(`${path}.items`, 'must be specified'));
  if (level === 'root') {
    if (type !== '' && type !== 'object') faults.push(invalid(`${path}.type`, type, 'must be object at the root'));
    if (schema.additionalProperties !== undefined) faults.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
    if (isOn(schema, 'nullable')) faults.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'));
  }
  if (isOn(schema, 'x-kubernetes-embedded-resource') && type !== 'object') {
    faults.push(invalid(`${path}.type`, type, 'must be object if x-kubernetes-embedded-resource is true'));
  }
  return faults;
}

function keywordFaults(schema: Schema, path: string): FieldError[] {
  const faults: FieldError[] = [];
  for (const keyword of notSupportedKeywords) {
    if (schema[keyword] !== undefined) faults.push(forbidden(`${path}.${keyword}`, `${keyword} is not supported`));
  }
  if (Array.isArray(schema.items)) faults.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (isOn(schema, 'uniqueItems')) {
    faults.push(forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  }
  if (propertyNames(schema).length > 0 && schema.additionalProperties !== undefined) {
    faults.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  }
  const pattern = stringKeyword(schema, 'pattern');
  if (pattern !== undefined && compilePattern(pattern) === undefined) {
    faults.push(invalid(`${path}.pattern`, pattern, "must be a valid regular expression, but isn't"));
  }
  return faults;
}

function listTypeFaults(schema: Schema, path: string): FieldError[] {
  const listType = stringKeyword(schema, 'x-kubernetes-list-type');
  const keys = stringsKeyword(schema, 'x-kubernetes-list-map-keys');
  const items = subschema(schema, 'items');
  const faults: FieldError[] = [];
  if (listType !== undefined && schema.type !== 'array') {
    faults.push(invalid(`${path}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'));
  }
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    faults.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  }
  if (keys.length > 0 && listType !== 'map') {
    faults.push(required(`${path}.x-kubernetes-list-type`, 'must be map if x-kubernetes-list-map-keys is non-empty'));
  }
  if (listType !== 'map' || items === undefined) return faults;
  if (keys.length === 0) faults.push(required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  const needed = stringsKeyword(items, 'required');
  for (const key of keys) {
    const property = propertySchema(items, key);
    if (property === undefined) {
      faults.push(invalid(`${path}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties'));
    } else if (!needed.includes(key) && property.default === undefined) {
      faults.push(
        required(
          `${path}.items.properties[${key}].default`,
          'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        ),
      );
    }
  }
  return faults;
}

function metadataFaults(schema: Schema, path: string): FieldError[] {
  const extra = propertyNames(schema).filter(name => name !== 'name' && name !== 'generateName');
  const faults = schema.type === 'object' ? [] : [invalid(`${path}.type`, schema.type ?? '', 'must be object')];
  const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return extra.length === 0 ? faults : [...faults, forbidden(path, detail)];
}

function combinationFaults(schema: Schema, path: string): FieldError[] {
  const isIntOrString = isOn(schema, 'x-kubernetes-int-or-string');
  const parts = (['anyOf', 'allOf', 'oneOf'] as const).flatMap(keyword =>
    schemaList(schema, keyword).map((part, index) => ({
      part,
      at: `${path}.${keyword}[${index}]`,
      isFree: isIntOrString && keyword !== 'oneOf',
    })),
  );
  const not = subschema(schema, 'not');
  return [
    ...parts.filter(({isFree}) => !isFree).flatMap(({part, at}) => nestedFaults(part, at)),
    ...(not === undefined ? [] : nestedFaults(not, `${path}.not`)),
  ];
}

function nestedFaults(schema: Schema, path: string): FieldError[] {
  const own = Object.entries(structureKeywords)
    .filter(([keyword]) => schema[keyword] !== undefined && schema[keyword] !== false)
    .map(([keyword, detail]) => forbidden(`${path}.${keyword}`, detail));
  const items = subschema(schema, 'items');
  return [
    ...own,
    ...combinationFaults(schema, path),
    ...(items === undefined ? [] : nestedFaults(items, `${path}.items`)),
    ...propertyNames(schema).flatMap(name => nestedFaults(propertySchema(schema, name) ?? {}, `${path}.properties[${name}]`)),
  ];
}

/** What anyOf, oneOf, allOf and not speak of must be declared outside of them as well. */
function completenessFaults(rules: Schema, structure: Schema, structurePath: string, rulesPath: string): FieldError[] {
  const not = subschema(rules, 'not');
  const parts = ['anyOf', 'allOf', 'oneOf'].flatMap(keyword =>
    schemaList(rules, keyword).map((part, index) => ({part, at: `${rulesPath}.${keyword}[${index}]`})),
  );
  return [...parts, ...(not === undefined ? [] : [{part: not, at: `${rulesPath}.not`}])].flatMap(({part, at}) =>
    nestedCompleteness(part, structure, structurePath, at),
  );
}

function nestedCompleteness(rules: Schema, structure: Schema, structurePath: string, rulesPath: string): FieldError[] {
  const step = (part: Schema, name: string, next: Schema | undefined): FieldError[] => {
    const to = `${structurePath}.${name}`;
    const from = `${rulesPath}.${name}`;
    return next === undefined ? [required(to, `because it is defined in ${from}`)] : nestedCompleteness(part, next, to, from);
  };
  const items = subschema(rules, 'items');
  return [
    ...completenessFaults(rules, structure, structurePath, rulesPath),
    ...(items === undefined ? [] : step(items, 'items', subschema(structure, 'items'))),
    ...propertyNames(rules).flatMap(name =>
      step(propertySchema(rules, name) ?? {}, `properties[${name}]`, propertySchema(structure, name)),
    ),
  ];
}
