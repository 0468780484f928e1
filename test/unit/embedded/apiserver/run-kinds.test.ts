/** The engine's own kinds and policies on the embedded server, in process: it stamps, compares and fences as a real one does. */
import {beforeAll, describe, expect, test} from 'vitest';
import {provingPolicies, stampingPolicies} from '../../../../src/domain/run-kinds/policies.ts';
import {approvalDefinition, runDefinition} from '../../../../src/domain/run-kinds/run-definitions.ts';
import {createApiServer} from '../../../../src/embedded/apiserver/api-server.ts';
import {ContractClient} from '../../../support/contract/contract-client.ts';
import {crdsPath} from '../../../support/contract/gizmo-crd.ts';
import {FakeClock} from '../../../support/fake-clock.ts';

const runs = '/apis/deckhand.dev/v1alpha1/namespaces/default/runbookruns';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const server = createApiServer({clock: new FakeClock(), random: Math.random, hasRbac: true});
const admin = new ContractClient(server.port);
const ivan = new ContractClient(server.portFor({username: 'ivan', uid: '', groups: ['ops']}));
const olga = new ContractClient(server.portFor({username: 'olga', uid: '', groups: []}));

function run(name: string, spec: object = {}): object {
  const whole = {runbook: {name: 'node-cordon'}, parameters: {target: 'worker-1'}, ...spec};
  return {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', metadata: {name}, spec: whole};
}

beforeAll(async () => {
  for (const definition of [runDefinition, approvalDefinition]) await admin.create(crdsPath, definition);
  for (const policy of [...provingPolicies, ...stampingPolicies]) {
    const plural = String(policy.kind).toLowerCase().replace(/y$/, 'ie');
    await admin.create(`/apis/admissionregistration.k8s.io/v1/${plural}s`, policy);
  }
  await admin.create(`${rbac}/clusterroles`, {
    metadata: {name: 'runs'},
    rules: [{apiGroups: ['deckhand.dev'], resources: ['runbookruns', 'runbookruns/status'], verbs: ['*']}],
  });
  await admin.create(`${rbac}/clusterrolebindings`, {
    metadata: {name: 'runs'},
    roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'runs'},
    subjects: [{apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ops'}],
  });
});

describe('a run', () => {
  test('has the one who submits it for its requester', async () => {
    const {spec} = await ivan.create(runs, run('stamped'));
    expect(spec.requestedBy).toEqual({user: 'ivan', groups: ['ops', 'system:authenticated']});
  });

  test('in another’s name is refused', async () => {
    const {status, body} = await ivan.post(runs, run('lie', {requestedBy: {user: 'olga', groups: ['ops', 'system:authenticated']}}));
    expect(status).toBe(403);
    expect(body.message).toContain('spec.requestedBy.user must be who submits the run: ivan');
  });

  test('is not for one without the right', async () => {
    expect((await olga.post(runs, run('theirs'))).body.message).toContain('User "olga" cannot create resource "runbookruns"');
  });

  test('is fenced: an older epoch may not write, and what was asked for never changes', async () => {
    await ivan.create(runs, run('fenced'));
    const at = `${runs}/fenced`;
    const {body} = await ivan.get(at);
    const hold = (epoch: number) =>
      ivan.patch(`${at}/status`, 'merge', {status: {runUid: body.metadata.uid, phase: 'Running', holder: {identity: 'a', epoch}}});
    const first = await hold(2);
    expect(first.status, JSON.stringify(first.body)).toBe(200);
    expect((await hold(1)).status).toBe(422);
    expect((await ivan.patch(at, 'merge', {spec: {parameters: {target: 'worker-2'}}})).status).toBe(422);
  });
});
