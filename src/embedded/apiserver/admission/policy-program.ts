/** Runs the expressions of a policy on one request; variables of the policy are worked out when they are first asked for. */
import type {Environment} from '@marcbachmann/cel-js';
import {type Fields, isFields, readList, readString} from '../../../domain/fields.ts';
import {type Expression, prepareExpression, RunFault, type Variables} from '../cel/expression.ts';
import {toCelValue} from '../cel/schema-type.ts';
import type {ServerState} from '../server-state.ts';
import {policyRunEnvironment, withPlainPatches} from './policy-environment.ts';
import {type PolicyRequest, requestFields} from './policy-request.ts';

/** An expression that has no answer: `expression 'x' resulted in error: no such key: y`. */
export class PolicyFault extends Error {}

const EXPRESSIONS_MAX = 500;

/** Expressions by their text, parsed once. */
export class PolicyExpressions {
  readonly #environment: Environment = policyRunEnvironment();
  readonly #prepared = new Map<string, Expression>();

  prepare(source: string): Expression {
    const known = this.#prepared.get(source);
    if (known !== undefined) return known;
    if (this.#prepared.size >= EXPRESSIONS_MAX) this.#prepared.clear();
    const expression = prepareExpression(withPlainPatches(source), this.#environment);
    this.#prepared.set(source, expression);
    return expression;
  }
}

export class PolicyProgram {
  readonly #expressions: PolicyExpressions;
  readonly #variables: Variables;

  constructor(state: ServerState, spec: Fields, request: PolicyRequest) {
    this.#expressions = state.expressions;
    const {namespace, object, oldObject, served} = request;
    const home = served.collection === 'namespaces' ? undefined : state.storage.get('namespaces', namespace);
    this.#variables = {
      object: celValue(object),
      oldObject: celValue(oldObject),
      namespaceObject: celValue(home),
      request: celValue(requestFields(request)),
      variables: this.#ownVariables(spec),
    };
  }

  /** Throws a PolicyFault. */
  run(source: string): unknown {
    try {
      return this.#expressions.prepare(source).run(this.#variables);
    } catch (error) {
      if (error instanceof RunFault) throw new PolicyFault(`expression '${source}' resulted in error: ${error.message}`);
      throw error;
    }
  }

  #ownVariables(spec: Fields): Fields {
    const own: Record<string, unknown> = {};
    for (const variable of readList(spec, 'variables')) {
      const name = readString(variable, 'name') ?? '';
      const source = readString(variable, 'expression') ?? '';
      let known: {readonly value: unknown} | undefined;
      const get = () => {
        known ??= {value: this.run(source)};
        return known.value;
      };
      Object.defineProperty(own, name, {get, enumerable: true});
    }
    return own;
  }
}

/** Policies know no schemas: whole numbers are integers, and times are texts. */
function celValue(value: unknown): unknown {
  return value === undefined ? null : toCelValue(value, undefined, text => text);
}

/** A value of CEL as JSON has it. */
export function fromCelValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Set) return [...value].map(fromCelValue);
  if (Array.isArray(value)) return value.map(fromCelValue);
  if (value instanceof Date) return value.toISOString();
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fromCelValue(part)])) : value;
}
