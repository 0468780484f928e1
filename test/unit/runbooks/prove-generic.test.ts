import {expect} from 'vitest';
import {type Fields, readFields, readNumber} from '../../../src/domain/fields.ts';
import type {KindRef} from '../../../src/domain/object-ref.ts';
import type {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {kindOf} from '../../../src/engine/define-runbook.ts';
import {cronjobSuspend} from '../../../src/runbooks/cronjob-suspend.ts';
import {cronjobTrigger} from '../../../src/runbooks/cronjob-trigger.ts';
import {objectDelete} from '../../../src/runbooks/object-delete.ts';
import {objectEdit} from '../../../src/runbooks/object-edit.ts';
import {cronJobTarget} from '../../../src/runbooks/targets.ts';
import {workloadImage} from '../../../src/runbooks/workload-image.ts';
import {deploymentKind, jobKind, namespaced} from '../../../src/runbooks/workload-kinds.ts';
import {workloadRestart} from '../../../src/runbooks/workload-restart.ts';
import {workloadRollback} from '../../../src/runbooks/workload-rollback.ts';
import {workloadScale} from '../../../src/runbooks/workload-scale.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import {cronJobDraft, deployment, replicaSet, settled, webRef} from '../../support/workload-drafts.ts';

const target = 'deployments.apps/default/web';
const web = inDefault(deploymentKind, 'web');

function inDefault(kind: KindRef, name: string) {
  return {kind, namespace: 'default', name};
}

/** The Deployment controller: whatever is asked is there at the next look. */
async function playDeployment(world: WorldClient): Promise<void> {
  const live = await world.find(webRef);
  if (live === undefined || readNumber(live, 'status.observedGeneration') === live.metadata.generation) return;
  const replicas = readNumber(live, 'spec.replicas') ?? 1;
  const counts = {replicas, updatedReplicas: replicas, availableReplicas: replicas, readyReplicas: replicas};
  await world.patchStatus(webRef, {...settled, ...counts, observedGeneration: live.metadata.generation});
}

proveRunbook({
  runbook: workloadScale,
  parameters: {target, replicas: 3},
  objects: [deployment()],
  platform: playDeployment,
  check: async kit => expect(await kit.object(web)).toMatchObject({spec: {replicas: 3}, status: {readyReplicas: 3}}),
  undone: [web],
});

proveRunbook({
  runbook: workloadRestart,
  parameters: {target},
  objects: [deployment()],
  platform: playDeployment,
  check: async kit => {
    const annotations: Fields = readFields(await kit.object(web), 'spec.template.metadata.annotations');
    expect(annotations).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
    expect(kit.effects).toHaveLength(1);
  },
});

proveRunbook({
  runbook: workloadImage,
  parameters: {target, image: 'web:2'},
  objects: [deployment()],
  platform: playDeployment,
  check: async kit => expect((await kit.object(web)).spec).toMatchObject({template: {spec: {containers: [{image: 'web:2'}]}}}),
  undone: [web],
});

proveRunbook({
  runbook: objectEdit,
  parameters: {target},
  prepare: async kit => ({
    patch: [
      {op: 'test', path: '/metadata/uid', value: (await kit.object(web)).metadata.uid},
      // Older than the object is: the edit is merged.
      {op: 'test', path: '/metadata/resourceVersion', value: '1'},
      {op: 'test', path: '/spec/replicas', value: 2},
      {op: 'replace', path: '/spec/replicas', value: 4},
      {op: 'add', path: '/spec/minReadySeconds', value: 5},
    ],
  }),
  objects: [deployment()],
  check: async kit => expect((await kit.object(web)).spec).toMatchObject({replicas: 4, minReadySeconds: 5}),
  undone: [web],
});

proveRunbook({
  runbook: workloadRollback,
  parameters: {target},
  objects: [deployment('web:2')],
  prepare: async kit => {
    for (const revision of [1, 2]) await kit.world.create(replicaSet(revision, `web:${revision}`, await kit.object(web)));
    return {};
  },
  platform: playDeployment,
  check: async kit => expect((await kit.object(web)).spec).toMatchObject({template: {spec: {containers: [{image: 'web:1'}]}}}),
  undone: [web],
});

const backup = inDefault(kindOf(cronJobTarget, 'v1'), 'backup');
const job = inDefault(jobKind, 'backup-manual-1');

proveRunbook({
  runbook: cronjobTrigger,
  parameters: {target: 'default/backup'},
  objects: [cronJobDraft],
  platform: async world => {
    const ref = {apiVersion: 'batch/v1', kind: 'Job', name: job.name, namespace: 'default'};
    if ((await world.find(ref)) !== undefined) await world.patchStatus(ref, {conditions: [{type: 'Complete', status: 'True'}]});
  },
  check: async kit => expect(await kit.object(job)).toMatchObject({metadata: {ownerReferences: [{name: 'backup'}]}}),
  undone: [job],
});

proveRunbook({
  runbook: cronjobSuspend,
  parameters: {target: 'default/backup'},
  objects: [cronJobDraft],
  check: async kit => expect((await kit.object(backup)).spec).toMatchObject({suspend: true}),
  undone: [backup],
});

const held = inDefault(namespaced('', 'v1', 'configmaps', 'ConfigMap'), 'held');

proveRunbook({
  runbook: objectDelete,
  parameters: {target: 'configmaps/default/held'},
  objects: [{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'held', namespace: 'default', finalizers: ['example.com/keep']}}],
  platform: async world => {
    const ref = {apiVersion: 'v1', kind: 'ConfigMap', name: 'held', namespace: 'default'};
    if ((await world.find(ref))?.metadata.deletionTimestamp !== undefined) await world.patch(ref, {metadata: {finalizers: null}});
  },
  check: async kit => expect(kit.object(held)).rejects.toThrow('there is no ConfigMap'),
});
