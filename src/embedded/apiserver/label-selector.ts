/** Label selectors in the full grammar of kubectl's `-l`: a=b, a!=b, a in (b,c), a notin (b), a, !a, a>1, a<1. */
import {ApiFault} from './api-fault.ts';
import {labelKeyFault, labelValueFault} from './metadata-syntax.ts';

type Labels = Readonly<Record<string, string>>;
type Operator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt';

const operators: Readonly<Record<string, Operator>> = {'=': '=', '==': '==', '!=': '!=', '>': 'gt', '<': 'lt', in: 'in', notin: 'notin'};
const token = /\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)/gy;

export function parseLabelSelector(selector: string): (labels: Labels) => boolean {
  if (selector.trim() === '') return () => true;
  const requirements = new Parser(selector).parse();
  return labels => requirements.every(requirement => requirement(labels));
}

class Parser {
  readonly #tokens: string[];
  #position = 0;

  constructor(selector: string) {
    this.#tokens = [...selector.matchAll(token)].map(match => match[1] ?? '');
  }

  parse(): Array<(labels: Labels) => boolean> {
    const requirements = [this.#requirement()];
    while (this.#position < this.#tokens.length) {
      const separator = this.#next();
      if (separator !== ',') throw fault(`found '${separator}', expected: ',' or 'end of string'`);
      if (this.#peek() === '') throw fault(`found '', expected: identifier after ','`);
      requirements.push(this.#requirement());
    }
    return requirements;
  }

  #requirement(): (labels: Labels) => boolean {
    const isNegated = this.#peek() === '!';
    if (isNegated) this.#next();
    const key = this.#next();
    if (key === '' || /^[=!<>(),]/.test(key)) throw fault(`found '${key}', expected: !, identifier, or 'end of string'`);
    checkKey(key);
    if (isNegated) return labels => labels[key] === undefined;
    const next = this.#peek();
    if (next === '' || next === ',') return labels => labels[key] !== undefined;
    const operator = operators[this.#next()];
    if (operator === undefined) throw fault(`found '${next}', expected: in, notin, =, ==, !=, gt, lt`);
    return test(key, operator, operator === 'in' || operator === 'notin' ? this.#values(key) : [this.#value(key)]);
  }

  #values(key: string): string[] {
    const opening = this.#next();
    if (opening !== '(') throw fault(`found '${opening}' expected: '('`);
    const values: string[] = [];
    while (true) {
      const word = this.#peek() === ',' || this.#peek() === ')' ? '' : this.#next();
      checkValue(key, word, values.length);
      values.push(word);
      const separator = this.#next();
      if (separator === ')') return values;
      if (separator !== ',') throw fault(`found '${separator}', expected: ',' or ')'`);
    }
  }

  #value(key: string): string {
    const value = this.#peek() === '' || this.#peek() === ',' ? '' : this.#next();
    checkValue(key, value, 0);
    return value;
  }

  #peek(): string {
    return this.#tokens[this.#position] ?? '';
  }

  #next(): string {
    const next = this.#peek();
    this.#position++;
    return next;
  }
}

function test(key: string, operator: Operator, values: readonly string[]): (labels: Labels) => boolean {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return labels => labels[key] !== undefined && values.includes(labels[key]);
    case '!=':
    case 'notin':
      return labels => labels[key] === undefined || !values.includes(labels[key]);
    case 'gt':
      return comparison(key, values, (left, right) => left > right);
    case 'lt':
      return comparison(key, values, (left, right) => left < right);
  }
}

function comparison(key: string, values: readonly string[], holds: (left: bigint, right: bigint) => boolean): (labels: Labels) => boolean {
  const [limit = ''] = values;
  if (!/^-?\d+$/.test(limit)) {
    throw fault(`values[0][${key}]: Invalid value: "${limit}": for 'Gt', 'Lt' operators, the value must be an integer`);
  }
  const right = BigInt(limit);
  return labels => {
    const value = labels[key];
    return value !== undefined && /^-?\d+$/.test(value) && holds(BigInt(value), right);
  };
}

function checkKey(key: string): void {
  const problem = labelKeyFault(key);
  if (problem !== undefined) throw fault(`key: Invalid value: ${JSON.stringify(key)}: ${problem}`);
}

function checkValue(key: string, value: string, index: number): void {
  const problem = labelValueFault(value);
  if (problem !== undefined) throw fault(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
}

function fault(why: string): ApiFault {
  return ApiFault.badRequest(`unable to parse requirement: ${why}`);
}
