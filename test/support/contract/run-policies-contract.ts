/** Who asks for a run and who approves it is proved by the API server: stamped where it can stamp, compared everywhere. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Manifest} from '../../../src/domain/run-kinds/definition.ts';
import {provingPolicies, stampingPolicies} from '../../../src/domain/run-kinds/policies.ts';
import {approvalDefinition, runDefinition} from '../../../src/domain/run-kinds/run-definitions.ts';
import {ApiClient, type ApiClientOptions} from '../control-plane/api-client.ts';
import {loadObjects} from '../control-plane/load-objects.ts';
import {waitUntil} from '../control-plane/wait-until.ts';
import {createApproval, createRun, deleteRun, leastSpec, refusalOf, runsNamespace} from '../runs/run-objects.ts';

/** With the users `admin` and `ivan`, of the groups dev and ops, who has no rights yet. */
export type PolicyServer = {connectionOf(name: string): ApiClientOptions; stop(): Promise<void>};

const activeMs = 30_000;
const ivan = {user: 'ivan', groups: ['dev', 'ops', 'system:authenticated']};
const decision = {run: {name: 'a', uid: 'u'}, gate: 'go', planDigest: 'sha256:0', decision: 'Approve'};

export function describeRunPolicies(start: () => Promise<PolicyServer>): void {
  let server: PolicyServer;
  let admin: ApiClient;
  let asIvan: ApiClient;

  beforeAll(async () => {
    server = await start();
    admin = new ApiClient(server.connectionOf('admin'));
    asIvan = new ApiClient(server.connectionOf('ivan'));
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const apiGroup = 'rbac.authorization.k8s.io';
    await loadObjects(server, [
      runDefinition,
      approvalDefinition,
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
    admin?.close();
    await server?.stop();
  });

  const discard = async (spec: typeof leastSpec): Promise<unknown> => deleteRun(admin, await createRun(asIvan, spec));

  describe('where the API server only compares', () => {
    beforeAll(async () => {
      await install(server, provingPolicies);
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
      await install(server, stampingPolicies);
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
}

async function install(server: PolicyServer, policies: readonly Manifest[]): Promise<void> {
  await loadObjects(server, policies);
}

/** A policy bites about a second after it is made. */
async function untilActive(isActive: () => Promise<boolean>): Promise<void> {
  await waitUntil('the policies are active', isActive, {deadlineMs: activeMs});
}
