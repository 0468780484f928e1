import {expect, test} from 'vitest';
import {createApiServer} from '../../../../src/embedded/apiserver/api-server.ts';
import {FakeClock} from '../../../support/fake-clock.ts';

test('a pod that was let go and did not go counts again after two minutes', async () => {
  const clock = new FakeClock();
  const server = createApiServer({clock, random: () => 0.5});
  const send = async (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) => {
    const headers: Record<string, string> = method === 'PATCH' ? {'content-type': 'application/merge-patch+json'} : {};
    return JSON.parse((await server.port.request({method, path, headers, ...(body && {body: JSON.stringify(body)})})).body);
  };
  const pods = '/api/v1/namespaces/default/pods';
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  for (const name of ['a', 'b']) {
    await send('POST', pods, {metadata: {name, labels: {app: 'web'}}, spec: {containers: [{name: 'c', image: 'i'}]}});
    await send('PATCH', `${pods}/${name}/status`, {status: {phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]}});
  }
  await send('POST', budgets, {metadata: {name: 'one'}, spec: {minAvailable: 1, selector: {matchLabels: {app: 'web'}}}});
  const preconditions = {uid: 'b1946ac9-2e5e-4a6b-9a3d-000000000000'};
  const eviction = {apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name: 'a'}, deleteOptions: {preconditions}};
  expect(await send('POST', `${pods}/a/eviction`, eviction)).toMatchObject({code: 409});
  const {status} = await send('GET', `${budgets}/one`);
  expect(status).toMatchObject({currentHealthy: 1, disruptionsAllowed: 0, disruptedPods: {a: '2026-01-01T00:00:00Z'}});
  await clock.advance(122_000);
  const later = await send('GET', `${budgets}/one`);
  expect(later.status).toMatchObject({currentHealthy: 2, disruptionsAllowed: 1});
  expect(later.status.disruptedPods).toBeUndefined();
  server.stop();
  expect(clock.timersPending).toBe(0);
});
