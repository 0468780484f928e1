/** One CEL expression: checked against the types of its variables, then run on values; faults in the words of cel-go. */
import {type Environment, EvaluationError, ParseError, TypeError as TypeFault} from '@marcbachmann/cel-js';
import {isFields} from '../../../domain/fields.ts';

export type Variables = Readonly<Record<string, unknown>>;

export type Expression = {
  readonly source: string;
  /** Throws a RunFault. */
  run(variables: Variables): unknown;
};

/** `ERROR: <input>:1:5: undefined field 'foo'` and the line with a mark under the place. */
export class CompileFault extends Error {}

/** What a value that the types allow still breaks: `no such key: foo`. */
export class RunFault extends Error {}

/**
 * The type of the expression as the checked environment finds it; throws a CompileFault.
 * `has(a.b)` is checked as a call with the plain argument: the library itself takes any field name there.
 */
export function checkExpression(source: string, environment: Environment): string {
  const result = environment.check(outsideTexts(source, code => code.replace(/\bhas(?=\s*\()/g, hasStandIn)));
  if (result.valid) return result.type ?? 'dyn';
  throw new CompileFault(describe(source, result.error, environment));
}

const hasStandIn = 'hAs';

/** Lets `has` be checked; the expression is run without it. */
export function declareHas(environment: Environment): void {
  environment.registerFunction(`${hasStandIn}(dyn): bool`, () => true);
}

/** Variables are of any type here: the types were checked when the expression was admitted. */
export function prepareExpression(source: string, environment: Environment): Expression {
  const program = environment.parse(source);
  return {
    source,
    run(variables) {
      try {
        return program(variables);
      } catch (error) {
        throw new RunFault(runMessage(error));
      }
    },
  };
}

export function mentions(source: string, variable: string): boolean {
  let isFound = false;
  const pattern = new RegExp(`(?<![\\w.])${variable}\\b`);
  outsideTexts(source, code => {
    isFound ||= pattern.test(code);
    return code;
  });
  return isFound;
}

/** Applies a change to what is not inside a text literal. */
export function outsideTexts(source: string, change: (code: string) => string): string {
  return source
    .split(/((?:[rR]?"""[\s\S]*?"""|[rR]?'''[\s\S]*?'''|[rR]"[^"]*"|[rR]'[^']*'|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))/)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}

function runMessage(error: unknown): string {
  if (!(error instanceof EvaluationError)) return error instanceof Error ? error.message : String(error);
  const [, key] = /^No such key: (?!index)(.*)$/.exec(error.summary) ?? [];
  if (key !== undefined) return `no such key: ${key}`;
  const [, index] = /index out of bounds, index (-?\d+)/.exec(error.summary) ?? [];
  if (index !== undefined) return `index out of bounds: ${index}`;
  return error.code === 'no_such_overload' || error.code === 'no_matching_overload' ? 'no such overload' : error.summary;
}

function describe(source: string, error: unknown, environment: Environment): string {
  const {message, position} = faultOf(source, error, environment);
  const before = source.slice(0, position).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${'.'.repeat(column)}^`;
}

type Placed = {readonly message: string; readonly position: number};

function faultOf(source: string, error: unknown, environment: Environment): Placed {
  if (error instanceof ParseError) return {message: `Syntax error: ${error.summary}`, position: error.range?.start ?? 0};
  if (!(error instanceof TypeFault)) return {message: error instanceof Error ? error.message : String(error), position: 0};
  const start = error.range?.start ?? 0;
  const [, field] = /^No such key: (.*)$/.exec(error.summary) ?? [];
  if (field !== undefined) return {message: `undefined field '${field}'`, position: source.lastIndexOf('.', start - 1)};
  const [, variable] = /^Unknown variable: (.*)$/.exec(error.summary) ?? [];
  if (variable !== undefined) return {message: undeclared(variable), position: start};
  const [, left, operator = '', right] = /^no such overload: (.*?) (\S+) (.*)$/.exec(error.summary) ?? [];
  if (left !== undefined) {
    const applied = `(${goType(left)}, ${goType(right ?? '')})`;
    return {
      message: `found no matching overload for '${operatorName(operator)}' applied to '${applied}'`,
      position: source.indexOf(operator, endOf(error.node, 0) ?? start),
    };
  }
  const [, receiver, name = '', args = ''] = /^found no matching overload for '(?:(.*)\.)?(\w+)\((.*)\)'$/.exec(error.summary) ?? [];
  if (name === '') return {message: error.summary, position: start};
  const isKnown = environment.getDefinitions().functions.some(known => known.name === name);
  const applied = receiver === undefined ? `(${goType(args)})` : `${goType(receiver)}.(${goType(args)})`;
  return {
    message: isKnown ? `found no matching overload for '${name}' applied to '${applied}'` : undeclared(name),
    position: source.indexOf('(', receiver === undefined ? start : (endOf(error.node, 1) ?? start)),
  };
}

function undeclared(name: string): string {
  return `undeclared reference to '${name}' (in container '')`;
}

function operatorName(operator: string): string {
  return operator === 'in' ? '@in' : `_${operator}_`;
}

function goType(name: string): string {
  return name.replaceAll('<', '(').replaceAll('>', ')');
}

/** Where the n-th operand ends. */
function endOf(node: unknown, operand: number): number | undefined {
  const part = isFields(node) && Array.isArray(node.args) ? node.args[operand] : undefined;
  return isFields(part) && typeof part.end === 'number' ? part.end : undefined;
}
