/** Faults of the CEL rules in a CRD's schema: a rule that does not say what it means is not admitted. */
import {type Fields, readString} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';
import {type FieldError, invalid, notSupported, required} from '../schema/field-error.ts';
import {propertyNames, propertySchema, stringKeyword, subschema} from '../schema/read-schema.ts';
import {mentions} from './expression.ts';
import {normalizeFieldPath} from './field-path.ts';
import {compileFaults} from './rule.ts';
import {rulesIn} from './rule-tree.ts';
import {isResource} from './schema-type.ts';

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

type Level = {
  readonly path: string;
  readonly isRoot: boolean;
  /** The list around this place whose items have no past. */
  readonly forgetting: string | undefined;
};

export function crdRuleFaults(schema: Schema, path: string): FieldError[] {
  const wording = faultsAt(schema, {path, isRoot: true, forgetting: undefined}, wordingFaults);
  return wording.length > 0 ? wording : faultsAt(schema, {path, isRoot: true, forgetting: undefined}, meaningFaults);
}

type Check = (rule: Fields, schema: Schema, level: Level) => FieldError[];

function faultsAt(schema: Schema, level: Level, check: Check): FieldError[] {
  const {path} = level;
  const items = subschema(schema, 'items');
  const additional = subschema(schema, 'additionalProperties');
  const isForgetting = stringKeyword(schema, 'x-kubernetes-list-type') !== 'map';
  const own = rulesIn(schema).flatMap((rule, index) => check(rule, schema, {...level, path: `${path}.x-kubernetes-validations[${index}]`}));
  const inside = {...level, isRoot: false};
  return [
    ...own,
    ...propertyNames(schema).flatMap(name =>
      faultsAt(propertySchema(schema, name) ?? {}, {...inside, path: `${path}.properties[${name}]`}, check),
    ),
    ...(additional === undefined ? [] : faultsAt(additional, {...inside, path: `${path}.additionalProperties`}, check)),
    ...(items === undefined
      ? []
      : faultsAt(items, {path: `${path}.items`, isRoot: false, forgetting: level.forgetting ?? (isForgetting ? path : undefined)}, check)),
  ];
}

function wordingFaults(rule: Fields, schema: Schema, {path}: Level): FieldError[] {
  const text = (readString(rule, 'rule') ?? '').trim();
  const message = readString(rule, 'message') ?? '';
  const expression = readString(rule, 'messageExpression') ?? '';
  const reason = readString(rule, 'reason');
  const fieldPath = readString(rule, 'fieldPath') ?? '';
  const faults: FieldError[] = [];
  if (text === '') faults.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') faults.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  else if (message.trim().includes('\n')) faults.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  else if (text.includes('\n') && message === '')
    faults.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  if (expression !== '' && expression.trim() === '')
    faults.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (reason !== undefined && !reasons.includes(reason)) faults.push(notSupported(`${path}.reason`, reason, reasons));
  if (fieldPath !== '' && normalizeFieldPath(fieldPath, schema) === undefined)
    faults.push(invalid(`${path}.fieldPath`, fieldPath, 'must be a valid path'));
  return faults;
}

function meaningFaults(rule: Fields, schema: Schema, {path, isRoot, forgetting}: Level): FieldError[] {
  const text = readString(rule, 'rule') ?? '';
  const {rule: broken, messageExpression} = compileFaults(rule, schema, isResource(schema, isRoot));
  const faults: FieldError[] = [];
  if (broken !== undefined) faults.push(invalid(`${path}.rule`, asInternal(rule), broken));
  if (messageExpression !== undefined) faults.push(invalid(`${path}.messageExpression`, asInternal(rule), messageExpression));
  if (broken !== undefined) return faults;
  if (!mentions(text, 'oldSelf')) {
    if (typeof rule.optionalOldSelf === 'boolean')
      faults.push(invalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  } else if (forgetting !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${forgetting}`;
    faults.push(invalid(`${path}.rule`, text, why));
  }
  return faults;
}

/** The form in which the API server quotes a rule. */
function asInternal(rule: Fields): Fields {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}
