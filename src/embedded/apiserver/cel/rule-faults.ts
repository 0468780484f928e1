/** Asks the CEL rules of a kind about an object, and about what it was before. */
import {isDeepStrictEqual} from 'node:util';
import {type Fields, isFields} from '../../../domain/fields.ts';
import type {StatusCause} from '../../../domain/status-error.ts';
import type {Schema} from '../resource-type.ts';
import {duplicate, type FieldError, forbidden, invalid, invalidHidden, required} from '../schema/field-error.ts';
import {propertySchema, stringKeyword, stringsKeyword, subschema} from '../schema/read-schema.ts';
import {type Expression, RunFault, type Variables} from './expression.ts';
import {joinPath} from './field-path.ts';
import {type Rule, ruleVariables} from './rule.ts';
import type {RuleSet, RuleTree} from './rule-tree.ts';
import {toCelValue} from './schema-type.ts';

/** `before` is undefined on creation; `faults` are those found without the rules. */
export function ruleFaults(rules: RuleSet, object: Fields, before: Fields | undefined, faults: readonly StatusCause[]): StatusCause[] {
  if (faults.some(({reason}) => reason !== undefined && blockingReasons.has(reason))) return [rulesNotChecked];
  const found: FieldError[] = [];
  visit(rules.tree, {value: object, old: before, path: '', isUnchanged: false}, {found, readDuration: rules.readDuration});
  return found;
}

/** After one of these the API server leaves the rules alone, and says so. */
const blockingReasons = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const rulesNotChecked = invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

const MESSAGE_BYTES_MAX = 5 * 1024;

type Place = {
  readonly value: unknown;
  readonly old: unknown;
  readonly path: string;
  /** It, or something around it, is as it was before: what was wrong already is let pass. */
  readonly isUnchanged: boolean;
};

type Visit = {readonly found: FieldError[]; readonly readDuration: RuleSet['readDuration']};

function visit(tree: RuleTree, place: Place, visitor: Visit): void {
  const {value, old, path} = place;
  if (value === null || value === undefined) return;
  const isUnchanged = place.isUnchanged || (old !== undefined && isDeepStrictEqual(value, old));
  if (tree.rules.length > 0) {
    const self = toCelValue(value, tree.schema, visitor.readDuration);
    const oldSelf = old === undefined || old === null ? undefined : toCelValue(old, tree.schema, visitor.readDuration);
    for (const rule of tree.rules) {
      const fault = ask(rule, value, path, ruleVariables(rule, self, oldSelf), oldSelf !== undefined);
      if (fault !== undefined && (rule.hasOldSelf || !isUnchanged)) visitor.found.push(fault);
    }
  }
  if (Array.isArray(value)) visitItems(tree, value, {...place, isUnchanged}, visitor);
  else if (isFields(value)) visitFields(tree, value, {...place, isUnchanged}, visitor);
}

function visitItems(tree: RuleTree, list: readonly unknown[], place: Place, visitor: Visit): void {
  if (tree.items === undefined) return;
  const oldItems = itemsByKey(tree.schema, place.old);
  for (const [index, value] of list.entries()) {
    const old = oldItems.get(keyOf(tree.schema, value));
    visit(tree.items, {...place, value, old, path: `${place.path}[${index}]`}, visitor);
  }
}

function visitFields(tree: RuleTree, fields: Fields, place: Place, visitor: Visit): void {
  const olds: Fields = isFields(place.old) ? place.old : {};
  for (const [name, value] of Object.entries(fields)) {
    const property = tree.properties.get(name);
    const old = olds[name];
    if (property !== undefined) visit(property, {...place, value, old, path: joinPath(place.path, name)}, visitor);
    else if (tree.additional !== undefined) visit(tree.additional, {...place, value, old, path: `${place.path}[${name}]`}, visitor);
  }
}

/** Only the items of a list of type map have a past: the one with the same keys. */
function itemsByKey(schema: Schema, old: unknown): ReadonlyMap<string, unknown> {
  if (stringKeyword(schema, 'x-kubernetes-list-type') !== 'map' || !Array.isArray(old)) return new Map();
  return new Map(old.map(item => [keyOf(schema, item), item]));
}

function keyOf(schema: Schema, item: unknown): string {
  const items = subschema(schema, 'items') ?? {};
  const fields: Fields = isFields(item) ? item : {};
  return JSON.stringify(
    stringsKeyword(schema, 'x-kubernetes-list-map-keys').map(key => fields[key] ?? propertySchema(items, key)?.default ?? null),
  );
}

function ask(rule: Rule, value: unknown, path: string, variables: Variables, hasOld: boolean): FieldError | undefined {
  if (rule.hasOldSelf && !hasOld && !rule.isOldOptional) return undefined;
  const at = path === '' ? '<nil>' : path;
  const outcome = run(rule.test, variables);
  if (outcome instanceof RunFault) return invalid(at, typeName(value), runDetail(rule, outcome));
  if (outcome === true) return undefined;
  const field = rule.fieldPath === undefined ? at : joinPath(path, rule.fieldPath);
  return faultOf(rule, field, value, messageOf(rule, variables));
}

function run(expression: Expression, variables: Variables): unknown {
  try {
    return expression.run(variables);
  } catch (error) {
    if (error instanceof RunFault) return error;
    throw error;
  }
}

function runDetail({message, text}: Rule, fault: RunFault): string {
  const shown = message === '' ? text : message;
  if (fault.message !== 'no such overload') return `${fault.message} evaluating rule: ${shown}`;
  return `'no such overload': call arguments did not match a supported operator, function or macro signature for rule: ${shown}`;
}

/** The rule's own expression if it gives one line of text, else its message, else the rule. */
function messageOf(rule: Rule, variables: Variables): string {
  const said = rule.sayMessage === undefined ? undefined : run(rule.sayMessage, variables);
  const text = typeof said === 'string' ? said.trim() : '';
  if (text !== '' && !text.includes('\n') && Buffer.byteLength(text) <= MESSAGE_BYTES_MAX) return text;
  return rule.message === '' ? `failed rule: ${rule.text}` : rule.message;
}

function faultOf({reason}: Rule, field: string, value: unknown, detail: string): FieldError {
  const isHidden = typeof value === 'object';
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return isHidden ? {reason, message: 'Duplicate value', field} : duplicate(field, value);
    default:
      return isHidden ? invalidHidden(field, detail) : invalid(field, value, detail);
  }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
