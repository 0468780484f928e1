/**
 * Reads fields of objects whose shape the API server does not vouch for. A missing field is undefined; a field of the
 * wrong type throws UnreadableField, which the views turn into the verdict "unreadable: field …".
 */

/** `path` is dotted, as kubectl explain prints it. */
export class UnreadableField extends Error {
  readonly path: string;
  readonly expected: string;

  constructor(path: string, expected: string) {
    super(`unreadable: field ${path} is not ${expected}`);
    this.name = 'UnreadableField';
    this.path = path;
    this.expected = expected;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path; undefined where any step is missing or null. */
export function readField(root: unknown, path: string): unknown {
  let value = root;
  let walked = '';
  for (const step of path.split('.')) {
    if (value === undefined || value === null) return undefined;
    if (!isFields(value)) throw new UnreadableField(walked, 'an object');
    value = value[step];
    walked = walked === '' ? step : `${walked}.${step}`;
  }
  return value ?? undefined;
}

export function readString(root: unknown, path: string): string | undefined {
  const value = readField(root, path);
  if (value !== undefined && typeof value !== 'string') throw new UnreadableField(path, 'a string');
  return value;
}

export function readNumber(root: unknown, path: string): number | undefined {
  const value = readField(root, path);
  if (value !== undefined && typeof value !== 'number') throw new UnreadableField(path, 'a number');
  return value;
}

export function readBoolean(root: unknown, path: string): boolean | undefined {
  const value = readField(root, path);
  if (value !== undefined && typeof value !== 'boolean') throw new UnreadableField(path, 'true or false');
  return value;
}

/** [] where absent. */
export function readList(root: unknown, path: string): readonly unknown[] {
  const value = readField(root, path) ?? [];
  if (!Array.isArray(value)) throw new UnreadableField(path, 'a list');
  return value;
}

/** {} where absent. */
export function readFields(root: unknown, path: string): Fields {
  const value = readField(root, path) ?? {};
  if (!isFields(value)) throw new UnreadableField(path, 'an object');
  return value;
}

/** Epoch milliseconds of an RFC 3339 time. */
export function readTime(root: unknown, path: string): number | undefined {
  const text = readString(root, path);
  if (text === undefined || text === '') return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UnreadableField(path, 'a time');
  return time;
}

/** Each element of a list through `read`; a wrong field is named with its place in the whole object. */
export function readItems<Item>(root: unknown, path: string, read: (item: unknown) => Item): readonly Item[] {
  return readList(root, path).map((item, index) => {
    if (!isFields(item)) throw new UnreadableField(`${path}[${index}]`, 'an object');
    try {
      return read(item);
    } catch (error) {
      if (error instanceof UnreadableField) throw new UnreadableField(`${path}[${index}].${error.path}`, error.expected);
      throw error;
    }
  });
}

export function readStrings(root: unknown, path: string): readonly string[] {
  return readList(root, path).map((item, index) => {
    if (typeof item !== 'string') throw new UnreadableField(`${path}[${index}]`, 'a string');
    return item;
  });
}
