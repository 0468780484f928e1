/** Who asks for a run and who approves it is proved by the API server: stamped where it can stamp, compared everywhere. */
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Manifest} from '../../src/domain/run-kinds/definition.ts';
import {provingPolicies, stampingPolicies} from '../../src/domain/run-kinds/policies.ts';
import {ApiClient} from '../support/control-plane/api-client.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {createApproval, createRun, deleteRun, leastSpec, refusalOf, runsNamespace} from '../support/runs/run-objects.ts';

const activeMs = 30_000;
const ivan = {user: 'ivan', groups: ['dev', 'ops', 'system:authenticated']};
const decision = {run: {name: 'a', uid: 'u'}, gate: 'go', planDigest: 'sha256:0', decision: 'Approve'};

let cluster: ControlPlane;
let asIvan: ApiClient;

beforeAll(async () => {
  cluster = await startControlPlane({users: [{name: 'ivan', groups: ['dev', 'ops']}]});
  asIvan = new ApiClient(cluster.connectionOf('ivan'));
  await cluster.applyCrds(join(import.meta.dirname, '../../deploy/crds'));
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  await loadObjects(cluster, [
    {apiVersion: 'v1', kind: 'Namespace', metadata: {name: runsNamespace}},
    {apiVersion, kind: 'ClusterRole', metadata: {name: 'runs'}, rules: [{apiGroups: ['deckhand.dev'], resources: ['*'], verbs: ['*']}]},
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: {name: 'runs'},
      roleRef: {apiGroup, kind: 'ClusterRole', name: 'runs'},
      subjects: [{apiGroup, kind: 'User', name: 'ivan'}],
    },
  ]);
});
afterAll(async () => {
  asIvan?.close();
  await cluster?.stop();
});

describe('where the API server only compares', () => {
  beforeAll(async () => {
    await install(provingPolicies);
    await untilActive(async () => {
      const refusal = await refusalOf(discard(leastSpec));
      return refusal.includes('deckhand-run-requester');
    });
    await untilActive(async () => (await refusalOf(createApproval(asIvan, decision))).includes('deckhand-approval-author'));
  });

  test('a run says who asks for it, whole and true', async () => {
    const without = await refusalOf(createRun(asIvan));
    expect(without).toContain('spec.requestedBy.user must be who submits the run: ivan');
    const another = await refusalOf(createRun(asIvan, {...leastSpec, requestedBy: {...ivan, user: 'olga'}}));
    expect(another).toContain('spec.requestedBy.user must be who submits the run: ivan');
    for (const groups of [['dev'], [...ivan.groups, 'system:masters'], []]) {
      const refusal = await refusalOf(createRun(asIvan, {...leastSpec, requestedBy: {user: 'ivan', groups}}));
      expect(refusal).toContain('spec.requestedBy.groups must be the groups of who submits the run: dev, ops, system:authenticated');
    }
    const run = await createRun(asIvan, {...leastSpec, requestedBy: {...ivan, groups: ivan.groups.toReversed()}});
    expect(run.spec.requestedBy).toEqual({...ivan, groups: ivan.groups.toReversed()});
  });

  test('an approval says whose it is, whole and true', async () => {
    const another = await refusalOf(createApproval(asIvan, {...decision, by: 'olga', groups: ivan.groups}));
    expect(another).toContain('spec.by must be who makes the approval: ivan');
    const groups = await refusalOf(createApproval(asIvan, {...decision, by: 'ivan', groups: ['dba']}));
    expect(groups).toContain('spec.groups must be the groups of who makes the approval: dev, ops, system:authenticated');
    const approval = await createApproval(asIvan, {...decision, by: 'ivan', groups: ivan.groups});
    expect(approval.spec).toMatchObject({by: 'ivan', groups: ivan.groups});
  });
});

describe('where it also stamps', () => {
  beforeAll(async () => {
    await install(stampingPolicies);
    await untilActive(async () => discard(leastSpec).then(() => true));
    await untilActive(async () => createApproval(asIvan, decision).then(() => true));
  });

  test('a run without a requester has the one who submits it', async () => {
    const run = await createRun(asIvan);
    expect(run.spec).toEqual({...leastSpec, failurePolicy: 'Pause', requestedBy: ivan});
  });

  test('a run in another’s name is refused, not corrected', async () => {
    const refusal = await refusalOf(createRun(asIvan, {...leastSpec, requestedBy: {user: 'olga', groups: ivan.groups}}));
    expect(refusal).toContain('spec.requestedBy.user must be who submits the run: ivan');
  });

  test('an approval without an author has the one who makes it, and one in another’s name is refused', async () => {
    expect((await createApproval(asIvan, decision)).spec).toMatchObject({by: 'ivan', groups: ivan.groups});
    expect((await createApproval(asIvan, {...decision, by: 'ivan'})).spec).toMatchObject({by: 'ivan', groups: ivan.groups});
    const refusal = await refusalOf(createApproval(asIvan, {...decision, by: 'olga'}));
    expect(refusal).toContain('spec.by must be who makes the approval: ivan');
  });
});

async function install(policies: readonly Manifest[]): Promise<void> {
  await loadObjects(cluster, policies);
}

/** A policy bites about a second after it is made. */
async function untilActive(isActive: () => Promise<boolean>): Promise<void> {
  await waitUntil('the policies are active', isActive, {deadlineMs: activeMs});
}

async function discard(spec: typeof leastSpec): Promise<unknown> {
  return deleteRun(cluster.api, await createRun(asIvan, spec));
}
