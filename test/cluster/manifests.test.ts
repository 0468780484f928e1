/** What `deckhand manifests` prints, applied to a real API server by kubectl: it is taken whole, and gives the rights that it says. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {parseAllDocuments} from 'yaml';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import type {Program} from '../support/dashboard.ts';
import {buildProgram} from '../support/dashboard.ts';
import {type Kubectl, kubectlOf} from '../support/kubectl.ts';
import {leastSpec} from '../support/runs/run-objects.ts';

const controller = 'system:serviceaccount:deckhand:deckhand-controller';
const activeMs = 30_000;

let cluster: ControlPlane;
let program: Program;
let kubectl: Kubectl;
let asIvan: Kubectl;
let asOlga: Kubectl;
let printed: string;

beforeAll(async () => {
  [cluster, program] = await Promise.all([
    startControlPlane({
      users: [
        {name: 'ivan', groups: ['dev']},
        {name: 'olga', groups: ['dba']},
      ],
    }),
    buildProgram(),
  ]);
  const as = (user: string) => kubectlOf(cluster.binaries.kubectl, cluster.user(user).kubeconfig);
  [kubectl, asIvan, asOlga] = [as('admin'), as('ivan'), as('olga')];
  printed = (await program.run(['manifests', '--no-deckhouse', '--runbooks', 'releases,nodes'])).stdout;
  const {code, stdout, stderr} = await kubectl(['apply', '-f', '-'], {input: printed});
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  expect(stdout).toContain('deployment.apps/deckhand-controller created');
});
afterAll(async () => {
  await cluster?.stop();
  await program?.remove();
});

test('applied again, nothing changes', async () => {
  const {code, stdout} = await kubectl(['apply', '-f', '-'], {input: printed});
  const lines = stdout.trimEnd().split('\n');
  // The selector of a disruption budget is always sent again: its patch strategy is to replace.
  expect(lines.filter(line => !line.endsWith(' unchanged') && !line.startsWith('poddisruptionbudget'))).toEqual([]);
  expect(code).toBe(0);
});

test('the controller’s pod is one that its namespace takes', async () => {
  const deployment = parseAllDocuments(printed)
    .map(document => document.toJS())
    .find(manifest => manifest?.kind === 'Deployment');
  const pod = {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'one', namespace: 'deckhand'}, spec: deployment.spec.template.spec};
  const taken = await kubectl(['apply', '--dry-run=server', '-f', '-'], {input: JSON.stringify(pod)});
  expect(taken).toMatchObject({code: 0, stderr: ''});
  const [container] = pod.spec.containers;
  const careless = {...pod, spec: {...pod.spec, containers: [{...container, securityContext: {}}]}};
  const refused = await kubectl(['apply', '--dry-run=server', '-f', '-'], {input: JSON.stringify(careless)});
  expect(refused.stderr).toContain('violates PodSecurity "restricted');
});

test.each([
  ['get', 'nodes', '', true],
  ['patch', 'nodes', '', true],
  ['delete', 'nodes', '', false],
  ['create', 'subjectaccessreviews.authorization.k8s.io', '', true],
  ['patch', 'runbookruns.deckhand.dev/status', 'deckhand', true],
  ['patch', 'runbookruns.deckhand.dev/status', 'default', false],
  ['create', 'runbookapprovals.deckhand.dev', 'deckhand', false],
  ['delete', 'runbookruns.deckhand.dev', 'deckhand', true],
  ['create', 'leases.coordination.k8s.io', 'deckhand', true],
  ['create', 'leases.coordination.k8s.io', 'default', false],
  ['get', 'secrets', 'deckhand', false],
])('whether the controller may %s %s in "%s": %s', async (verb, resource, namespace, isAllowed) => {
  const scope = namespace === '' ? [] : ['-n', namespace];
  const answer = await kubectl(['auth', 'can-i', verb, resource, '--as', controller, ...scope]);
  expect(answer.stdout.trim()).toBe(isAllowed ? 'yes' : 'no');
});

test('a requester submits and pauses a run, an approver decides; neither does the other’s or the holder’s part', async () => {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  const people = (role: string, group: string) => ({
    apiVersion,
    kind: 'RoleBinding',
    metadata: {name: role, namespace: 'deckhand'},
    roleRef: {apiGroup, kind: 'ClusterRole', name: role},
    subjects: [{apiGroup, kind: 'Group', name: group}],
  });
  await loadObjects(cluster, [people('deckhand-requester', 'dev'), people('deckhand-approver', 'dba')]);
  const run = JSON.stringify({
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: 'RunbookRun',
    metadata: {name: 'cordon-1', namespace: 'deckhand'},
    spec: leastSpec,
  });
  // Policies bite a moment after they are made: until then the run would carry no name.
  await waitUntil(
    'the requester is stamped',
    async () => {
      const {stdout} = await asIvan(['apply', '--dry-run=server', '-o', 'jsonpath={.spec.requestedBy.user}', '-f', '-'], {input: run});
      return stdout === 'ivan';
    },
    {deadlineMs: activeMs},
  );
  expect(await asIvan(['apply', '-f', '-'], {input: run})).toMatchObject({code: 0, stderr: ''});
  const pause = ['patch', 'rbr', 'cordon-1', '-n', 'deckhand', '--type=merge', '-p', '{"spec":{"control":{"desired":"Pause"}}}'];
  expect(await asIvan(pause)).toMatchObject({code: 0});
  expect((await asOlga(pause)).stderr).toContain('cannot patch resource "runbookruns"');
  const hold = [
    'patch',
    'rbr',
    'cordon-1',
    '-n',
    'deckhand',
    '--type=merge',
    '--subresource=status',
    '-p',
    '{"status":{"phase":"Failed"}}',
  ];
  expect((await asIvan(hold)).stderr).toContain('cannot get resource "runbookruns/status"');
  const uid = (await kubectl(['get', 'rbr', 'cordon-1', '-n', 'deckhand', '-o', 'jsonpath={.metadata.uid}'])).stdout;
  const approval = JSON.stringify({
    apiVersion: 'deckhand.dev/v1alpha1',
    kind: 'RunbookApproval',
    metadata: {name: 'yes', namespace: 'deckhand'},
    spec: {run: {name: 'cordon-1', uid}, gate: 'go', planDigest: 'sha256:0', decision: 'Approve'},
  });
  expect(await asOlga(['create', '-f', '-'], {input: approval})).toMatchObject({code: 0, stderr: ''});
  expect((await asOlga(['get', 'rba', 'yes', '-n', 'deckhand', '-o', 'jsonpath={.spec.by}'])).stdout).toBe('olga');
  expect((await asOlga(['create', '-f', '-'], {input: run.replace('cordon-1', 'cordon-2')})).stderr).toContain('cannot create resource');
});

test('bad flags are told, and nothing is printed', async () => {
  const unknown = await program.run(['manifests', '--runbooks', 'nodes,node']);
  expect(unknown).toMatchObject({code: 2, stdout: ''});
  expect(unknown.stderr).toContain(
    "'--runbooks <groups>' argument 'nodes,node' is invalid. There is no group node: the groups are releases,",
  );
  const stray = await program.run(['-n', 'ops', 'manifests']);
  expect(stray).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('it takes none (namespace)')});
  expect(await program.run(['manifests', '-n', 'ops'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining("unknown option '-n'"),
  });
});
