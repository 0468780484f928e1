/** RunbookRun and RunbookApproval on a real API server, and as kubectl shows them. */
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {describeRunKinds} from '../support/contract/run-kinds-contract.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {kubectlOf} from '../support/kubectl.ts';
import {createApproval, createRun, leastSpec, patchStatus, runsNamespace} from '../support/runs/run-objects.ts';

let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane();
  const definitions = await cluster.applyCrds(join(import.meta.dirname, '../../deploy/crds'));
  expect(definitions.flatMap(({status}) => status?.conditions ?? []).filter(({type}) => type === 'NonStructuralSchema')).toEqual([]);
  await cluster.api.send({method: 'POST', path: '/api/v1/namespaces', body: {metadata: {name: runsNamespace}}});
});
afterAll(() => cluster?.stop());

describeRunKinds(() => cluster.api);

test('kubectl explains the kinds and shows them in columns', async () => {
  const kubectl = kubectlOf(cluster.binaries.kubectl, cluster.user('admin').kubeconfig);
  const run = await createRun(cluster.api, {...leastSpec, requestedBy: {user: 'ivan', groups: []}}, 'shown');
  const holder = {identity: 'laptop', lease: 'l', epoch: 1, since: '2026-05-04T10:00:00Z'};
  await patchStatus(cluster.api, run, {phase: 'Running', progress: '0/1', current: 'cordon', holder});
  const columns = await kubectl(['-n', runsNamespace, 'get', 'rbr', 'shown']);
  expect(columns.stdout).toMatch(
    /^NAME +RUNBOOK +TARGET +PHASE +PROGRESS +STEP +AGE\nshown +node-cordon +worker-1 +Running +0\/1 +cordon +\d+s\n$/,
  );
  const wide = await kubectl(['-n', runsNamespace, 'get', 'rbr', 'shown', '-o', 'wide']);
  expect(wide.stdout).toMatch(/ REQUESTED BY +HOLDER +FINISHED\n.* ivan +laptop/);
  const approval = await createApproval(cluster.api, {
    run: {name: 'shown', uid: run.metadata.uid},
    gate: 'go',
    planDigest: 'sha256:0',
    decision: 'Reject',
    by: 'olga',
  });
  expect((await kubectl(['-n', runsNamespace, 'get', 'rba', approval.metadata.name])).stdout).toMatch(
    /^NAME +RUN +GATE +KIND +DECISION +BY +AGE\n\S+ +shown +go +Approval +Reject +olga +\d+s\n$/,
  );
  const explained = await kubectl(['explain', 'runbookruns.spec.failurePolicy']);
  expect(explained.stdout).toMatch(/ENUM:\s+Pause\s+Undo\s+Stop/);
});
