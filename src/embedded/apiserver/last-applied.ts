/** The annotation of client-side apply: what kubectl wrote by it is its own in server-side apply, and stays in step. */
import {canonicalJson} from '../../domain/canonical-json.ts';
import {type Fields, isFields} from '../../domain/fields.ts';
import type {Applied, Conflicts} from './fields/apply-config.ts';
import {changed, compare} from './fields/compare.ts';
import {difference, type FieldSet, isEmpty} from './fields/field-set.ts';
import {fieldsOf} from './fields/field-set-of.ts';
import type {Shape} from './fields/field-shape.ts';
import type {Writer} from './fields/update-managers.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
const kubectl = 'kubectl';

/** The conflicts that remain when kubectl may take back what its client-side apply gave. */
export function allowsConflicts(shape: Shape, live: Fields, conflicts: Conflicts, writer: Writer): Conflicts {
  const own = writer.name === kubectl ? fieldsLastApplied(shape, live, writer.apiVersion) : undefined;
  if (own === undefined) return conflicts;
  const left = [...conflicts].map(([identity, fields]) => [identity, difference(fields, own)] as const);
  return new Map(left.filter(([, fields]) => !isEmpty(fields)));
}

/** Fields of the last configuration that still have its values. */
function fieldsLastApplied(shape: Shape, live: Fields, apiVersion: string): FieldSet | undefined {
  const last = readLastApplied(live);
  if (last === undefined || last.apiVersion !== apiVersion) return undefined;
  const comparison = compare(shape, last, live);
  return difference(difference(fieldsOf(shape, last), changed(comparison)), comparison.removed);
}

function readLastApplied(object: Fields): Fields | undefined {
  const text = annotationsOf(object)[annotation];
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function withLastApplied({object, managers}: Applied, config: Fields, writer: Writer): Applied {
  const annotations = annotationsOf(object);
  const text = annotations[annotation];
  if (writer.name !== kubectl || text === undefined || text === '') return {object, managers};
  const metadata = isFields(object.metadata) ? object.metadata : {};
  const next = {...annotations, [annotation]: `${canonicalJson(withoutAnnotation(config))}\n`};
  return {object: {...object, metadata: {...metadata, annotations: next}}, managers};
}

function withoutAnnotation(config: Fields): Fields {
  const metadata = isFields(config.metadata) ? config.metadata : {};
  const {[annotation]: _own, ...annotations} = annotationsOf(config);
  return metadata.annotations === undefined ? config : {...config, metadata: {...metadata, annotations}};
}

function annotationsOf(object: Fields): Fields {
  const metadata = isFields(object.metadata) ? object.metadata : {};
  return isFields(metadata.annotations) ? metadata.annotations : {};
}
