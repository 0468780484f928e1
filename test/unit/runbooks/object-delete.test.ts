import {expect, test} from 'vitest';
import {objectDelete} from '../../../src/runbooks/object-delete.ts';
import {podKind} from '../../../src/runbooks/workload-kinds.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';
import {deployment, ownedBy, pod, replicaSet, webRef, workload} from '../../support/workload-drafts.ts';

async function notesOf(bench: RunbookBench, target: string, more = {}): Promise<readonly string[]> {
  const input = await bench.plan(objectDelete, {target, ...more});
  return (objectDelete.notes?.(input) ?? []).map(({en}) => en);
}

test('a Deployment goes with its ReplicaSets and their pods', async () => {
  const target = 'deployments.apps/default/web';
  const bench = await RunbookBench.with(deployment());
  const web = await bench.world.find(webRef);
  if (web === undefined) throw new Error('web is gone');
  const set = await bench.world.create(replicaSet(1, 'web:1', web));
  await bench.world.create(pod('web-1', {}, {}, ownedBy(set)));
  await bench.world.create(pod('stranger'));
  expect(await notesOf(bench, target)).toEqual(['Goes with it: 1 replicasets, 1 pods.']);
  expect(await notesOf(bench, target, {cascade: 'Orphan'})).toEqual([]);
  expect(await bench.run(objectDelete, {target})).toEqual(['delete done: gone']);
  const pods = await bench.reader.list(podKind, {namespace: 'default'});
  // A pod takes its time to end.
  expect(pods.filter(({metadata}) => metadata.deletionTimestamp === undefined).map(({metadata}) => metadata.name)).toEqual(['stranger']);
});

test('claims that a StatefulSet leaves behind are named', async () => {
  const claim = (name: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name, namespace: 'default'},
    spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}, volumeName: 'pv-1'},
  });
  const templates = {volumeClaimTemplates: [{metadata: {name: 'data'}, spec: claim('').spec}]};
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {name: 'pv-1'},
    spec: {capacity: {storage: '1Gi'}, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Delete', hostPath: {path: '/x'}},
  };
  const user = pod('web-0', {volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data-web-0'}}]});
  const bench = await RunbookBench.with(workload('StatefulSet', templates), claim('data-web-0'), claim('data-other-0'), volume, user);
  expect(await notesOf(bench, 'statefulsets.apps/default/web')).toEqual(['Claims that stay with their data: data-web-0.']);
  expect(await notesOf(bench, 'persistentvolumeclaims/default/data-web-0')).toEqual([
    'In use by: web-0; it goes when they are gone.',
    'The volume and its data are deleted too.',
  ]);
});

test('finalizers are named before, and while the object is held', async () => {
  const target = 'configmaps/default/held';
  const ref = {apiVersion: 'v1', kind: 'ConfigMap', name: 'held', namespace: 'default'};
  const bench = await RunbookBench.with({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name: 'held', namespace: 'default', finalizers: ['example.com/keep'], labels: {heritage: 'deckhouse'}},
  });
  expect(await notesOf(bench, target)).toEqual([
    'Held until these let go: example.com/keep.',
    'The platform manages this object and may put it back as it was.',
  ]);
  const outcomes = await bench.run(objectDelete, {target}, async (_, look) => {
    if (look === 1) expect(await bench.refusal(objectDelete, {target})).toMatch(/^NothingToDo: .*held by example.com\/keep$/);
    if (look === 3) await bench.world.patch(ref, {metadata: {finalizers: null}});
  });
  expect(outcomes).toEqual(['delete done: gone']);
});

test('a definition goes with every object of its kind, a namespace with what lies in it', async () => {
  const bench = await RunbookBench.with(
    {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'shop'}},
    {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'a', namespace: 'shop'}},
    {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', metadata: {name: 'x'}, spec: {}},
  );
  const target = 'customresourcedefinitions.apiextensions.k8s.io/moduleconfigs.deckhouse.io';
  expect(await notesOf(bench, target)).toContain('Goes with it: 1 moduleconfigs.');
  expect(await notesOf(bench, 'namespaces/shop')).toContain('Goes with it: 1 configmaps.');
  expect(await bench.refusal(objectDelete, {target: 'namespaces/kube-system'})).toMatch(/^Vital/);
});
