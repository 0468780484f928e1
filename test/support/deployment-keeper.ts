/** Plays the controllers of Deployments for a test: as many pods as each wants, and a status that counts them. */
import type {Clock} from '../../src/domain/clock.ts';
import {readFields, readNumber} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import type {KubePort} from '../../src/domain/kube-port.ts';
import {type HearTrouble, type Running, startLoop} from '../../src/embedded/world/postgres/loop.ts';
import {isLeaving, isOwnedBy, isReady, podRef} from '../../src/embedded/world/postgres/objects.ts';
import {podOf} from '../../src/embedded/world/reactions/workloads/pods.ts';
import {refOfObject, WorldClient} from '../../src/embedded/world/world-client.ts';

export function startDeploymentKeeper(port: KubePort, clock: Clock, onTrouble: HearTrouble): Running {
  const world = new WorldClient(port);
  return startLoop({
    port,
    clock,
    who: 'deployments',
    everyMs: 10_000,
    hears: ['/apis/apps/v1/deployments', '/api/v1/pods'],
    onTrouble,
    async work() {
      const pods = await world.list('v1', 'Pod', undefined, {labelSelector: 'application!=spilo'});
      for (const deployment of await world.list('apps/v1', 'Deployment')) {
        if (!isLeaving(deployment)) await tend(world, {...deployment, apiVersion: 'apps/v1', kind: 'Deployment'}, pods);
      }
      return undefined;
    },
  });
}

async function tend(world: WorldClient, deployment: KubeObject, all: readonly KubeObject[]): Promise<void> {
  const {name, namespace = '', uid, generation = 1} = deployment.metadata;
  const wanted = readNumber(deployment, 'spec.replicas') ?? 1;
  const pods = all.filter(pod => isOwnedBy(pod, uid));
  const names = Array.from({length: wanted}, (_, index) => `${name}-6b5f7c9d4-${index}`);
  for (const pod of pods) {
    if (!names.includes(pod.metadata.name) && !isLeaving(pod)) await world.remove(podRef(namespace, pod.metadata.name));
  }
  for (const pod of names.filter(each => !pods.some(({metadata}) => metadata.name === each))) {
    await world.create(podOf(deployment, pod, readFields(deployment, 'spec.template')));
  }
  const ready = pods.filter(pod => isReady(pod) && !isLeaving(pod)).length;
  const isAvailable = ready >= wanted;
  const status = {
    observedGeneration: generation,
    replicas: pods.length,
    updatedReplicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
  };
  const before = readFields(deployment, 'status');
  if (Object.entries(status).every(([field, value]) => before[field] === value)) return;
  const conditions = [{type: 'Available', status: isAvailable ? 'True' : 'False', reason: 'MinimumReplicas', message: ''}];
  await world.patchStatus(refOfObject(deployment), {...status, conditions});
}
