/** What the module commander renders. */
import type {Fields} from '../../../domain/fields.ts';
import type {Draft} from '../world-client.ts';
import type {CommanderWish} from './commander-module.ts';

export const commanderNames = {
  namespace: 'd8-commander',
  database: 'commander-postgres',
  secret: 'commander-envs',
  keys: [
    'ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY',
    'ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT',
    'ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY',
  ],
} as const;

const {namespace, database, secret} = commanderNames;
const labels = {heritage: 'deckhouse', module: 'commander'};

export const namespaceDraft: Draft = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace, labels}};

export function keysDraft(keys: Readonly<Record<string, string>>): Draft {
  const data = Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, Buffer.from(value).toString('base64')]));
  return {apiVersion: 'v1', kind: 'Secret', metadata: {name: secret, namespace, labels}, type: 'Opaque', data};
}

export function databaseDraft({storageClass, instances}: CommanderWish): Draft {
  return {
    apiVersion: 'acid.zalan.do/v1',
    kind: 'postgresql',
    metadata: {name: database, namespace, labels},
    spec: {
      teamId: 'commander',
      numberOfInstances: instances,
      postgresql: {version: '15'},
      volume: {size: '10Gi', ...(storageClass !== '' && {storageClass})},
      resources: {requests: {cpu: '100m', memory: '256Mi'}, limits: {cpu: '1', memory: '1Gi'}},
      databases: {commander: 'commander'},
      users: {commander: []},
    },
  };
}

/** Name, replicas, and whether it speaks to the database. */
const parts: readonly (readonly [name: string, image: string])[] = [
  ['backend', 'commander-api'],
  ['frontend', 'commander-web'],
  ['cluster-manager', 'commander-manager'],
  ['renderer', 'commander-renderer'],
  ['connector', 'commander-connector'],
];

export function deploymentDrafts({instances}: CommanderWish): readonly Draft[] {
  return parts.map(([name, image]) => {
    const own = {app: name, ...labels};
    const spec: Fields = {
      containers: [
        {
          name,
          image: `registry.example.com/commander/${image}:v1.12.4`,
          ports: [{containerPort: 8080, name: 'http'}],
          resources: {requests: {cpu: '50m', memory: '128Mi'}},
          ...(name === 'backend' && {envFrom: [{secretRef: {name: secret}}]}),
        },
      ],
    };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {name, namespace, labels: own},
      spec: {replicas: instances, selector: {matchLabels: {app: name}}, template: {metadata: {labels: own}, spec}},
    };
  });
}
