/** The words in which the schemas of our kinds are written: every text, list and number has its limit. */

export type Schema = Readonly<Record<string, unknown>>;

export type Rule = {readonly rule: string; readonly message: string};

export function text(description: string, lengthMax: number, more: Schema = {}): Schema {
  return {type: 'string', description, maxLength: lengthMax, ...more};
}

export function oneOf(description: string, values: readonly string[], more: Schema = {}): Schema {
  return {type: 'string', description, enum: [...values], ...more};
}

export function integer(description: string, minimum: number, maximum?: number): Schema {
  const limit = maximum === undefined ? {format: 'int64'} : {maximum};
  return {type: 'integer', description, minimum, ...limit};
}

export function time(description: string): Schema {
  return {type: 'string', format: 'date-time', description};
}

export function digest(description: string): Schema {
  return text(description, 80);
}

export function list(description: string, itemsMax: number, items: Schema): Schema {
  return {type: 'array', description, maxItems: itemsMax, items};
}

/** Two items with the same `key` are refused, and rules see an item and the one that it replaces. */
export function listByKey(description: string, itemsMax: number, key: string, items: Schema): Schema {
  return {...list(description, itemsMax, items), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key]};
}

type ObjectMore = {readonly required?: readonly string[]; readonly rules?: readonly Rule[]};

export function object(description: string, properties: Readonly<Record<string, Schema>>, {required, rules}: ObjectMore = {}): Schema {
  return {
    type: 'object',
    description,
    ...(required === undefined ? {} : {required: [...required]}),
    properties,
    ...(rules === undefined ? {} : {'x-kubernetes-validations': rules.map(rule => ({...rule}))}),
  };
}

/** Neither changed, nor added, nor taken away after the object was made. */
export function immutable(path: string, field: string): Rule {
  return {
    rule: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message: `${path}.${field} never changes after creation`,
  };
}

export const names = {
  /** A label of DNS: runbooks, gates, steps. */
  label: 63,
  object: 253,
  uid: 64,
  /** Users and groups come from outside and have no limit of their own. */
  subject: 256,
} as const;
