/** The JSONPath of kubectl and of printer columns: dotted keys with escapes, indexes, slices, wildcards, filters, descent. */
import {isFields} from '../../domain/fields.ts';

export class JsonPathError extends Error {
  constructor(path: string, detail: string) {
    super(`invalid JSONPath ${path}: ${detail}`);
    this.name = 'JsonPathError';
  }
}

type Step = (value: unknown) => readonly unknown[];

/** All values that the path finds, in document order; nothing where a step is missing. */
export type JsonPath = (root: unknown) => readonly unknown[];

/** Accepts the forms `.a.b`, `$.a.b` and `{.a.b}`; throws JsonPathError. */
export function compileJsonPath(path: string): JsonPath {
  const source = path
    .trim()
    .replace(/^\{([\s\S]*)\}$/, '$1')
    .replace(/^[$@]/, '');
  const steps = new Parser(path, source).steps();
  return root => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [root]);
}

class Parser {
  readonly #path: string;
  readonly #source: string;
  #at = 0;

  constructor(path: string, source: string) {
    this.#path = path;
    this.#source = source;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#source.length) {
      const rest = this.#source.slice(this.#at);
      if (rest.startsWith('..')) {
        this.#at += 2;
        steps.push(descend);
        if (this.#source[this.#at] !== '[') steps.push(this.#key());
      } else if (rest.startsWith('.')) {
        this.#at += 1;
        if (this.#at < this.#source.length && this.#source[this.#at] !== '[') steps.push(this.#key());
      } else if (rest.startsWith('[')) steps.push(this.#brackets());
      else steps.push(this.#key());
    }
    return steps;
  }

  /** Up to the next unescaped dot or bracket. */
  #key(): Step {
    let name = '';
    while (this.#at < this.#source.length) {
      const letter = this.#source[this.#at] ?? '';
      if (letter === '.' || letter === '[') break;
      this.#at += letter === '\\' ? 2 : 1;
      name += letter === '\\' ? (this.#source[this.#at - 1] ?? '') : letter;
    }
    if (name === '') throw new JsonPathError(this.#path, `a name is missing at ${this.#at}`);
    return name === '*' ? children : child(name);
  }

  #brackets(): Step {
    const end = this.#closing();
    const inside = this.#source.slice(this.#at + 1, end).trim();
    this.#at = end + 1;
    if (inside === '*') return children;
    if (inside.startsWith('?(') && inside.endsWith(')')) return filter(this.#path, inside.slice(2, -1));
    const names = inside.split(',').map(part => part.trim());
    if (names.every(part => /^'.*'$|^".*"$/.test(part))) {
      const steps = names.map(part => child(part.slice(1, -1).replace(/\\(.)/g, '$1')));
      return value => steps.flatMap(step => step(value));
    }
    if (names.every(part => /^-?\d+$/.test(part)))
      return value => names.flatMap(part => slice(value, Number(part), Number(part) + 1 || undefined));
    const [, from = '', to = ''] = /^(-?\d*):(-?\d*)$/.exec(inside) ?? [];
    if (inside.includes(':') && (from !== '' || to !== '' || inside === ':')) {
      return value => slice(value, from === '' ? 0 : Number(from), to === '' ? undefined : Number(to));
    }
    throw new JsonPathError(this.#path, `cannot read [${inside}]`);
  }

  /** The bracket that ends the one at hand; brackets and quotes inside are stepped over. */
  #closing(): number {
    let depth = 0;
    let quote = '';
    for (let at = this.#at; at < this.#source.length; at += 1) {
      const letter = this.#source[at] ?? '';
      if (quote !== '') quote = letter === quote ? '' : quote;
      else if (letter === "'" || letter === '"') quote = letter;
      else if (letter === '[') depth += 1;
      else if (letter === ']') {
        depth -= 1;
        if (depth === 0) return at;
      }
    }
    throw new JsonPathError(this.#path, 'unterminated [');
  }
}

function child(name: string): Step {
  return value => (isFields(value) && Object.hasOwn(value, name) ? [value[name]] : []);
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isFields(value) ? Object.values(value) : [];
}

function descend(value: unknown): readonly unknown[] {
  return [value, ...children(value).flatMap(descend)];
}

function slice(value: unknown, from: number, to: number | undefined): readonly unknown[] {
  return Array.isArray(value) ? value.slice(from, to) : [];
}

const comparison = /^([\s\S]*?)\s*(==|!=|>=|<=|>|<)\s*([\s\S]*)$/;

function filter(path: string, condition: string): Step {
  const [, left = condition, operator, right = ''] = comparison.exec(condition.trim()) ?? [];
  const leftOf = operand(path, left.trim());
  const holds =
    operator === undefined ? (item: unknown) => leftOf(item).length > 0 : compare(leftOf, operator, operand(path, right.trim()));
  return value => children(value).filter(holds);
}

function compare(leftOf: JsonPath, operator: string, rightOf: JsonPath): (item: unknown) => boolean {
  return item => {
    const [left] = leftOf(item);
    const [right] = rightOf(item);
    if (left === undefined || right === undefined) return false;
    if (operator === '==') return left === right;
    if (operator === '!=') return left !== right;
    if (!isOrdered(left) || !isOrdered(right) || typeof left !== typeof right) return false;
    if (operator === '>=') return left >= right;
    if (operator === '<=') return left <= right;
    return operator === '>' ? left > right : left < right;
  };
}

function isOrdered(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function operand(path: string, source: string): JsonPath {
  if (source.startsWith('@') || source.startsWith('$')) return compileJsonPath(source);
  if (/^'[\s\S]*'$|^"[\s\S]*"$/.test(source)) return () => [source.slice(1, -1)];
  if (source === 'true' || source === 'false') return () => [source === 'true'];
  const number = Number(source);
  if (source === '' || Number.isNaN(number)) throw new JsonPathError(path, `cannot read ${source}`);
  return () => [number];
}
