import {expect, test} from 'vitest';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {objectEdit} from '../../../src/runbooks/object-edit.ts';
import {deploymentKind} from '../../../src/runbooks/workload-kinds.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';
import {deployment, template, webRef} from '../../support/workload-drafts.ts';

const target = 'deployments.apps/default/web';
const replicas = (was: number, value: number) => [
  {op: 'test', path: '/spec/replicas', value: was},
  {op: 'replace', path: '/spec/replicas', value},
];

function fenced({metadata}: KubeObject, ...operations: readonly unknown[]) {
  return [
    {op: 'test', path: '/metadata/uid', value: metadata.uid},
    {op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion},
    ...operations,
  ];
}

async function webOf(bench: RunbookBench): Promise<KubeObject> {
  const web = await bench.get({kind: deploymentKind, namespace: 'default', name: 'web'});
  if (web === undefined) throw new Error('web is gone');
  return web;
}

test('an edit changes what it says and nothing else', async () => {
  const bench = await RunbookBench.with(deployment());
  const before = await webOf(bench);
  await bench.run(objectEdit, {target, patch: fenced(before, ...replicas(2, 3), {op: 'add', path: '/metadata/labels', value: {a: 'b'}})});
  const after = await webOf(bench);
  expect(after.metadata.labels).toEqual({a: 'b'});
  expect(after.spec).toEqual({...Object(before.spec), replicas: 3});
});

test('what others changed elsewhere meanwhile is kept, and the plan is the same', async () => {
  const bench = await RunbookBench.with(deployment());
  const before = await webOf(bench);
  const parameters = {target, patch: fenced(before, ...replicas(2, 3))};
  const {facts} = await bench.plan(objectEdit, parameters);
  await bench.world.patch(webRef, {spec: {minReadySeconds: 9}});
  expect((await bench.plan(objectEdit, parameters)).facts).toEqual(facts);
  await bench.run(objectEdit, parameters);
  expect((await webOf(bench)).spec).toMatchObject({replicas: 3, minReadySeconds: 9});
});

test('a change of the same field is refused with both values, also after the plan was made', async () => {
  const bench = await RunbookBench.with(deployment());
  const before = await webOf(bench);
  const parameters = {target, patch: fenced(before, ...replicas(2, 3))};
  const {steps} = await bench.plan(objectEdit, parameters);
  await bench.world.patch(webRef, {spec: {replicas: 5}});
  expect(await bench.refusal(objectEdit, parameters)).toBe(
    'EditConflict: the object has changed since it was read: /spec/replicas was 2, is 5 now, and was to be 3',
  );
  const step = steps[0];
  if (step?.effect !== 'K8sCas') throw new Error('not a write of the cluster');
  await expect(step.act(bench.reader, 'run-1/step')).rejects.toThrow('others changed the same fields');
});

test.each<readonly [string, readonly unknown[], RegExp]>([
  ['of the server', [{op: 'replace', path: '/metadata/name', value: 'x'}], /^ForeignField: \/metadata\/name/],
  ['of a status', [{op: 'add', path: '/status/replicas', value: 1}], /^ForeignField/],
  ['with a secret', [{op: 'add', path: '/metadata/annotations', value: {apiToken: 'x'}}], /^SecretValue: apiToken/],
  [
    'with the secret of a variable',
    [{op: 'add', path: '/spec/template/spec/containers/0/env', value: [{name: 'DB_PASSWORD', value: 'x'}]}],
    /^SecretValue: DB_PASSWORD/,
  ],
  ['that asks the engine for a secret', [{op: 'add', path: '/metadata/labels', value: {$secretFrom: 'kube-system/a/b'}}], /^SecretPlace/],
  ['that does not fit', [{op: 'remove', path: '/spec/none'}], /^BadPatch/],
  ['that changes nothing', [{op: 'replace', path: '/spec/replicas', value: 2}], /^NothingToDo/],
])('an edit %s is refused', async (_, operations, expected) => {
  const bench = await RunbookBench.with(deployment());
  expect(await bench.refusal(objectEdit, {target, patch: fenced(await webOf(bench), ...operations)})).toMatch(expected);
});

test('an edit that does not say what it was made of is refused', async () => {
  const bench = await RunbookBench.with(deployment());
  expect(await bench.refusal(objectEdit, {target, patch: replicas(2, 3)})).toBe('BadPatch: the patch has no test of /metadata/uid');
  const other = {...(await webOf(bench)), metadata: {name: 'web', uid: 'another', resourceVersion: '1'}};
  expect(await bench.refusal(objectEdit, {target, patch: fenced(other, ...replicas(2, 3))})).toMatch(/^TargetReplaced/);
});

test.each([
  ['Secret', 'v1', 'secrets/default/s', /^SecretValue/],
  ['Role', 'rbac.authorization.k8s.io/v1', 'roles.rbac.authorization.k8s.io/default/s', /^NotThroughRuns/],
])('a %s is not edited by runs', async (kind, apiVersion, name, expected) => {
  const bench = await RunbookBench.with({
    apiVersion,
    kind,
    metadata: {name: 's', namespace: 'default'},
    ...(kind === 'Role' ? {rules: []} : {}),
  });
  expect(await bench.refusal(objectEdit, {target: name, patch: []})).toMatch(expected);
});

test('neither the plan nor its facts hold what stands beside the change', async () => {
  const bench = await RunbookBench.with(
    deployment('web:1', {
      template: template('web:1', {containers: [{name: 'app', image: 'web:1', env: [{name: 'DB_PASSWORD', value: 'hunter2'}]}]}),
    }),
  );
  const patch = fenced(await webOf(bench), {op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:2'});
  const {facts} = await bench.plan(objectEdit, {target, patch});
  expect(JSON.stringify(facts)).not.toContain('hunter2');
  await bench.run(objectEdit, {target, patch});
  expect((await webOf(bench)).spec).toMatchObject({template: {spec: {containers: [{image: 'web:2', env: [{value: 'hunter2'}]}]}}});
});
