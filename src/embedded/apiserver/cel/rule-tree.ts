/** The rules of a schema at all its depths, prepared once for the kind that carries them. */
import {isFields} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';
import {propertyNames, propertySchema, subschema} from '../schema/read-schema.ts';
import {prepareRule, type Rule, type RuleEnvironments, ruleEnvironments} from './rule.ts';

export type RuleTree = {
  readonly schema: Schema;
  readonly rules: readonly Rule[];
  readonly items: RuleTree | undefined;
  readonly additional: RuleTree | undefined;
  readonly properties: ReadonlyMap<string, RuleTree>;
};

export type RuleSet = {
  readonly tree: RuleTree;
  /** A duration of its text: the CEL library keeps the class to itself. */
  readonly readDuration: (text: string) => unknown;
};

/** undefined where the schema has no rules; the schema was admitted, so every rule compiles. */
export function prepareRules(schema: Schema): RuleSet | undefined {
  if (!hasRules(schema)) return undefined;
  const environments = ruleEnvironments();
  const tree = prepareTree(schema, environments);
  const program = environments.plain.parse('duration(self)');
  return tree === undefined ? undefined : {tree, readDuration: text => program({self: text})};
}

export function rulesIn(schema: Schema): readonly Schema[] {
  const rules = schema['x-kubernetes-validations'];
  return Array.isArray(rules) ? rules.filter(isFields) : [];
}

/** Most kinds have none, and an environment takes a millisecond. */
function hasRules(schema: Schema): boolean {
  if (rulesIn(schema).length > 0) return true;
  const properties = propertyNames(schema).map(name => propertySchema(schema, name));
  const below = [subschema(schema, 'items'), subschema(schema, 'additionalProperties'), ...properties];
  return below.some(part => part !== undefined && hasRules(part));
}

function prepareTree(schema: Schema, environments: RuleEnvironments): RuleTree | undefined {
  const rules = rulesIn(schema).map(rule => prepareRule(rule, schema, environments));
  const items = below(subschema(schema, 'items'), environments);
  const additional = below(subschema(schema, 'additionalProperties'), environments);
  const properties = new Map<string, RuleTree>();
  for (const name of propertyNames(schema)) {
    const tree = below(propertySchema(schema, name), environments);
    if (tree !== undefined) properties.set(name, tree);
  }
  const isEmpty = rules.length === 0 && items === undefined && additional === undefined && properties.size === 0;
  return isEmpty ? undefined : {schema, rules, items, additional, properties};
}

function below(schema: Schema | undefined, environments: RuleEnvironments): RuleTree | undefined {
  return schema === undefined ? undefined : prepareTree(schema, environments);
}
