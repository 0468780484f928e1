/** A CRD for the contract: two versions, subresources, a default, validation, a selectable field and printer columns. */

export const crdsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export type GizmoCrd = {
  readonly name: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  /** Path of its first version. */
  readonly root: string;
  readonly body: object;
};

const group = 'contract.example.com';

export function gizmoCrd(singular: string): GizmoCrd {
  const plural = `${singular}s`;
  const kind = `${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
  const name = `${plural}.${group}`;
  const body = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {name},
    spec: {group, scope: 'Namespaced', names: {plural, kind}, versions: [firstVersion, secondVersion]},
  };
  return {name, plural, singular, kind, root: `/apis/${group}/v1`, body};
}

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: {type: 'integer', minimum: 1},
        color: {type: 'string', default: 'red', enum: ['red', 'blue']},
        replicas: {type: 'integer'},
      },
    },
    status: {type: 'object', properties: {phase: {type: 'string'}, replicas: {type: 'integer'}}},
  },
};

const firstVersion = {
  name: 'v1',
  served: true,
  storage: true,
  subresources: {status: {}, scale: {specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas'}},
  selectableFields: [{jsonPath: '.spec.color'}],
  additionalPrinterColumns: [
    {name: 'Color', type: 'string', jsonPath: '.spec.color'},
    {name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1},
  ],
  schema: {openAPIV3Schema: schema},
};

const secondVersion = {
  name: 'v1beta1',
  served: true,
  storage: false,
  schema: {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}},
};
