import {expect, test} from 'vitest';
import type {KubePort} from '../../../src/domain/kube-port.ts';
import type {Requester} from '../../../src/domain/run.ts';
import {createGatekeeper} from '../../../src/engine/gatekeeper.ts';
import {createReader} from '../../../src/engine/live-reader.ts';
import {planRun} from '../../../src/engine/plan-run.ts';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import {workloadRestart} from '../../../src/runbooks/workload-restart.ts';
import {nodeDraft} from '../../support/node-drafts.ts';
import {digest, RunKit, requester} from '../../support/run-kit.ts';
import {deployment} from '../../support/workload-drafts.ts';

const twice = {...nodeCordon, permissions: [...nodeCordon.permissions, ...nodeCordon.permissions]};
const verbs = nodeCordon.permissions.flatMap(permission => permission.verbs);
const engine: Requester = {user: 'engine', groups: []};

test('one check asks each question once, of the engine and of whoever asks for the run', async () => {
  const kit = await RunKit.start({runbooks: [twice], objects: [nodeDraft('w1', {group: ''})]});
  const asked: string[] = [];
  const kube: KubePort = {
    stream: request => kit.port.stream(request),
    request: request => {
      asked.push(`${request.path.split('/').at(-1)} ${JSON.stringify(request.body)}`);
      return kit.port.request(request);
    },
  };
  const script = await planRun(twice, {parameters: {target: 'w1'}}, createReader({kube: kit.port, clock: kit.clock}), digest);
  const run = await kit.submit(nodeCordon.name, {target: 'w1'});
  const check = async (self: Requester) => {
    asked.length = 0;
    await createGatekeeper({ports: {kube}, isTrusting: true, self}).checkRights(run, script);
    return asked.map(text => text.split(' ')[0]);
  };
  expect((await check(engine)).toSorted()).toEqual([
    ...verbs.map(() => 'selfsubjectaccessreviews'),
    ...verbs.map(() => 'subjectaccessreviews'),
  ]);
  expect(new Set(asked).size).toBe(asked.length);
  expect(await check(requester)).toEqual(verbs.map(() => 'selfsubjectaccessreviews'));
});

test('a right of the record that is missing is told in both languages before anything is asked for', async () => {
  const kit = await RunKit.start({runbooks: [nodeCordon], objects: [nodeDraft('w1', {group: ''})]});
  const kube: KubePort = {
    stream: request => kit.port.stream(request),
    request: async request =>
      JSON.stringify(request.body ?? '').includes('configmaps')
        ? {status: 201, headers: {}, body: '{"status":{"allowed":false}}'}
        : kit.port.request(request),
  };
  const script = await planRun(nodeCordon, {parameters: {target: 'w1'}}, createReader({kube: kit.port, clock: kit.clock}), digest);
  const checks = await createGatekeeper({ports: {kube}, isTrusting: true, self: engine, recordsIn: 'deckhand'}).reviewRights(script);
  expect(checks.filter(({state}) => state === 'fail').map(({words}) => words?.ru)).toEqual([
    'у engine нет права create configmaps в namespace deckhand: попросите его; ничего не изменено',
    'у engine нет права update configmaps в namespace deckhand: попросите его; ничего не изменено',
  ]);
});

test('a right that a namespace gives, and takes along as it goes on the way, is not enough', async () => {
  const leaving = 'default';
  const parting = {...workloadRestart, permissions: [{verbs: ['list'], group: '', resource: 'pods', scope: 'target', leaving}] as const};
  const kit = await RunKit.start({runbooks: [parting], objects: [deployment()]});
  const withinNamespaces: KubePort = {
    stream: request => kit.port.stream(request),
    request: async ({body = ''}) => ({
      status: 201,
      headers: {},
      body: `{"status":{"allowed":${JSON.stringify(body).includes('namespace')}}}`,
    }),
  };
  const script = await planRun(
    parting,
    {parameters: {target: 'deployments.apps/default/web'}},
    createReader({kube: kit.port, clock: kit.clock}),
    digest,
  );
  const checks = await createGatekeeper({ports: {kube: withinNamespaces}, isTrusting: true, self: engine}).reviewRights(script);
  expect(checks).toMatchObject([{state: 'fail', text: expect.stringMatching(/^engine may not list pods in all namespaces: default goes/)}]);
});
