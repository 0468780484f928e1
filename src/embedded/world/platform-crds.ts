/** The CRDs that a platform cluster has: those of `deploy/crds/platform` and a few of other operators. */
import {inflateRawSync} from 'node:zlib';
import {platformCrdsData} from './platform-crds-data.ts';
import type {Draft} from './world-client.ts';

export function platformCrds(): readonly Draft[] {
  return JSON.parse(inflateRawSync(Buffer.from(platformCrdsData, 'base64')).toString());
}

type SmallCrd = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly isNamespaced: boolean;
  /** [name, JSON path, type, priority] */
  readonly columns: readonly (readonly [name: string, jsonPath: string, type?: string, priority?: number])[];
};

const ready = '.status.conditions[?(@.type=="Ready")]';
const age = ['Age', '.metadata.creationTimestamp', 'date'] as const;

const smallCrds: readonly SmallCrd[] = [
  {
    group: 'cert-manager.io',
    version: 'v1',
    kind: 'Certificate',
    plural: 'certificates',
    shortNames: ['cert', 'certs'],
    isNamespaced: true,
    columns: [
      ['Ready', `${ready}.status`],
      ['Secret', '.spec.secretName'],
      ['Issuer', '.spec.issuerRef.name', 'string', 1],
      ['Status', `${ready}.message`, 'string', 1],
      age,
    ],
  },
  {
    group: 'cert-manager.io',
    version: 'v1',
    kind: 'ClusterIssuer',
    plural: 'clusterissuers',
    shortNames: ['ciss'],
    isNamespaced: false,
    columns: [['Ready', `${ready}.status`], ['Status', `${ready}.message`, 'string', 1], age],
  },
  {
    group: 'deckhouse.io',
    version: 'v1alpha1',
    kind: 'ClusterAlert',
    plural: 'clusteralerts',
    shortNames: [],
    isNamespaced: false,
    columns: [
      ['Alert', '.alert.name'],
      ['Severity', '.alert.severityLevel'],
      age,
      ['Last Received', '.status.lastUpdateTime', 'date'],
      ['Status', '.status.alertStatus'],
    ],
  },
  {
    group: 'deckhouse.io',
    version: 'v1',
    kind: 'IngressNginxController',
    plural: 'ingressnginxcontrollers',
    shortNames: [],
    isNamespaced: false,
    columns: [
      ['Ingress Class', '.spec.ingressClass'],
      ['Controller Version', '.spec.controllerVersion'],
      ['Inlet', '.spec.inlet'],
    ],
  },
];

export function otherCrds(): readonly Draft[] {
  return smallCrds.map(crdOf);
}

function crdOf({group, version, kind, plural, shortNames, isNamespaced, columns}: SmallCrd): Draft {
  const free = {type: 'object', 'x-kubernetes-preserve-unknown-fields': true};
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {name: `${plural}.${group}`},
    spec: {
      group,
      scope: isNamespaced ? 'Namespaced' : 'Cluster',
      names: {kind, plural, shortNames},
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: {status: {}},
          additionalPrinterColumns: columns.map(([name, jsonPath, type = 'string', priority = 0]) => ({name, jsonPath, type, priority})),
          schema: {openAPIV3Schema: free},
        },
      ],
    },
  };
}
