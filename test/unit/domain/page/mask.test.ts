/** No secret leaves maskObject, and what is no secret does. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Fields} from '../../../../src/domain/fields.ts';
import {maskObject} from '../../../../src/domain/page/mask.ts';
import {isSecretName, isSecretSetting} from '../../../../src/domain/page/secret-name.ts';
import {masked} from '../../../../src/domain/page/secret-text.ts';
import {yamlLines} from '../../../../src/domain/page/yaml-lines.ts';

/** Everything that stands for a secret in these tests holds this. */
const canary = 'kanareika7';

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}

/** What a reader of the object would see, in JSON and as lines. */
function seen(object: Fields): string {
  const frozen = structuredClone(object);
  deepFreeze(frozen);
  const safe = maskObject(frozen);
  const lines = yamlLines(safe, new Set()).map(line => line.text);
  return `${JSON.stringify(safe)}\n${lines.join('\n')}`;
}

function lastApplied(object: Fields): Fields {
  return {
    ...object,
    metadata: {name: 'x', annotations: {'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(object)}\n`}},
  };
}

const leaks: Record<string, Fields> = {
  Secret: {kind: 'Secret', metadata: {name: 's'}, data: {'tls.crt': canary, anything: canary}, stringData: {x: canary}, type: 'Opaque'},
  'Secret with data of another shape': {kind: 'Secret', data: canary, stringData: [canary]},
  SecretList: {kind: 'SecretList', apiVersion: 'v1', items: [{metadata: {name: 's'}, data: {x: canary}}]},
  'a list of Secrets among others': {kind: 'List', items: [{kind: 'Secret', data: {x: canary}}]},
  ModuleSource: {kind: 'ModuleSource', spec: {registry: {dockerCfg: canary, repo: 'registry.example/modules', scheme: 'HTTPS'}}},
  SSHCredentials: {
    kind: 'SSHCredentials',
    spec: {user: 'ubuntu', privateSSHKey: canary, sudoPassword: canary, sudoPasswordEncoded: canary},
  },
  NodeUser: {kind: 'NodeUser', spec: {uid: 1050, passwordHash: canary, sshPublicKeys: ['ssh-ed25519 AAAA']}},
  'settings of a module': {
    kind: 'ModuleConfig',
    spec: {
      version: 2,
      settings: {
        auth: {password: canary, credentials: {id: canary, value: canary}},
        apiKeys: [canary],
        license: {key: canary},
        proxy: {secret: {inner: canary, list: [canary, {deep: canary}]}},
        encryption_key: canary,
        tokens: {ci: canary},
      },
    },
  },
  'environment of a pod': {
    kind: 'Pod',
    spec: {
      containers: [
        {
          env: [
            'DB_PASSWORD',
            'PGPASSWORD',
            'API_KEY',
            'X_TOKEN',
            'AWS_SECRET_ACCESS_KEY',
            'ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT',
          ].map(name => ({name, value: canary})),
          args: [`--token=${canary}`, '--password', canary, `--dsn=postgres://app:${canary}@db:5432/app`],
          command: ['sh', '-c', `export SECRET=${canary}; run`],
        },
      ],
    },
  },
  'a docker configuration': {
    kind: 'ConfigMap',
    data: {'.dockerconfigjson': canary, 'config.json': `{"auths":{"r":{"password":"${canary}"}}}`},
  },
  'settings in the text of a ConfigMap': {
    kind: 'ConfigMap',
    data: {'app.ini': `[db]\nhost = db\npassword = ${canary}\n`, env: `export API_TOKEN="${canary}"`},
  },
  'a private key in text': {
    kind: 'NodeGroupConfiguration',
    spec: {content: `cat <<EOF\n-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----\nEOF`},
  },
  'a private key in base64': {kind: 'X', spec: {keyFile: Buffer.from(`-----BEGIN EC PRIVATE KEY-----\n${canary}`).toString('base64')}},
  'a web token': {kind: 'X', spec: {note: `eyJhbGciOiJIUzI1NiJ9.eyJ${canary}.${canary}`}},
  'an authorization header': {kind: 'X', spec: {headers: [{name: 'X-Auth-Token', value: canary}], text: `Authorization: Bearer ${canary}`}},
};

describe('nothing leaks', () => {
  test.each(Object.entries(leaks))('%s', (_, object) => {
    expect(seen(object)).toContain(masked);
    expect(seen(object)).not.toContain(canary);
    expect(seen(object)).not.toContain(Buffer.from(canary).toString('base64').slice(0, 12));
  });

  test.each(Object.entries(leaks))('%s, in the configuration last applied', (_, object) => {
    expect(seen(lastApplied(object))).not.toContain(canary);
  });

  test('a configuration last applied to a Secret that is cut off', () => {
    const annotations = {'kubectl.kubernetes.io/last-applied-configuration': `{"kind":"Secret","data":{"password":"${canary}`};
    expect(seen({kind: 'Secret', metadata: {annotations}})).not.toContain(canary);
  });

  test('a secret at any depth', () => {
    let object: Fields = {password: canary, data: {token: canary}};
    const around = [
      (inner: Fields): Fields => ({inner}),
      (inner: Fields): Fields => ({list: [inner]}),
      (inner: Fields): Fields => ({kind: 'PodList', items: [inner]}),
      (inner: Fields): Fields => ({kind: 'ModuleConfig', spec: inner}),
      (inner: Fields): Fields => ({kind: 'ModuleConfig', spec: {settings: inner}}),
    ];
    for (let level = 0; level < 5_000; level += 1) object = around[level % around.length]?.(object) ?? object;
    const safe = maskObject(object);
    expect(
      yamlLines(safe)
        .map(line => line.text)
        .join('\n'),
    ).not.toContain(canary);
    expect(JSON.stringify(safe)).not.toContain(canary);
  });

  test('a secret wherever it stands, among whatever', () => {
    const secretName = fc.constantFrom(
      'password',
      'dockerCfg',
      'privateSSHKey',
      'bearerToken',
      'client_secret',
      'passwordHash',
      'accessKey',
      'TOKEN',
    );
    const plainName = fc.constantFrom('spec', 'status', 'items', 'data', 'name', 'value', 'settings', 'kind', 'operator', 'a.b/c');
    const {node} = fc.letrec<{node: unknown}>(tie => ({
      node: fc.oneof(
        {maxDepth: 5},
        fc.constantFrom('plain', 5, true, null, ''),
        fc
          .tuple(secretName, fc.constantFrom<unknown>(canary, [canary], [[canary]], {value: canary}))
          .map(([name, secret]) => ({[name]: secret})),
        fc.array(tie('node'), {maxLength: 3}),
        fc.dictionary(plainName, tie('node'), {maxKeys: 4, noNullPrototype: true}),
        tie('node').map(inner => JSON.stringify(inner)),
      ),
    }));
    const kind = fc.constantFrom('Pod', 'ModuleConfig', 'ConfigMap', 'PodList', 'Secret', undefined);
    fc.assert(
      fc.property(kind, fc.dictionary(plainName, node, {maxKeys: 4, noNullPrototype: true}), (ofKind, fields) => {
        expect(seen({...fields, ...(ofKind !== undefined && {kind: ofKind})})).not.toContain(canary);
      }),
      {numRuns: 2000},
    );
  });
});

describe('what is no secret stays', () => {
  test.each<[string, Fields]>([
    [
      'names of secrets',
      {kind: 'Pod', spec: {imagePullSecrets: [{name: 'r'}], volumes: [{secret: {secretName: 's', items: [{key: 'password', path: 'p'}]}}]}},
    ],
    ['references', {kind: 'Pod', spec: {env: [{name: 'DB_PASSWORD', valueFrom: {secretKeyRef: {name: 's', key: 'password'}}}]}}],
    ['flags and times', {kind: 'Pod', spec: {automountServiceAccountToken: true, tokenExpirationSeconds: 3600, passwordPolicy: 'Strong'}}],
    [
      'the CA of a source',
      {kind: 'ModuleSource', spec: {registry: {ca: '-----BEGIN CERTIFICATE-----\nMIIB\n', repo: 'r', scheme: 'HTTPS'}}},
    ],
    ['a certificate in base64', {kind: 'X', caBundle: Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB').toString('base64')}],
    ['public keys', {kind: 'NodeUser', spec: {sshPublicKey: 'ssh-rsa AAAA', sshPublicKeys: ['ssh-rsa AAAA']}}],
    [
      'tolerations in settings',
      {kind: 'ModuleConfig', spec: {settings: {tolerations: [{key: 'dedicated', operator: 'Exists'}], nodeSelector: {a: 'b'}}}},
    ],
    ['an empty password', {kind: 'X', spec: {password: ''}}],
    [
      'schemas of a CRD',
      {kind: 'CustomResourceDefinition', spec: {properties: {password: {type: 'string', description: 'A word.'}}, required: ['password']}},
    ],
    ['managed fields', {kind: 'X', metadata: {managedFields: [{fieldsV1: {'f:data': {'f:password': {}}}}]}}],
    ['an image', {kind: 'Pod', spec: {image: 'registry:5000/token-service:v1', url: 'https://host:443/path?x=1&y=2'}}],
  ])('%s', (_, object) => {
    expect(maskObject(object)).toEqual(object);
  });

  test('a Secret shows what it holds, but not the contents', () => {
    const secret = {apiVersion: 'v1', kind: 'Secret', metadata: {name: 's'}, type: 'Opaque', data: {user: 'dQ==', pass: 'cA=='}};
    expect(maskObject(secret)).toEqual({...secret, data: {user: masked, pass: masked}});
  });

  test('a configuration last applied stays readable', () => {
    const {metadata} = maskObject(lastApplied({kind: 'ModuleSource', spec: {registry: {dockerCfg: canary, repo: 'r'}}}));
    expect(metadata).toEqual({
      name: 'x',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `{"kind":"ModuleSource","spec":{"registry":{"dockerCfg":"${masked}","repo":"r"}}}\n`,
      },
    });
  });
});

describe('names', () => {
  test.each([
    'sudoPasswordEncoded',
    'dockerCfg',
    '.dockerconfigjson',
    'privateSSHKey',
    'bearer_token',
    'clientSecret',
    'API-KEY',
    'bindPW',
    'serviceAccountJSON',
    'client-key-data',
    'storageAccountKey',
  ])('%s is a secret', name => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each([
    'secretName',
    'credentialsRef',
    'tokenTTL',
    'sshPublicKeys',
    'key',
    'monkey',
    'passthrough',
    'keyboard',
    'topologyKey',
    'tokenReviewUrl',
    'passwordFile',
    '',
  ])('%s is none', name => {
    expect(isSecretName(name)).toBe(false);
  });

  test('settings are judged more strictly', () => {
    expect(['key', 'KEY_SALT', 'auth', 'license'].map(isSecretSetting)).toEqual([true, true, true, false]);
  });
});
