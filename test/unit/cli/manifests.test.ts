import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Command} from 'commander';
import {describe, expect, test} from 'vitest';
import {parseAllDocuments} from 'yaml';
import {addManifestFlags, type ManifestFlags, manifestDefaults} from '../../../src/cli/manifest-flags.ts';
import {deployFiles} from '../../../src/cli/manifests/deploy-files.ts';
import {controllerRoles} from '../../../src/cli/manifests/roles.ts';
import {runManifests} from '../../../src/cli/manifests/run-manifests.ts';
import {manifestText} from '../../../src/cli/manifests.ts';
import {runbookGroups} from '../../../src/engine/define-runbook.ts';
import {runbooks} from '../../../src/runbooks/catalog.ts';

type Role = {
  readonly kind: string;
  readonly metadata: {readonly name: string; readonly namespace?: string};
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
};

const {version} = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));

describe('deploy/', () => {
  test.each([...deployFiles(version)])('%s holds what the program prints; node scripts/deploy.ts writes it anew', (path, text) => {
    expect(readFileSync(join(import.meta.dirname, '../../../deploy', path), 'utf8')).toBe(text);
  });
});

describe('the roles of the controller', () => {
  test('allow what the enabled runbooks ask for and nothing else', () => {
    for (const group of runbookGroups) {
      const wanted = runbooks.filter(runbook => runbook.group === group).flatMap(({permissions}) => permissions);
      const rights = wanted.flatMap(({verbs, group: api, resource, scope}) =>
        verbs.map(verb => `${typeof scope === 'object' ? scope.namespace : '*'}: ${verb} ${resource}.${api}`),
      );
      expect(rightsOf(group), group).toEqual([...new Set(rights)].sort());
    }
  });

  test('join the verbs of several runbooks, and keep a namespace’s rights in it', () => {
    const permissions = [
      {verbs: ['get', 'patch'], group: '', resource: 'nodes', scope: 'target'},
      {verbs: ['get', 'list'], group: '', resource: 'nodes'},
      {verbs: ['create'], group: '', resource: 'pods/exec', scope: {namespace: 'd8-system'}},
    ] as const;
    const roles = controllerRoles('deckhand', new Map([['nodes', permissions]])).filter(({metadata}) => metadata.name.endsWith('-nodes'));
    expect(roles).toMatchObject([
      {kind: 'ClusterRole', rules: [{apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch']}]},
      {kind: 'ClusterRoleBinding', subjects: [{name: 'deckhand-controller', namespace: 'deckhand'}]},
      {kind: 'Role', metadata: {namespace: 'd8-system'}, rules: [{resources: ['pods/exec'], verbs: ['create']}]},
      {kind: 'RoleBinding', metadata: {namespace: 'd8-system'}, roleRef: {kind: 'Role'}},
    ]);
  });
});

describe('the flags', () => {
  test('name the groups, the namespace and the image of the controller', () => {
    const flags = parse('--runbooks=static,nodes,nodes', '--runs-namespace=ops', '--image=registry.example.com/deckhand@sha256:0a');
    const text = manifestText(flags, '1.2.3');
    expect(text).toContain('--runbooks=nodes,static\n');
    expect(text).toContain('image: registry.example.com/deckhand@sha256:0a\n');
    const places = parseAllDocuments(text).map(document => document.toJS()?.metadata?.namespace);
    expect(new Set(places)).toEqual(new Set([undefined, 'ops', 'd8-system', 'default']));
  });

  test('leave out what an older API server does not serve', () => {
    expect(manifestText(parse('--kubernetes=1.36'), '1')).toContain('kind: MutatingAdmissionPolicy\n');
    expect(manifestText(parse('--kubernetes=v1.33.4'), '1')).not.toContain('kind: MutatingAdmissionPolicy');
    expect(manifestText(parse('--kubernetes=1.33'), '1')).toContain('kind: ValidatingAdmissionPolicy\n');
  });

  test('give rights in the platform’s namespaces in all, where there is no platform', () => {
    expect(manifestText(parse('--runbooks=nodes'), '1')).toContain('namespace: d8-system\n');
    const bare = manifestText(parse('--runbooks=nodes', '--no-deckhouse'), '1');
    expect(bare).not.toContain('namespace: d8-system\n');
    const role = parseAllDocuments(bare)
      .map(document => document.toJS())
      .find(manifest => manifest?.kind === 'ClusterRole' && manifest.metadata.name === 'deckhand-controller-nodes');
    expect(role.rules).toContainEqual({apiGroups: ['apps'], resources: ['deployments'], verbs: ['get']});
  });

  test.each([
    [
      '--runbooks=nodes,node',
      "option '--runbooks <groups>' argument 'nodes,node' is invalid. There is no group node: the groups are releases, modules, nodes, static, generic, postgres.",
    ],
    ['--runbooks=', 'It names no group: the groups are releases, modules, nodes, static, generic, postgres.'],
    ['--runs-namespace=Ops', "option '--runs-namespace <name>' argument 'Ops' is invalid."],
    ['--image=a b', 'An image is REGISTRY/NAME:TAG'],
    ['--kubernetes=1.29', 'It takes a version such as 1.33'],
    ['--kubernetes=new', 'It takes a version such as 1.33'],
  ])('%s is refused, and why', (argument, why) => {
    expect(() => parse(argument)).toThrow(why);
  });
});

test('every manifest has a name of its own within its kind and namespace', () => {
  const {image, runsNamespace: namespace, kubernetes: kubernetesMinor} = manifestDefaults('1');
  const names = runManifests({namespace, image, kubernetesMinor, permissions: new Map()}).map(
    ({apiVersion, kind, metadata}) => `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
  );
  expect(names).toEqual([...new Set(names)]);
});

function parse(...args: readonly string[]): ManifestFlags {
  const command = addManifestFlags(new Command('manifests'), '1.2.3')
    .exitOverride()
    .configureOutput({writeErr: () => {}});
  return command.parse(args, {from: 'user'}).opts<ManifestFlags>();
}

function rightsOf(group: string): string[] {
  const permissions = runbooks.filter(runbook => runbook.group === group).flatMap(runbook => runbook.permissions);
  const manifests: readonly unknown[] = controllerRoles('deckhand', new Map([[group, permissions]]));
  return manifests
    .filter(isRole)
    .filter(({metadata}) => metadata.name === `deckhand-controller-${group}`)
    .flatMap(({metadata, rules}) =>
      rules.flatMap(({apiGroups, resources, verbs}) =>
        resources.flatMap(resource => verbs.map(verb => `${metadata.namespace ?? '*'}: ${verb} ${resource}.${apiGroups.join()}`)),
      ),
    )
    .sort();
}

function isRole(manifest: unknown): manifest is Role {
  return typeof manifest === 'object' && manifest !== null && 'rules' in manifest;
}
