/** The CRDs that a platform cluster has: those of the package's `deploy` folder and a few of other operators. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {parseAllDocuments} from 'yaml';
import type {Draft} from './world-client.ts';

const folder = join('deploy', 'crds', 'platform');

/** Throws when the package is incomplete. */
export function readPlatformCrds(): readonly Draft[] {
  const directory = findFolder(import.meta.dirname);
  const files = readdirSync(directory).filter(file => file.endsWith('.yaml'));
  return files.flatMap(file => parseAllDocuments(readFileSync(join(directory, file), 'utf8')).map(document => document.toJSON()));
}

/** Upwards, because the bundle and the sources lie at different depths of the package. */
function findFolder(start: string): string {
  const candidate = join(start, folder);
  if (existsSync(candidate)) return candidate;
  const parent = dirname(start);
  if (parent === start) throw new Error(`the folder ${folder} of the package is missing`);
  return findFolder(parent);
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
