/** The controller on a real API server with nothing but the rights of `deckhand manifests`: it does what its requester may do, once. */
import {readFile} from 'node:fs/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {KubernetesObject} from '../support/control-plane/kubernetes-object.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {ControllerProcess} from '../support/controller-process.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {type Kubectl, kubectlOf} from '../support/kubectl.ts';
import {leastSpec, type RunObject} from '../support/runs/run-objects.ts';

const account = 'system:serviceaccount:deckhand:deckhand-controller';
const deadlineMs = 60_000;

let cluster: ControlPlane;
let program: Program;
let replicas: ControllerProcess[] = [];
let admin: Kubectl;

beforeAll(async () => {
  [cluster, program] = await Promise.all([
    startControlPlane({auditLog: true, users: [{name: 'ivan', groups: ['dev']}, {name: 'poor'}]}),
    buildProgram(),
  ]);
  admin = kubectlAs('admin');
  const {stdout} = await program.run(['manifests', '--no-deckhouse', '--runbooks', 'releases,nodes']);
  expect(await admin(['apply', '-f', '-'], {input: stdout})).toMatchObject({code: 0});
  await loadObjects(cluster, [...rights(), ...['worker-1', 'worker-2'].map(name => ({apiVersion: 'v1', kind: 'Node', metadata: {name}}))]);
  const {status} = await cluster.api.send<{status: {token: string}}>({
    method: 'POST',
    path: '/api/v1/namespaces/deckhand/serviceaccounts/deckhand-controller/token',
    body: {apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {}},
  });
  const args = ['--runbooks', 'releases,nodes', '--token', status.token];
  replicas = await Promise.all(['a', 'b'].map(name => ControllerProcess.start(program, cluster.user('admin').kubeconfig, args, name)));
  await waitUntil('both are ready', () => Promise.all(replicas.map(isReady)).then(ready => ready.every(each => each)), {
    deadlineMs,
    explain: () => JSON.stringify(replicas.map(({log}) => log)),
  });
});
afterAll(async () => {
  await Promise.all(replicas.map(replica => replica.ended('SIGKILL')));
  await cluster?.stop();
  await program?.remove();
});

test('a run with the least YAML, submitted by somebody with the right to, is carried out once by one of two', async () => {
  await submitted('ivan', 'cordon-1', 'worker-1');
  const {spec, status} = await ended('cordon-1');
  expect(spec.requestedBy).toMatchObject({user: 'ivan', groups: ['dev', 'system:authenticated']});
  expect(status).toMatchObject({phase: 'Succeeded', holder: {epoch: 1}});
  const writes = (await audit()).filter(
    ({verb, objectRef}) => objectRef?.resource === 'nodes' && objectRef.name === 'worker-1' && verb === 'patch',
  );
  expect(writes.map(({user, responseStatus}) => [user.username, responseStatus?.code])).toEqual([[account, 200]]);
});

test('the controller lends nobody its rights: who may not do it is refused, by name and verb, before anything is done', async () => {
  await submitted('poor', 'cordon-2', 'worker-2');
  const {status} = await ended('cordon-2');
  expect(status?.phase).toBe('Failed');
  expect(JSON.stringify(status?.conditions)).toMatch(/poor may not (get|patch) nodes/);
  const touched = (await audit()).filter(({verb, objectRef}) => objectRef?.name === 'worker-2' && verb !== 'get');
  expect(touched.map(({user}) => user.username)).not.toContain(account);
});

test('nothing that they asked for was refused to them, and they stop in good order', async () => {
  const refused = (await audit()).filter(({user, responseStatus}) => user.username === account && responseStatus?.code === 403);
  expect(refused.map(({verb, objectRef}) => `${verb} ${objectRef?.resource}/${objectRef?.subresource ?? ''}`)).toEqual([]);
  expect(await Promise.all(replicas.map(replica => replica.ended('SIGTERM')))).toEqual([0, 0]);
});

/** Policies bite a moment after they are made: until then a run would carry no name. */
async function submitted(user: string, name: string, target: string): Promise<void> {
  const run = {
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: 'RunbookRun',
    metadata: {name, namespace: 'deckhand'},
    spec: {...leastSpec, parameters: {target}},
  };
  const kubectl = kubectlAs(user);
  const input = JSON.stringify(run);
  await waitUntil(
    'the requester is stamped',
    async () =>
      (await kubectl(['create', '--dry-run=server', '-o', 'jsonpath={.spec.requestedBy.user}', '-f', '-'], {input})).stdout === user,
    {deadlineMs},
  );
  expect(await kubectl(['create', '-f', '-'], {input})).toMatchObject({code: 0, stderr: ''});
}

function ended(name: string): Promise<RunObject> {
  let seen: RunObject | undefined;
  return waitUntil(
    `${name} has ended`,
    async () => {
      seen = await cluster.api.send<RunObject>({path: `/apis/deckhand.dev/v1alpha1/namespaces/deckhand/runbookruns/${name}`});
      return ['Succeeded', 'Failed', 'Aborted'].includes(String(seen.status?.phase)) ? seen : undefined;
    },
    {deadlineMs, explain: () => JSON.stringify([seen?.status, ...replicas.map(({log}) => log)])},
  );
}

type AuditLine = {
  readonly verb: string;
  readonly user: {readonly username: string};
  readonly objectRef?: {readonly resource?: string; readonly name?: string; readonly subresource?: string};
  readonly responseStatus?: {readonly code: number};
};

async function audit(): Promise<AuditLine[]> {
  const text = await readFile(cluster.auditLog ?? '', 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line));
}

async function isReady(replica: ControllerProcess): Promise<boolean> {
  return (await replica.probe('/readyz')).code === 200;
}

function kubectlAs(user: string): Kubectl {
  return kubectlOf(cluster.binaries.kubectl, cluster.user(user).kubeconfig);
}

/** Both may submit runs; one of them may also cordon nodes. */
function rights(): readonly KubernetesObject[] {
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const subject = (name: string) => ({apiGroup, kind: 'User', name});
  return [
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: {name: 'requesters', namespace: 'deckhand'},
      roleRef: {apiGroup, kind: 'ClusterRole', name: 'deckhand-requester'},
      subjects: [subject('ivan'), subject('poor')],
    },
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: {name: 'cordon'},
      rules: [{apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch']}],
    },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: {name: 'cordon'},
      roleRef: {apiGroup, kind: 'ClusterRole', name: 'cordon'},
      subjects: [subject('ivan')],
    },
  ];
}
