/** A CustomResourceDefinition of ours, from its names, columns and schema. */
import {apiVersionOf, type Resource} from '../resource.ts';
import type {Rule, Schema} from './schema.ts';

export type Column = {readonly name: string; readonly path: string; readonly type?: 'date' | 'string'; readonly isWide?: boolean};

type DefinitionOptions = {
  readonly kind: Pick<Resource, 'group' | 'version' | 'plural' | 'kind'>;
  readonly shortName: string;
  readonly description: string;
  readonly columns: readonly Column[];
  readonly spec: Schema;
  readonly status?: Schema;
  readonly rules?: readonly Rule[];
};

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {readonly name: string; readonly [field: string]: unknown};
  readonly [field: string]: unknown;
};

export function definitionOf({kind: {group, version, plural, kind}, shortName, description, ...rest}: DefinitionOptions): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {name: `${plural}.${group}`},
    spec: {
      group,
      scope: 'Namespaced',
      names: {kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames: [shortName], categories: ['deckhand']},
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(rest.status === undefined ? {} : {subresources: {status: {}}}),
          additionalPrinterColumns: rest.columns.map(columnOf),
          schema: {openAPIV3Schema: schemaOf(apiVersionOf({group, version}), kind, description, rest)},
        },
      ],
    },
  };
}

function schemaOf(
  apiVersion: string,
  kind: string,
  description: string,
  {spec, status, rules}: Pick<DefinitionOptions, 'spec' | 'status' | 'rules'>,
): Schema {
  return {
    type: 'object',
    description,
    required: ['spec'],
    properties: {
      apiVersion: {type: 'string', description: apiVersion},
      kind: {type: 'string', description: kind},
      metadata: {type: 'object'},
      spec,
      ...(status === undefined ? {} : {status}),
    },
    ...(rules === undefined ? {} : {'x-kubernetes-validations': rules}),
  };
}

function columnOf({name, path, type = 'string', isWide = false}: Column): Schema {
  return {name, jsonPath: path, type, ...(isWide ? {priority: 1} : {})};
}
