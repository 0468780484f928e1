/** Field selectors: `a=b,c!=d` over metadata.name, metadata.namespace and what the kind declares selectable. */
import {isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {ApiFault} from './api-fault.ts';
import type {ResourceType} from './resource-type.ts';

type Matcher = (object: KubeObject) => boolean;

/** Fields that are booleans on the wire and left out when false. */
const flags = new Set(['spec.unschedulable', 'spec.hostNetwork']);

export function parseFieldSelector(selector: string, type: ResourceType): Matcher {
  const terms = splitTerms(selector);
  const matchers = terms.map(term => termMatcher(term, type));
  return object => matchers.every(matches => matches(object));
}

/** Commas and equals signs may be escaped with a backslash. */
function splitTerms(selector: string): string[] {
  return (selector.match(/(?:\\.|[^,\\])+/g) ?? []).filter(term => term.trim() !== '');
}

function termMatcher(term: string, type: ResourceType): Matcher {
  const [, field, operator, value] = /^((?:\\.|[^=!\\])*)(==|=|!=)([\s\S]*)$/.exec(term) ?? [];
  if (field === undefined || value === undefined) throw ApiFault.badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  checkField(field, type);
  const wanted = value.replace(/\\([\\,=])/g, '$1');
  return operator === '!=' ? object => readLabel(object, field) !== wanted : object => readLabel(object, field) === wanted;
}

function checkField(field: string, type: ResourceType): void {
  if (field === 'metadata.name' || field === 'metadata.namespace') return;
  if (type.selectableFields.includes(field)) return;
  const known = type.selectableFields.length === 0 && type.schema === undefined;
  throw ApiFault.badRequest(
    known ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"` : `field label not supported: ${field}`,
  );
}

function readLabel(object: KubeObject, field: string): string {
  if (field === 'source') return readPath(object, 'source.component') || readPath(object, 'reportingComponent');
  const value = readPath(object, field);
  return value === '' && flags.has(field) ? 'false' : value;
}

function readPath(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const step of path.split('.')) value = isFields(value) ? value[step] : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
