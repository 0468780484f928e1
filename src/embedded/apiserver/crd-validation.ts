/** Faults of a CustomResourceDefinition, in the words of the API server. */
import {type Fields, isFields, readField, readFields, readList, readString} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {StatusCause} from '../../domain/status-error.ts';
import {crdRuleFaults} from './cel/crd-rules.ts';
import {structuralFaults} from './crd-structural.ts';
import {type FieldError, invalid, notSupported, required} from './schema/field-error.ts';

const dnsLabelPattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const dnsLabelRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const subdomainPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** Takes the CRD after `defaultCrd`; empty when it may be admitted. */
export function validateCrd(crd: KubeObject): StatusCause[] {
  const spec = readFields(crd, 'spec');
  const versions = readList(spec, 'versions').filter(isFields);
  return [
    ...nameFaults(crd, spec),
    ...groupFaults(spec),
    ...scopeFaults(spec),
    ...(spec.preserveUnknownFields === true
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...versions.flatMap((version, index) => schemaPresence(version, `spec.versions[${index}]`)),
    ...versions.flatMap((version, index) => versionFaults(version, `spec.versions[${index}]`, versions.length === 1)),
    ...versionSetFaults(versions),
    ...namesFaults(readFields(spec, 'names')),
    ...storedVersionFaults(versions),
  ];
}

/** That the name is a subdomain at all is checked for every kind. */
function nameFaults(crd: KubeObject, spec: Fields): FieldError[] {
  const name = crd.metadata.name;
  const wanted = `${readString(spec, 'names.plural') ?? ''}.${readString(spec, 'group') ?? ''}`;
  return name === wanted ? [] : [invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')];
}

function groupFaults(spec: Fields): FieldError[] {
  const group = readString(spec, 'group') ?? '';
  if (group === '') return [required('spec.group')];
  if (!subdomainPattern.test(group)) return [invalid('spec.group', group, subdomainRule)];
  return group.includes('.') ? [] : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

function scopeFaults(spec: Fields): FieldError[] {
  const scope = readString(spec, 'scope') ?? '';
  if (scope === '') return [required('spec.scope')];
  return scope === 'Cluster' || scope === 'Namespaced' ? [] : [notSupported('spec.scope', scope, ['Cluster', 'Namespaced'])];
}

function schemaPresence(version: Fields, path: string): FieldError[] {
  return isFields(readField(version, 'schema.openAPIV3Schema')) ? [] : [required(`${path}.schema.openAPIV3Schema`)];
}

/** With a single version the API server reports under the old top-level fields. */
function versionFaults(version: Fields, path: string, isOnly: boolean): FieldError[] {
  const name = readString(version, 'name') ?? '';
  const root = isOnly ? 'spec' : path;
  const schema = readField(version, 'schema.openAPIV3Schema');
  return [
    ...(dnsLabelPattern.test(name) ? [] : [invalid(`${path}.name`, name, dnsLabelRule)]),
    ...(isFields(schema) ? schemaFaults(schema, `${root}.${isOnly ? 'validation' : 'schema'}.openAPIV3Schema`) : []),
    ...scaleFaults(version, `${root}.subresources.scale`),
    ...readList(version, 'additionalPrinterColumns').flatMap((column, index) =>
      columnFaults(column, `${root}.additionalPrinterColumns[${index}]`),
    ),
  ];
}

/** Rules are read only in a schema that is sound without them. */
function schemaFaults(schema: Fields, path: string): FieldError[] {
  const faults = structuralFaults(schema, path);
  return faults.length > 0 ? faults : crdRuleFaults(schema, path);
}

function scaleFaults(version: Fields, path: string): FieldError[] {
  const scale = readField(version, 'subresources.scale');
  if (!isFields(scale)) return [];
  const specPath = readString(scale, 'specReplicasPath') ?? '';
  const statusPath = readString(scale, 'statusReplicasPath') ?? '';
  const faults: FieldError[] = [];
  if (specPath === '') faults.push(required(`${path}.specReplicasPath`));
  else if (!specPath.startsWith('.spec.')) faults.push(invalid(`${path}.specReplicasPath`, specPath, 'should be a json path under .spec'));
  if (statusPath === '') faults.push(required(`${path}.statusReplicasPath`));
  else if (!statusPath.startsWith('.status.'))
    faults.push(invalid(`${path}.statusReplicasPath`, statusPath, 'should be a json path under .status'));
  return faults;
}

function columnFaults(column: unknown, path: string): FieldError[] {
  const faults: FieldError[] = [];
  const type = readString(column, 'type') ?? '';
  const format = readString(column, 'format') ?? '';
  if (!readString(column, 'name')) faults.push(required(`${path}.name`));
  if (type === '') faults.push(required(`${path}.type`, `must be one of ${columnTypes.join(',')}`));
  else if (!columnTypes.includes(type)) faults.push(invalid(`${path}.type`, type, `must be one of ${columnTypes.join(',')}`));
  if (format !== '' && !columnFormats.includes(format))
    faults.push(invalid(`${path}.format`, format, `must be one of ${columnFormats.join(',')}`));
  if (!readString(column, 'jsonPath')) faults.push(required(`${path}.JSONPath`));
  return faults;
}

function versionSetFaults(versions: readonly Fields[]): FieldError[] {
  const names = versions.map(version => version.name);
  const [first] = names;
  const faults: FieldError[] = [];
  if (new Set(names).size !== names.length)
    faults.push(invalid('spec.versions', versions.map(asInternal), 'must contain unique version names'));
  if (versions.filter(version => version.storage === true).length !== 1) {
    faults.push(invalid('spec.versions', versions.map(asInternal), 'must have exactly one version marked as storage version'));
  }
  if (typeof first === 'string' && !dnsLabelPattern.test(first)) faults.push(invalid('spec.version', first, dnsLabelRule));
  return faults;
}

/** The form in which the API server quotes a version; what all versions share has moved to the old top-level fields. */
function asInternal(version: Fields): Fields {
  return {
    Name: version.name,
    Served: version.served === true,
    Storage: version.storage === true,
    Deprecated: version.deprecated === true,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  };
}

/** A new CRD records the first storage version it finds. */
function storedVersionFaults(versions: readonly Fields[]): FieldError[] {
  const [stored, second] = versions.filter(version => version.storage === true).map(version => version.name);
  if (stored === undefined) return [invalid('status.storedVersions', null, 'must have at least one stored version')];
  return second === undefined || second === stored
    ? []
    : [invalid('status.storedVersions', [stored], `must have the storage version ${String(second)}`)];
}

function namesFaults(names: Fields): FieldError[] {
  const faults: FieldError[] = [];
  for (const key of ['plural', 'singular', 'kind', 'listKind']) {
    const name = readString(names, key) ?? '';
    if (name === '' || (key === 'listKind' && name === 'List')) faults.push(required(`spec.names.${key}`));
    else if (!dnsLabelPattern.test(key.toLowerCase().endsWith('kind') ? name.toLowerCase() : name)) {
      faults.push(
        invalid(
          `spec.names.${key}`,
          name,
          key.toLowerCase().endsWith('kind') ? `may have mixed case, but should otherwise match: ${dnsLabelRule}` : dnsLabelRule,
        ),
      );
    }
  }
  for (const key of ['shortNames', 'categories']) {
    for (const [index, name] of readList(names, key).entries()) {
      if (typeof name !== 'string' || !dnsLabelPattern.test(name)) faults.push(invalid(`spec.names.${key}[${index}]`, name, dnsLabelRule));
    }
  }
  if (names.kind !== undefined && names.kind === names.listKind) {
    faults.push(invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  }
  return faults;
}

/** An established CRD keeps its scope, group and kind. */
export function validateCrdUpdate(before: KubeObject, after: KubeObject): StatusCause[] {
  const immutable = ['scope', 'group', 'names.kind', 'names.plural'];
  const changed = immutable.filter(path => readField(before, `spec.${path}`) !== readField(after, `spec.${path}`));
  const stored = readList(before, 'status.storedVersions');
  const kept = new Set(readList(after, 'spec.versions').map(version => readString(version, 'name')));
  return [
    ...validateCrd(after),
    ...changed.map(path => invalid(`spec.${path}`, readField(after, `spec.${path}`), 'field is immutable')),
    ...stored.flatMap((version, index) =>
      typeof version !== 'string' || kept.has(version)
        ? []
        : [
            invalid(
              `status.storedVersions[${index}]`,
              version,
              `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
            ),
          ],
    ),
  ];
}
