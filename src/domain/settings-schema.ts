/** Settings against the OpenAPI schema that a module declares: what is wrong, with its place. Formats are left to the platform. */
import {canonicalJson} from './canonical-json.ts';
import {type Fields, isFields} from './fields.ts';

const problemsMax = 10;

export function settingsProblems(settings: Fields, schema: Fields): readonly string[] {
  return check(settings, schema, '').slice(0, problemsMax);
}

function check(value: unknown, schema: Fields, path: string): readonly string[] {
  const at = path === '' ? 'settings' : path;
  if (value === null) return schema.nullable === true || typeof schema.type !== 'string' ? [] : [`${at} is null`];
  if (typeof schema.type === 'string' && !isOfType(value, schema.type)) return [`${at} must be of type ${schema.type}`];
  return [
    ...checkEnum(value, schema, at),
    ...(typeof value === 'string' ? checkText(value, schema, at) : []),
    ...(typeof value === 'number' ? checkNumber(value, schema, at) : []),
    ...(Array.isArray(value) ? checkList(value, schema, at) : []),
    ...(isFields(value) ? checkFields(value, schema, path) : []),
    ...checkAlternatives(value, schema, path, at),
  ];
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isFields(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
}

function checkEnum(value: unknown, schema: Fields, at: string): readonly string[] {
  if (!Array.isArray(schema.enum)) return [];
  const text = canonicalJson(value);
  return schema.enum.some(each => canonicalJson(each) === text) ? [] : [`${at} must be one of ${schema.enum.map(String).join(', ')}`];
}

function checkText(value: string, {minLength, maxLength, pattern}: Fields, at: string): readonly string[] {
  if (typeof minLength === 'number' && value.length < minLength) return [`${at} is shorter than ${minLength}`];
  if (typeof maxLength === 'number' && value.length > maxLength) return [`${at} is longer than ${maxLength}`];
  const regex = typeof pattern === 'string' ? regexOf(pattern) : undefined;
  return regex === undefined || regex.test(value) ? [] : [`${at} must match ${String(pattern)}`];
}

/** undefined where it is written in a dialect that is not ours: the platform will judge. */
function regexOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function checkNumber(value: number, {minimum, maximum}: Fields, at: string): readonly string[] {
  if (typeof minimum === 'number' && value < minimum) return [`${at} is less than ${minimum}`];
  return typeof maximum === 'number' && value > maximum ? [`${at} is more than ${maximum}`] : [];
}

function checkList(value: readonly unknown[], {items, minItems, maxItems}: Fields, at: string): readonly string[] {
  if (typeof minItems === 'number' && value.length < minItems) return [`${at} has fewer than ${minItems} items`];
  if (typeof maxItems === 'number' && value.length > maxItems) return [`${at} has more than ${maxItems} items`];
  return isFields(items) ? value.flatMap((item, index) => check(item, items, `${at}[${index}]`)) : [];
}

function checkFields(value: Fields, schema: Fields, path: string): readonly string[] {
  const properties = isFields(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const place = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = required
    .filter(name => typeof name === 'string' && value[name] === undefined)
    .map(name => `${place(String(name))} is required`);
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    const own = properties[name];
    if (isFields(own)) return check(inner, own, place(name));
    if (schema.additionalProperties === false) return [`${place(name)} is not known`];
    return isFields(schema.additionalProperties) ? check(inner, schema.additionalProperties, place(name)) : [];
  });
  return [...missing, ...wrong];
}

function checkAlternatives(value: unknown, schema: Fields, path: string, at: string): readonly string[] {
  const problems: string[] = [];
  const branches = (name: string): readonly Fields[] => {
    const list = schema[name];
    return Array.isArray(list) ? list.filter(isFields) : [];
  };
  for (const branch of branches('allOf')) problems.push(...check(value, branch, path));
  const fits = (list: readonly Fields[]) => list.filter(branch => check(value, branch, path).length === 0).length;
  const [any, one] = [branches('anyOf'), branches('oneOf')];
  if (any.length > 0 && fits(any) === 0) problems.push(`${at} fits none of the forms that are allowed`);
  if (one.length > 0 && fits(one) !== 1) problems.push(`${at} must fit exactly one of the forms that are allowed`);
  return problems;
}
