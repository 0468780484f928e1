/** One kind in one served version as the embedded API server knows it; made from a CRD or from the table of built-ins. */
import type {Resource} from '../../domain/resource.ts';
import type {RuleSet} from './cel/rule-tree.ts';

export type PrinterColumn = {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
};

/** A structural OpenAPI v3 schema, as `spec.versions[].schema.openAPIV3Schema` holds it. */
export type Schema = {readonly [keyword: string]: unknown};

/** A path under one object beside `status` and `scale`; kind, group and version are those of the body it takes or gives. */
export type Subresource = {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
};

export type ResourceType = Resource & {
  /** The version in which objects of this kind are stored; conversion strategy None only. */
  readonly storageVersion: string;
  readonly listKind: string;
  readonly hasStatus: boolean;
  readonly scale?: {readonly specPath: string; readonly statusPath: string; readonly selectorPath?: string};
  readonly schema?: Schema;
  /** The schema's rules in CEL. */
  readonly rules?: RuleSet;
  /** Only for kinds that come from a CRD; built-ins have printers of their own. */
  readonly printerColumns?: readonly PrinterColumn[];
  /** JSON paths beside metadata.name and metadata.namespace that a field selector may name: `spec.nodeName`. */
  readonly selectableFields: readonly string[];
  readonly subresources?: readonly Subresource[];
};
