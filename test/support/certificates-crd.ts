/** A kind that the platform does not have: made, used and removed while a dashboard is open. */
import type {KubernetesObject} from './control-plane/kubernetes-object.ts';
import type {ControlPlane} from './control-plane/start.ts';
import {waitUntil} from './control-plane/wait-until.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const name = 'certificates.cert-manager.io';
export const certificatesPath = '/apis/cert-manager.io/v1/namespaces/default/certificates';

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {name},
  spec: {
    group: 'cert-manager.io',
    scope: 'Namespaced',
    names: {plural: 'certificates', singular: 'certificate', kind: 'Certificate', shortNames: ['cert']},
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        additionalPrinterColumns: [
          {name: 'Ready', type: 'string', jsonPath: '.status.ready'},
          {name: 'Secret', type: 'string', jsonPath: '.spec.secretName'},
          {name: 'Issuer', type: 'string', jsonPath: '.spec.issuer', priority: 1},
          {name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp'},
        ],
        // Nothing is promised about the fields, so that objects may hold anything.
        schema: {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}},
      },
    ],
  },
};

/** Resolves when certificates can be written. */
export async function createCertificatesKind({api}: ControlPlane): Promise<void> {
  await api.send({method: 'POST', path: definitions, body: definition});
  await waitUntil('certificates are served', () => api.send({path: certificatesPath}), {deadlineMs: 30_000});
}

/** Resolves when the definition is gone, and its objects with it. */
export async function deleteCertificatesKind({api}: ControlPlane): Promise<void> {
  const path = `${definitions}/${name}`;
  await api.send({method: 'DELETE', path});
  const isGone = (): Promise<boolean> =>
    api.send({path}).then(
      () => false,
      () => true,
    );
  await waitUntil('certificates are gone', isGone, {deadlineMs: 30_000});
}

export function certificate(objectName: string, fields: Readonly<Record<string, unknown>> = {}): KubernetesObject {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: {name: objectName, namespace: 'default'},
    spec: {secretName: `${objectName}-tls`, issuer: 'internal'},
    status: {ready: 'False'},
    ...fields,
  };
}
