/** What the embedded server does by itself as time passes. */
import {expect, test} from 'vitest';
import {createApiServer} from '../../../../src/embedded/apiserver/api-server.ts';
import {ContractClient} from '../../../support/contract/contract-client.ts';
import {FakeClock} from '../../../support/fake-clock.ts';

test('events are forgotten an hour after they were last written', async () => {
  const clock = new FakeClock();
  const server = createApiServer({clock, random: Math.random});
  const api = new ContractClient(server.port);
  const path = '/api/v1/namespaces/default/events';
  for (const name of ['old', 'renewed']) {
    await api.create(path, {metadata: {name}, involvedObject: {kind: 'Pod', name: 'p', namespace: 'default'}, reason: 'r', count: 1});
  }
  await clock.advance(45 * 60_000);
  await api.patch(`${path}/renewed`, 'merge', {count: 2});
  await clock.advance(20 * 60_000);
  expect((await api.get(path)).body.items.map((item: {metadata: {name: string}}) => item.metadata.name)).toEqual(['renewed']);
  await clock.advance(60 * 60_000);
  expect((await api.get(path)).body.items).toEqual([]);
  expect(clock.timersPending).toBe(0);
});

test('creation times come from the clock, names and uids from chance', async () => {
  const server = createApiServer({clock: new FakeClock(), random: () => 0});
  const api = new ContractClient(server.port);
  const {metadata} = await api.create('/api/v1/namespaces/default/configmaps', {metadata: {generateName: 'a-'}});
  expect(metadata).toMatchObject({name: 'a-bbbbb', uid: '00000000-0000-4000-8000-000000000000', creationTimestamp: '2026-01-01T00:00:00Z'});
});

test('a name that chance makes twice is taken', async () => {
  const server = createApiServer({clock: new FakeClock(), random: () => 0});
  const api = new ContractClient(server.port);
  await api.create('/api/v1/namespaces/default/configmaps', {metadata: {generateName: 'a-'}});
  expect((await api.post('/api/v1/namespaces/default/configmaps', {metadata: {generateName: 'a-'}})).body).toMatchObject({
    reason: 'AlreadyExists',
  });
});
