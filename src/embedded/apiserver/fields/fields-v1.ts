/** Sets of fields in their wire form FieldsV1, which an object keeps as one text: a tree of empty objects costs ten times that. */
import {isFields} from '../../../domain/fields.ts';
import {type FieldSet, fieldSet, sorted} from './field-set.ts';

/** What `fieldsV1` of a stored object holds. */
export class FieldsText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export function writeFields(set: FieldSet): FieldsText {
  return new FieldsText(JSON.stringify(toWire(set, false)));
}

/** The form of a field that is in the set and has others below it has a dot for itself. */
function toWire(set: FieldSet, isInner: boolean): Readonly<Record<string, unknown>> {
  const own = isInner && set.isMember && set.below.size > 0 ? [['.', {}] as const] : [];
  return Object.fromEntries([...own, ...sorted(set).map(([element, child]) => [element, toWire(child, true)] as const)]);
}

/** Takes what a client sent or what is stored; undefined where it is no set. */
export function readFieldsV1(value: unknown): FieldSet | undefined {
  const wire = value instanceof FieldsText ? value.toJSON() : (value ?? {});
  return isFields(wire) ? fromWire(wire, false) : undefined;
}

function fromWire(wire: Readonly<Record<string, unknown>>, isInner: boolean): FieldSet | undefined {
  const entries = Object.entries(wire);
  const children: Array<readonly [string, FieldSet]> = [];
  for (const [element, below] of entries) {
    if (element === '.') continue;
    const name = readElement(element);
    const child = isFields(below) ? fromWire(below, true) : undefined;
    if (name === undefined || child === undefined) return undefined;
    children.push([name, child]);
  }
  return fieldSet(isInner && (entries.length === 0 || wire['.'] !== undefined), children);
}

/** Keys may come in any order of their fields; they are compared in one. */
function readElement(element: string): string | undefined {
  switch (element.slice(0, 2)) {
    case 'f:':
      return element;
    case 'k:': {
      const key = parse(element.slice(2));
      return isFields(key) ? keyElement(Object.entries(key)) : undefined;
    }
    case 'v:':
    case 'i:': {
      const value = parse(element.slice(2));
      return value === undefined ? undefined : `${element.slice(0, 2)}${JSON.stringify(value)}`;
    }
    default:
      return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `k:{"name":"c"}`. */
export function keyElement(fields: ReadonlyArray<readonly [string, unknown]>): string {
  const ordered = [...fields].sort(([left], [right]) => (left < right ? -1 : 1));
  return `k:${JSON.stringify(Object.fromEntries(ordered))}`;
}

/** As refusals write a path: `.spec.containers[name="c"].image`. */
export function showPath(path: readonly string[]): string {
  return path.map(showElement).join('');
}

function showElement(element: string): string {
  const rest = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return `.${rest}`;
    case 'k:': {
      const key = parse(rest);
      const parts = isFields(key) ? Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`) : [];
      return `[${parts.join(',')}]`;
    }
    case 'v:':
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}
