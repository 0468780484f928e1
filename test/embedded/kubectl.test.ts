/** kubectl, as people use it, against the embedded server. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {describeWhere} from '../support/describe-where.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {type Kubectl, kubectlClients, kubectlOf} from '../support/kubectl.ts';

for (const {name, path} of kubectlClients()) {
  describeWhere(path === undefined ? 'it is not here (npm run test:cluster builds it)' : undefined, name, () =>
    describeKubectl(path ?? ''),
  );
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: 'web', labels: {app: 'web'}},
  spec: {
    replicas: 2,
    selector: {matchLabels: {app: 'web'}},
    template: {metadata: {labels: {app: 'web'}}, spec: {containers: [{name: 'c', image: 'nginx:1', ports: [{containerPort: 80}]}]}},
  },
};
const pod = {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p1', labels: {app: 'p'}}, spec: {containers: [{name: 'c', image: 'nginx'}]}};

function describeKubectl(path: string): void {
  let embedded: EmbeddedServer;
  let kubectl: Kubectl;

  beforeAll(async () => {
    embedded = await startEmbeddedServer({crds: true});
    kubectl = kubectlOf(path, embedded.kubeconfigPath);
    expect(await ok('create', 'namespace', 'demo')).toBe('namespace/demo created\n');
    await ok('config', 'set-context', '--current', '--namespace=demo');
    await apply(pod, 'create');
  });
  afterAll(() => embedded.close());

  async function ok(...args: string[]): Promise<string> {
    const {code, stdout, stderr} = await kubectl(args);
    expect(code, `kubectl ${args.join(' ')}\n${stderr}`).toBe(0);
    return stdout;
  }

  async function fails(...args: string[]): Promise<string> {
    const {code, stderr} = await kubectl(args);
    expect(code).not.toBe(0);
    return stderr;
  }

  async function apply(object: object, verb = 'apply'): Promise<string> {
    const {code, stdout, stderr} = await kubectl([verb, '-f', '-'], {input: JSON.stringify(object)});
    expect(code, stderr).toBe(0);
    return stdout;
  }

  test('get prints the server’s columns, wide, and every other output', async () => {
    expect(await ok('get', 'pods')).toMatch(/^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\np1\s+0\/1\s+Pending\s+0\s+\d+s\n$/);
    expect(await ok('get', 'pods', '-o', 'wide')).toMatch(/NODE\s+NOMINATED NODE\s+READINESS GATES/);
    expect(await ok('get', 'pods', '-A', '--show-labels')).toContain('app=p');
    expect(await ok('get', 'pod', 'p1', '-o', 'name')).toBe('pod/p1\n');
    expect(JSON.parse(await ok('get', 'pod', 'p1', '-o', 'json'))).toMatchObject({kind: 'Pod', metadata: {name: 'p1', namespace: 'demo'}});
    expect(await ok('get', 'pod', 'p1', '-o', 'yaml')).toContain('kind: Pod\n');
    expect(await ok('get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}')).toBe('p1');
    expect(await ok('get', 'pods', '-o', 'custom-columns=N:.metadata.name,K:.kind')).toBe('N     K\np1    Pod\n');
    expect(await ok('get', 'pods', '-l', 'app in (p,q),!x', '-o', 'name')).toBe('pod/p1\n');
    expect(await ok('get', 'pods', '--field-selector', 'status.phase=Running', '-o', 'name')).toBe('');
    expect(await fails('get', 'pods', 'nope')).toBe('Error from server (NotFound): pods "nope" not found\n');
    expect(await fails('get', 'foo')).toContain('the server doesn\'t have a resource type "foo"');
  });

  test('get -w shows a change as it happens', async () => {
    const watching = kubectl(['get', 'configmaps', '-w', '--request-timeout=4s', '--no-headers']);
    await ok('create', 'configmap', 'watched', '--from-literal=a=b');
    await ok('delete', 'configmap', 'watched');
    const {stdout} = await watching;
    expect(stdout.match(/^watched\s+1\s+\d+s$/gm)?.length).toBeGreaterThanOrEqual(1);
  });

  test('describe, explain and api-resources know kinds of both sorts', async () => {
    expect(await ok('describe', 'pod', 'p1')).toMatch(/Name:\s+p1\nNamespace:\s+demo\n/);
    expect(await ok('describe', 'namespace', 'demo')).toMatch(/Status:\s+Active/);
    expect(await ok('explain', 'pods.spec.containers')).toMatch(/image\s+<string>/);
    expect(await ok('explain', 'modulereleases.spec')).toMatch(/GROUP:\s+deckhouse.io/);
    const kinds = await ok('api-resources', '-o', 'name');
    expect(kinds.split('\n')).toEqual(expect.arrayContaining(['pods', 'deployments.apps', 'modulereleases.deckhouse.io']));
    expect(await ok('get', 'modulereleases')).toBe('');
  });

  test('the typed creators are understood, though they speak protobuf', async () => {
    expect(await ok('create', 'configmap', 'typed', '--from-literal=a=b')).toBe('configmap/typed created\n');
    expect(await ok('create', 'secret', 'generic', 'typed', '--from-literal=a=b')).toBe('secret/typed created\n');
    expect(await ok('get', 'secret', 'typed', '-o', 'jsonpath={.data.a} {.type}')).toBe('Yg== Opaque');
    expect(await fails('create', 'configmap', 'typed')).toContain('configmaps "typed" already exists');
  });

  test('apply creates, finds nothing to do, and changes', async () => {
    expect(await apply(deployment)).toBe('deployment.apps/web created\n');
    expect(await apply(deployment)).toBe('deployment.apps/web unchanged\n');
    const wider = {...deployment, spec: {...deployment.spec, replicas: 3}};
    expect(await apply(wider)).toBe('deployment.apps/web configured\n');
    expect(await ok('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas} {.metadata.generation}')).toBe('3 2');
  });

  test('apply holds a typing error against the schema', async () => {
    const wrong = {...deployment, spec: {...deployment.spec, replicaz: 3}};
    const {code, stderr} = await kubectl(['apply', '-f', '-'], {input: JSON.stringify(wrong)});
    expect(code).not.toBe(0);
    expect(stderr).toContain('unknown field "spec.replicaz"');
  });

  test('a dry run on the server creates and changes nothing', async () => {
    const dry = {...deployment, metadata: {name: 'dry'}};
    const {stdout} = await kubectl(['apply', '--dry-run=server', '-f', '-'], {input: JSON.stringify(dry)});
    expect(stdout).toBe('deployment.apps/dry created (server dry run)\n');
    expect(await fails('get', 'deployment', 'dry')).toContain('NotFound');
    await apply(dry);
    expect(await ok('delete', 'deployment', 'dry', '--dry-run=server')).toContain('(server dry run)');
    expect(await ok('scale', 'deployment', 'dry', '--replicas=9', '--dry-run=server')).toContain('(server dry run)');
    expect(await ok('get', 'deployment', 'dry', '-o', 'jsonpath={.spec.replicas}')).toBe('2');
  });

  test('server-side apply creates, shares, finds conflicts and takes over by force', async () => {
    const shared = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'shared'}, data: {a: '1', b: '1'}};
    const serverSide = (data: object, ...args: string[]) =>
      kubectl(['apply', '--server-side', '-f', '-', ...args], {input: JSON.stringify({...shared, data})});
    expect((await serverSide(shared.data)).stdout).toBe('configmap/shared serverside-applied\n');
    expect((await serverSide({a: '1'}, '--field-manager=other')).stdout).toBe('configmap/shared serverside-applied\n');
    const conflict = await serverSide({a: '2'}, '--field-manager=other');
    expect(conflict.code).not.toBe(0);
    expect(conflict.stderr).toContain('Apply failed with 1 conflict: conflict with "kubectl": .data.a');
    expect((await serverSide({a: '2'}, '--field-manager=other', '--force-conflicts')).code).toBe(0);
    expect((await serverSide({b: '3'})).code).toBe(0);
    expect(await ok('get', 'configmap', 'shared', '-o', 'jsonpath={.data}')).toBe('{"a":"2","b":"3"}');
    const shown = await ok('get', 'configmap', 'shared', '--show-managed-fields', '-o', 'yaml');
    expect(shown).toMatch(/fieldsV1:\n\s+f:data:\n\s+f:a: \{\}\n\s+manager: other\n\s+operation: Apply/);
  });

  test('an object of client-side apply moves over to server-side apply', async () => {
    const moved = {...deployment, metadata: {name: 'moved'}};
    await apply(moved);
    const wider = {...moved, spec: {...moved.spec, replicas: 4}};
    const {code, stderr, stdout} = await kubectl(['apply', '--server-side', '-f', '-'], {input: JSON.stringify(wider)});
    expect(stderr).toBe('');
    expect({code, stdout}).toEqual({code: 0, stdout: 'deployment.apps/moved serverside-applied\n'});
    const object = JSON.parse(await ok('get', 'deployment', 'moved', '--show-managed-fields', '-o', 'json'));
    expect(object.spec.replicas).toBe(4);
    expect(
      object.metadata.managedFields.map((entry: {manager: string; operation: string}) => `${entry.manager} ${entry.operation}`),
    ).toEqual(['kubectl-last-applied Apply', 'kubectl Apply']);
    const fewer = {...wider, spec: {...wider.spec, replicas: undefined}};
    expect((await kubectl(['apply', '--server-side', '-f', '-'], {input: JSON.stringify(fewer)})).code).toBe(0);
    expect(await ok('get', 'deployment', 'moved', '-o', 'jsonpath={.spec.replicas}')).toBe('1');
  });

  test('edit, the three patches, label, annotate, scale and set image change what they say', async () => {
    await apply({...deployment, metadata: {name: 'changed'}});
    const edited = await kubectl(['edit', 'deployment', 'changed'], {env: {KUBE_EDITOR: 'sed -i s/nginx:1/nginx:2/'}});
    expect(edited.stdout).toBe('deployment.apps/changed edited\n');
    await ok('patch', 'deployment', 'changed', '-p', '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s"}]}}}}');
    await ok('patch', 'deployment', 'changed', '--type', 'merge', '-p', '{"metadata":{"labels":{"merge":"1"}}}');
    await ok('patch', 'deployment', 'changed', '--type', 'json', '-p', '[{"op":"replace","path":"/metadata/labels/merge","value":"2"}]');
    await ok('label', 'deployment', 'changed', 'label=3');
    await ok('annotate', 'deployment', 'changed', 'note=4');
    await ok('scale', 'deployment', 'changed', '--replicas=5');
    await ok('set', 'image', 'deployment/changed', 'side=t');
    const {metadata, spec} = JSON.parse(await ok('get', 'deployment', 'changed', '-o', 'json'));
    expect(metadata.labels).toEqual({merge: '2', label: '3'});
    expect(metadata.annotations.note).toBe('4');
    expect(spec.replicas).toBe(5);
    expect(spec.template.spec.containers.map((each: {image: string}) => each.image).sort()).toEqual(['nginx:2', 't']);
  });

  test('delete waits for finalizers and obeys --cascade', async () => {
    await ok('create', 'configmap', 'held');
    await ok('patch', 'configmap', 'held', '--type', 'merge', '-p', '{"metadata":{"finalizers":["ex.io/hold"]}}');
    expect(await fails('delete', 'configmap', 'held', '--timeout=1s')).toContain('timed out waiting for the condition');
    await ok('patch', 'configmap', 'held', '--type', 'merge', '-p', '{"metadata":{"finalizers":null}}');
    expect(await ok('get', 'configmaps', '-o', 'name')).not.toContain('held');
    for (const [cascade, survives] of [
      ['background', false],
      ['foreground', false],
      ['orphan', true],
    ] as const) {
      await ok('create', 'configmap', 'owner');
      const uid = await ok('get', 'configmap', 'owner', '-o', 'jsonpath={.metadata.uid}');
      const ownerReferences = [{apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid}];
      await apply({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: cascade, ownerReferences}});
      await ok('delete', 'configmap', 'owner', `--cascade=${cascade}`);
      const left = await ok('get', 'configmaps', '-o', 'name');
      expect(left).not.toContain('configmap/owner\n');
      expect(left.includes(`configmap/${cascade}\n`)).toBe(survives);
    }
  });

  test('wait sees a condition, a field and a disappearance', async () => {
    expect(await ok('wait', 'pod/p1', '--for=jsonpath={.status.phase}=Pending', '--timeout=5s')).toContain('condition met');
    expect(await fails('wait', 'pod/p1', '--for=condition=Ready', '--timeout=1s')).toContain('timed out');
    const ready = {status: {conditions: [{type: 'Ready', status: 'True'}]}};
    const waiting = kubectl(['wait', 'pod/p1', '--for=condition=Ready', '--timeout=20s']);
    await ok('patch', 'pod', 'p1', '--subresource=status', '-p', JSON.stringify(ready));
    expect((await waiting).stdout).toBe('pod/p1 condition met\n');
    expect(await ok('wait', 'pod/none', '--for=delete', '--timeout=5s')).toBe('');
  });

  test('auth and raw paths answer', async () => {
    expect(await ok('auth', 'can-i', 'create', 'pods')).toBe('yes\n');
    expect(await ok('auth', 'can-i', '--list')).toContain('*.*');
    expect(await ok('auth', 'whoami')).toMatch(/Username\s+demo/);
    expect(JSON.parse(await ok('get', '--raw', '/version'))).toMatchObject({minor: '36'});
    expect(await ok('get', '--raw', '/readyz')).toBe('ok');
    expect(await ok('version')).toContain('Server Version: v1.36.0-deckhand');
  });

  test('a namespace goes with all that is in it', async () => {
    await ok('create', 'namespace', 'gone');
    await ok('create', 'configmap', 'inside', '-n', 'gone');
    expect(await ok('delete', 'namespace', 'gone')).toContain('namespace "gone" deleted');
    expect(await fails('get', 'namespace', 'gone')).toContain('NotFound');
  });
}
