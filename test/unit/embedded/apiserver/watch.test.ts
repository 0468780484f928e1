/** Watches of the embedded server where time, the ring of events or the client's pace matters. */
import {describe, expect, test} from 'vitest';
import {type ApiServer, createApiServer} from '../../../../src/embedded/apiserver/api-server.ts';
import {ContractClient} from '../../../support/contract/contract-client.ts';
import {FakeClock} from '../../../support/fake-clock.ts';

const path = '/api/v1/namespaces/default/configmaps';

function start(): {clock: FakeClock; server: ApiServer; api: ContractClient} {
  const clock = new FakeClock();
  const server = createApiServer({clock, random: () => 0.5});
  return {clock, server, api: new ContractClient(server.port)};
}

describe('bookmarks', () => {
  test('come once a minute when asked for, with the newest version', async () => {
    const {clock, api} = start();
    const reader = await api.watch(`${path}?watch=1&allowWatchBookmarks=true`);
    await api.create('/api/v1/namespaces', {metadata: {name: 'elsewhere'}});
    const newest = (await api.get(path)).body.metadata.resourceVersion;
    await clock.advance(60_000);
    expect(await reader.next()).toEqual({
      type: 'BOOKMARK',
      object: {kind: 'ConfigMap', apiVersion: 'v1', metadata: {resourceVersion: newest}},
    });
    await api.create(path, {metadata: {name: 'a'}});
    expect((await reader.next())?.type).toBe('ADDED');
    await clock.advance(60_000);
    expect((await reader.next())?.type).toBe('BOOKMARK');
    reader.close();
  });

  test('never come unasked', async () => {
    const {clock, api} = start();
    const reader = await api.watch(`${path}?watch=1&timeoutSeconds=300`);
    await clock.advance(300_000);
    expect(await reader.next()).toBeUndefined();
  });

  test('are rows of nothing but a version in a watch as Table', async () => {
    const {clock, api} = start();
    const reader = await api.watch(`${path}?watch=1&allowWatchBookmarks=1`, 'application/json;as=Table;v=v1;g=meta.k8s.io');
    await clock.advance(60_000);
    const bookmark = await reader.next();
    expect(bookmark).toMatchObject({type: 'BOOKMARK', object: {kind: 'Table', metadata: {resourceVersion: '5'}}});
    reader.close();
  });
});

test('a watch that lost events ends without a bookmark, which would say that all were sent', async () => {
  const {clock, server, api} = start();
  const reader = await api.watch(`${path}?watch=1&allowWatchBookmarks=true`);
  await api.create(path, {metadata: {name: 'lost'}});
  server.compact();
  await clock.advance(60_000);
  expect(await reader.next()).toBeUndefined();
});

describe('the end of a watch', () => {
  test('comes after timeoutSeconds, and within an hour where none is named', async () => {
    const {clock, api} = start();
    const short = await api.watch(`${path}?watch=1&timeoutSeconds=7`);
    const long = await api.watch(`${path}?watch=1`);
    await clock.advance(7_000);
    expect(await short.next()).toBeUndefined();
    await clock.advance(3_600_000);
    expect(await long.next()).toBeUndefined();
    expect(clock.timersPending).toBe(0);
  });

  test('leaves no timer behind when the client goes first', async () => {
    const {clock, api} = start();
    const reader = await api.watch(`${path}?watch=1&allowWatchBookmarks=1`);
    reader.close();
    await expect(reader.next()).rejects.toMatchObject({kind: 'aborted'});
    expect(clock.timersPending).toBe(0);
  });
});

describe('versions that are gone', () => {
  test('a watch from a compacted version is one ERROR event with 410', async () => {
    const {server, api} = start();
    await api.create(path, {metadata: {name: 'a'}});
    server.compact();
    const reader = await api.watch(`${path}?watch=1&resourceVersion=2`);
    expect(reader.status).toBe(200);
    expect(await reader.next()).toEqual({
      type: 'ERROR',
      object: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'too old resource version: 2 (6)',
        reason: 'Expired',
        code: 410,
      },
    });
    expect(await reader.next()).toBeUndefined();
  });

  test('the ring keeps the last ten thousand events', async () => {
    const {api} = start();
    const first = await api.create(path, {metadata: {name: 'a'}});
    for (let count = 0; count < 12_100; count++) await api.patch(`${path}/a`, 'merge', {data: {count: String(count)}});
    const version = BigInt(first.metadata.resourceVersion);
    const old = await api.watch(`${path}?watch=1&resourceVersion=${version}`);
    expect((await old.next())?.type).toBe('ERROR');
    const recent = await api.watch(`${path}?watch=1&resourceVersion=${version + 5_000n}`);
    expect((await recent.next())?.object.data.count).toBe('5000');
    recent.close();
  });

  test('a client that falls behind the ring is cut off, a quiet one is not', async () => {
    const {api} = start();
    await api.create(path, {metadata: {name: 'a'}});
    const quiet = await api.watch('/api/v1/namespaces/default/secrets?watch=1');
    const slow = await api.watch(`${path}?watch=1`);
    expect((await slow.next())?.type).toBe('ADDED');
    for (let count = 0; count < 12_100; count++) await api.patch(`${path}/a`, 'merge', {data: {count: String(count)}});
    expect(await slow.next()).toBeUndefined();
    await api.create('/api/v1/namespaces/default/secrets', {metadata: {name: 's'}});
    expect((await quiet.next())?.object.metadata.name).toBe('s');
    quiet.close();
  });
});
