/** The `fieldPath` of a rule: `.spec.name` or `.labels['app']`, held against the schema it is relative to. */
import type {Schema} from '../resource-type.ts';
import {propertySchema, subschema} from '../schema/read-schema.ts';

/** As it is written after the path of the rule's own field; undefined where the schema has no such field. */
export function normalizeFieldPath(text: string, schema: Schema): string | undefined {
  let rest = text;
  let at: Schema | undefined = schema;
  let path = '';
  while (rest !== '') {
    const [whole, plain, quoted] = /^(?:\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\])/.exec(rest) ?? [];
    if (whole === undefined || at === undefined) return undefined;
    const name = plain ?? (quoted ?? '').replace(/\\(.)/g, '$1');
    const isNamed: boolean = at.properties !== undefined;
    at = isNamed ? propertySchema(at, name) : subschema(at, 'additionalProperties');
    if (at === undefined) return undefined;
    path = isNamed ? joinPath(path, name) : `${path}[${name}]`;
    rest = rest.slice(whole.length);
  }
  return path === '' ? undefined : path;
}

export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
