/** The published schemas of the built-in kinds: for explain, for pruning and for the merge keys of strategic patches. */
import {inflateRawSync} from 'node:zlib';
import {type Fields, isFields} from '../../domain/fields.ts';
import {builtinSchemasData} from './builtin-schemas-data.ts';
import type {ResourceType, Schema} from './resource-type.ts';

export const definitionPrefix = '#/components/schemas/';

/** Definitions that hold any JSON; their published form says too little or goes round in circles. */
const freeForm = [
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
];

class BuiltinSchemas {
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly #nameByKind = new Map<string, string>();
  readonly #resolved = new Map<string, Schema>();
  readonly #open = new Set<string>();

  constructor(definitions: Readonly<Record<string, Schema>>) {
    this.definitions = definitions;
    for (const [name, schema] of Object.entries(definitions)) {
      for (const gvk of kindsOf(schema)) this.#nameByKind.set(`${gvk.group}/${gvk.version}/${gvk.kind}`, name);
    }
  }

  nameOf(type: Pick<ResourceType, 'group' | 'version' | 'kind'>): string | undefined {
    return this.#nameByKind.get(`${type.group}/${type.version}/${type.kind}`);
  }

  /** References replaced by what they name; shared, never copied. A definition inside itself becomes free-form. */
  resolve(name: string): Schema {
    const known = this.#resolved.get(name);
    if (known !== undefined) return known;
    const definition = this.definitions[name];
    if (definition === undefined || freeForm.includes(name) || this.#open.has(name)) return {'x-kubernetes-preserve-unknown-fields': true};
    this.#open.add(name);
    const resolved = this.#resolveSchema(definition);
    this.#open.delete(name);
    this.#resolved.set(name, resolved);
    return resolved;
  }

  #resolveSchema(schema: Schema): Schema {
    const reference = referenceOf(schema);
    const {allOf, $ref, ...own} = schema;
    const base = reference === undefined ? {} : this.resolve(reference);
    const resolved: Record<string, unknown> = {...base, ...own};
    if (isFields(own.items)) resolved.items = this.#resolveSchema(own.items);
    if (isFields(own.additionalProperties)) resolved.additionalProperties = this.#resolveSchema(own.additionalProperties);
    if (isFields(own.properties)) {
      resolved.properties = Object.fromEntries(
        Object.entries(own.properties).map(([name, property]) => [name, isFields(property) ? this.#resolveSchema(property) : property]),
      );
    }
    return resolved;
  }
}

function referenceOf(schema: Schema): string | undefined {
  const whole = Array.isArray(schema.allOf) && schema.allOf.length === 1 && isFields(schema.allOf[0]) ? schema.allOf[0].$ref : schema.$ref;
  return typeof whole === 'string' ? whole.slice(definitionPrefix.length) : undefined;
}

export function kindsOf(schema: Schema): readonly {readonly group: string; readonly version: string; readonly kind: string}[] {
  const named = schema['x-kubernetes-group-version-kind'];
  if (!Array.isArray(named)) return [];
  return named.filter(isFields).map(gvk => ({group: String(gvk.group), version: String(gvk.version), kind: String(gvk.kind)}));
}

/** A constant that is unpacked when it is first asked for. */
let unpacked: BuiltinSchemas | undefined;

function builtinSchemas(): BuiltinSchemas {
  unpacked ??= new BuiltinSchemas(unpack());
  return unpacked;
}

function unpack(): Readonly<Record<string, Schema>> {
  const definitions: unknown = JSON.parse(inflateRawSync(Buffer.from(builtinSchemasData, 'base64')).toString());
  const known: Record<string, Fields> = {};
  if (isFields(definitions)) for (const [name, schema] of Object.entries(definitions)) if (isFields(schema)) known[name] = schema;
  return known;
}

/** What metadata of every object may hold, custom ones too. */
export function objectMetaSchema(): Schema {
  return builtinSchemas().resolve('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
}

/** All definitions by name, references unresolved. */
export function builtinDefinitions(): Readonly<Record<string, Schema>> {
  return builtinSchemas().definitions;
}

export function builtinDefinitionName(type: Pick<ResourceType, 'group' | 'version' | 'kind'>): string | undefined {
  return builtinSchemas().nameOf(type);
}

/** The schema of a built-in kind without references; undefined for kinds that are not built in. */
export function builtinSchema(type: Pick<ResourceType, 'group' | 'version' | 'kind'>): Schema | undefined {
  const name = builtinSchemas().nameOf(type);
  return name === undefined ? undefined : builtinSchemas().resolve(name);
}
