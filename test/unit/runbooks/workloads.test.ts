import {expect, test} from 'vitest';
import {workloadImage} from '../../../src/runbooks/workload-image.ts';
import {deploymentKind} from '../../../src/runbooks/workload-kinds.ts';
import {workloadRestart} from '../../../src/runbooks/workload-restart.ts';
import {workloadRollback} from '../../../src/runbooks/workload-rollback.ts';
import {workloadScale} from '../../../src/runbooks/workload-scale.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';
import {deployment, pod, replicaSet, settled, template, webRef, workload} from '../../support/workload-drafts.ts';

const target = 'deployments.apps/default/web';

async function webOf(bench: RunbookBench) {
  const web = await bench.get({kind: deploymentKind, namespace: 'default', name: 'web'});
  if (web === undefined) throw new Error('web is gone');
  return web;
}

/** The Deployment controller has seen everything, and the pods are as `status` says. */
async function observe(bench: RunbookBench, status = {}) {
  const {metadata} = await webOf(bench);
  await bench.world.patchStatus(webRef, {...settled, ...status, observedGeneration: metadata.generation});
}

test('a Deployment is scaled, and the pods are counted until all are there', async () => {
  const bench = await RunbookBench.with(deployment());
  const outcomes = await bench.run(workloadScale, {target, replicas: 3}, (_, look) =>
    observe(bench, look === 1 ? {} : {replicas: 3, updatedReplicas: 3, availableReplicas: look < 3 ? 2 : 3}),
  );
  expect(outcomes).toEqual(['scale done: 3 pods available']);
  expect((await webOf(bench)).spec).toMatchObject({replicas: 3});
  expect(await bench.refusal(workloadScale, {target, replicas: 3})).toMatch(/^NothingToDo/);
});

test('an autoscaler that would put the number back is named', async () => {
  const bench = await RunbookBench.with(deployment(), {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {name: 'web-hpa', namespace: 'default'},
    spec: {minReplicas: 1, maxReplicas: 5, scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web'}},
  });
  expect(await bench.refusal(workloadScale, {target, replicas: 3})).toMatch(/^Autoscaled: HorizontalPodAutoscaler web-hpa/);
  await bench.plan(workloadScale, {target, replicas: 0});
});

test('only workloads are scaled', async () => {
  const bench = await RunbookBench.with(pod('single'), workload('DaemonSet', {}));
  expect(await bench.refusal(workloadScale, {target: 'pods/default/single', replicas: 1})).toMatch(/^WrongKind: .*Pod is none of them$/);
  expect(await bench.refusal(workloadScale, {target: 'daemonsets.apps/default/web', replicas: 1})).toMatch(/^WrongKind/);
});

test('a restart happens once, however often the step is taken up again', async () => {
  const bench = await RunbookBench.with(deployment());
  expect(await bench.run(workloadRestart, {target}, () => observe(bench))).toEqual(['restart done: 2 pods available']);
  expect((await webOf(bench)).spec).toMatchObject({
    template: {metadata: {annotations: {'kubectl.kubernetes.io/restartedAt': '2026-01-02T12:00:00.000Z'}}},
  });
});

test.each([
  [deployment('web:1', {paused: true}), target, /^Paused/],
  [workload('DaemonSet', {updateStrategy: {type: 'OnDelete'}}), 'daemonsets.apps/default/web', /^OnDelete/],
])('what does not roll out is not restarted', async (draft, name, expected) => {
  expect(await (await RunbookBench.with(draft)).refusal(workloadRestart, {target: name})).toMatch(expected);
});

test('an image that cannot be pulled ends the run with the pod that shows it', async () => {
  const bench = await RunbookBench.with(deployment());
  const broken = {
    phase: 'Pending',
    containerStatuses: [
      {name: 'app', image: 'web:2', imageID: '', ready: false, restartCount: 0, state: {waiting: {reason: 'ImagePullBackOff'}}},
    ],
  };
  const outcomes = await bench.run(workloadImage, {target, image: 'web:2'}, async (_, look) => {
    if (look === 1) await bench.world.create(pod('web-new', {}, broken));
    await observe(bench, {updatedReplicas: 1});
  });
  expect(outcomes).toEqual(['image failed: PodsFail: 1 of 2 pods are new; pod web-new: ImagePullBackOff']);
  expect((await webOf(bench)).spec).toMatchObject({template: {spec: {containers: [{name: 'app', image: 'web:2'}]}}});
});

test('where there are several containers one is named, and the others stay', async () => {
  const two = [
    {name: 'app', image: 'web:1', env: [{name: 'A', value: 'b'}]},
    {name: 'proxy', image: 'proxy:1'},
  ];
  const bench = await RunbookBench.with(deployment('web:1', {template: template('', {containers: two})}));
  expect(await bench.refusal(workloadImage, {target, image: 'web:2'})).toBe(
    'WhichContainer: there are several containers: name one of app, proxy',
  );
  expect(await workloadImage.parameters.container?.choices?.(bench.reader, {target})).toEqual(['app', 'proxy']);
  expect(await bench.refusal(workloadImage, {target, image: 'proxy:1', container: 'proxy'})).toMatch(/^NothingToDo/);
  await bench.run(workloadImage, {target, image: 'proxy:2', container: 'proxy'}, () => observe(bench));
  expect((await webOf(bench)).spec).toMatchObject({
    template: {
      spec: {
        containers: [
          {name: 'app', image: 'web:1', env: [{name: 'A', value: 'b'}]},
          {name: 'proxy', image: 'proxy:2'},
        ],
      },
    },
  });
});

test('a Deployment gets the template of an earlier ReplicaSet back, without the label of its controller', async () => {
  const bench = await RunbookBench.with(deployment('web:2'));
  const web = await webOf(bench);
  await bench.world.create(replicaSet(1, 'web:1', web));
  await bench.world.create(replicaSet(2, 'web:2', web));
  expect(await workloadRollback.parameters.revision?.choices?.(bench.reader, {target})).toEqual(['2', '1']);
  expect(await bench.refusal(workloadRollback, {target, revision: 2})).toMatch(/^NothingToDo/);
  expect(await bench.refusal(workloadRollback, {target, revision: 7})).toBe('NoRevision: there is no revision 7; kept: 2, 1');
  expect(await bench.run(workloadRollback, {target}, () => observe(bench))).toEqual(['rollback done: 2 pods available']);
  const {spec} = await webOf(bench);
  expect(spec).toMatchObject({template: {metadata: {labels: {app: 'web'}}, spec: {containers: [{image: 'web:1'}]}}});
  expect(JSON.stringify(spec)).not.toContain('pod-template-hash');
});

test('a StatefulSet goes back to the patch of its ControllerRevision', async () => {
  const name = 'statefulsets.apps/default/web';
  const bench = await RunbookBench.with(workload('StatefulSet', {replicas: 1}, 'web:2'));
  const ref = {...webRef, kind: 'StatefulSet'};
  const owner = await bench.world.find(ref);
  for (const revision of [1, 2]) {
    await bench.world.create({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `web-${revision}`,
        namespace: 'default',
        ownerReferences: [{apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: owner?.metadata.uid, controller: true}],
      },
      revision,
      data: {spec: {template: {...template(`web:${revision}`), $patch: 'replace'}}},
    });
  }
  const outcomes = await bench.run(workloadRollback, {target: name}, () =>
    bench.world.patchStatus(ref, {
      observedGeneration: 2,
      replicas: 1,
      readyReplicas: 1,
      updatedReplicas: 1,
      updateRevision: 'web-3',
      currentRevision: 'web-2',
    }),
  );
  expect(outcomes).toEqual(['rollback done: 1 pods ready']);
  expect((await bench.world.find(ref))?.spec).toMatchObject({template: {spec: {containers: [{image: 'web:1'}]}}});
});
