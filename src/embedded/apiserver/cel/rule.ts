/** One entry of `x-kubernetes-validations`: what it says, and whether it compiles against the schema that carries it. */
import {type Environment, Optional} from '@marcbachmann/cel-js';
import {type Fields, readString} from '../../../domain/fields.ts';
import type {Schema} from '../resource-type.ts';
import {newEnvironment} from './environment.ts';
import {CompileFault, checkExpression, declareHas, type Expression, mentions, prepareExpression} from './expression.ts';
import {normalizeFieldPath} from './field-path.ts';
import {declareType} from './schema-type.ts';

export type Rule = {
  readonly text: string;
  readonly message: string;
  readonly reason: string | undefined;
  readonly fieldPath: string | undefined;
  /** A transition rule: asked only where there is an older value. */
  readonly hasOldSelf: boolean;
  /** `oldSelf` comes as an optional, so that the rule is asked on creation too. */
  readonly isOldOptional: boolean;
  readonly test: Expression;
  readonly sayMessage: Expression | undefined;
};

/** Both environments in which rules run: with `oldSelf` as it is, and as an optional. */
export type RuleEnvironments = {readonly plain: Environment; readonly optional: Environment};

export function ruleEnvironments(): RuleEnvironments {
  const plain = newEnvironment({isChecked: false}).registerVariable('self', 'dyn').registerVariable('oldSelf', 'dyn');
  const optional = newEnvironment({isChecked: false}).registerVariable('self', 'dyn').registerVariable('oldSelf', 'optional');
  return {plain, optional};
}

export function prepareRule(rule: Fields, schema: Schema, environments: RuleEnvironments): Rule {
  const text = readString(rule, 'rule') ?? '';
  const isOldOptional = rule.optionalOldSelf === true;
  const environment = isOldOptional ? environments.optional : environments.plain;
  const messageExpression = readString(rule, 'messageExpression') ?? '';
  const fieldPath = readString(rule, 'fieldPath') ?? '';
  return {
    text: text.trim(),
    message: (readString(rule, 'message') ?? '').trim(),
    reason: readString(rule, 'reason'),
    fieldPath: fieldPath === '' ? undefined : normalizeFieldPath(fieldPath, schema),
    hasOldSelf: mentions(text, 'oldSelf'),
    isOldOptional,
    test: prepareExpression(text, environment),
    sayMessage: messageExpression === '' ? undefined : prepareExpression(messageExpression, environment),
  };
}

/** The variables of a run; `old` is undefined where there is no older value. */
export function ruleVariables(rule: Rule, self: unknown, old: unknown): Readonly<Record<string, unknown>> {
  if (rule.isOldOptional) return {self, oldSelf: old === undefined ? Optional.none() : Optional.of(old)};
  return old === undefined ? {self} : {self, oldSelf: old};
}

export type CompileFaults = {readonly rule: string | undefined; readonly messageExpression: string | undefined};

/** Why the rule cannot be admitted with its schema, in the details that kube-apiserver gives. */
export function compileFaults(rule: Fields, schema: Schema, isRoot: boolean): CompileFaults {
  const environment = checkedEnvironment(schema, isRoot, rule.optionalOldSelf === true);
  const text = readString(rule, 'rule') ?? '';
  const broken = outcomeOf(text, 'bool', environment);
  if (broken !== undefined) {
    const detail = broken === wrongType ? 'cel expression must evaluate to a bool' : `compilation failed: ${broken}`;
    return {rule: detail, messageExpression: undefined};
  }
  const message = readString(rule, 'messageExpression') ?? '';
  const unsaid = message === '' ? undefined : outcomeOf(message, 'string', environment);
  if (unsaid === undefined) return {rule: undefined, messageExpression: undefined};
  const detail = unsaid === wrongType ? 'messageExpression must evaluate to a string' : `messageExpression compilation failed: ${unsaid}`;
  return {rule: undefined, messageExpression: detail};
}

const wrongType = Symbol('wrong type');

function outcomeOf(source: string, wanted: string, environment: Environment): string | typeof wrongType | undefined {
  try {
    return checkExpression(source, environment) === wanted ? undefined : wrongType;
  } catch (error) {
    if (error instanceof CompileFault) return error.message;
    throw error;
  }
}

function checkedEnvironment(schema: Schema, isRoot: boolean, isOldOptional: boolean): Environment {
  const environment = newEnvironment({isChecked: true});
  declareHas(environment);
  const type = declareType(environment, schema, isRoot, 'selfType') ?? 'dyn';
  return environment.registerVariable('self', type).registerVariable('oldSelf', isOldOptional ? `optional<${type}>` : type);
}
