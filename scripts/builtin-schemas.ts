/**
 * Writes src/embedded/apiserver/builtin-schemas-data.ts from the OpenAPI v3 documents of a Kubernetes release:
 * `node scripts/builtin-schemas.ts DIR`, DIR being `api/openapi-spec/v3` of the Go module
 * k8s.io/kubernetes (Apache-2.0), the version of which test/support/control-plane builds.
 */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {deflateRawSync} from 'node:zlib';
import {isFields, readFields} from '../src/domain/fields.ts';
import {builtinTypes} from '../src/embedded/apiserver/builtin-kinds.ts';

const target = join(import.meta.dirname, '../src/embedded/apiserver/builtin-schemas-data.ts');

function readDefinitions(directory: string): Map<string, unknown> {
  const definitions = new Map<string, unknown>();
  for (const file of readdirSync(directory)) {
    if (!file.endsWith('_openapi.json')) continue;
    const document: unknown = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    for (const [name, schema] of Object.entries(readFields(document, 'components.schemas'))) definitions.set(name, schema);
  }
  return definitions;
}

function isServed(schema: unknown): boolean {
  const named = isFields(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
  if (!Array.isArray(named)) return false;
  return named.some(gvk => builtinTypes.some(type => type.group === gvk.group && type.version === gvk.version && type.kind === gvk.kind));
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isFields(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref.split('/').at(-1) ?? ''] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

function reachable(definitions: Map<string, unknown>, roots: readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...referencesIn(definitions.get(name)));
  }
  return [...found].sort();
}

function main(directory: string): void {
  const definitions = readDefinitions(directory);
  const roots = [...definitions.entries()].filter(([, schema]) => isServed(schema)).map(([name]) => name);
  const kept = Object.fromEntries(reachable(definitions, roots).map(name => [name, definitions.get(name)]));
  const packed = deflateRawSync(JSON.stringify(kept), {level: 9}).toString('base64');
  writeFileSync(
    target,
    `/** OpenAPI schemas of the built-in kinds, deflated JSON in base64; written by scripts/builtin-schemas.ts. */\nexport const builtinSchemasData = '${packed}';\n`,
  );
  process.stdout.write(`${Object.keys(kept).length} schemas, ${packed.length} characters\n`);
}

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('the directory of the OpenAPI v3 documents is missing');
main(directory);
