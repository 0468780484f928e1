import {afterEach, describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {StatusError} from '../../../src/domain/status-error.ts';
import {type ApiServer, createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {removeFinalizer, withFinalizer} from '../../../src/engine/finalizers.ts';
import {FakeClock} from '../../support/fake-clock.ts';

const [ours, theirs] = ['deckhand.dev/run', 'example.com/theirs'];
const collection = '/api/v1/namespaces/default/configmaps';
const path = `${collection}/c`;

const servers: ApiServer[] = [];
afterEach(() => servers.splice(0).forEach(server => void server.stop()));

async function open(...finalizers: readonly string[]) {
  const server = createApiServer({clock: new FakeClock(), random: Math.random});
  servers.push(server);
  const {port} = server;
  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', to: string, body?: unknown): Promise<KubeObject> => {
    const headers = {'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'};
    return JSON.parse((await port.request({method, path: to, headers, ...(body === undefined ? {} : {body: JSON.stringify(body)})})).body);
  };
  const object = await send('POST', collection, {metadata: {name: 'c', finalizers}});
  return {port, send, object};
}

describe('putting a finalizer on', () => {
  test('keeps those of others, and changes nothing where it is there', async () => {
    const {object} = await open(theirs);
    const held = withFinalizer(object, ours);
    expect(held.metadata.finalizers).toEqual([theirs, ours]);
    expect(withFinalizer(held, ours)).toBe(held);
  });
});

describe('taking a finalizer off', () => {
  test('leaves those of others', async () => {
    const {port, send, object} = await open(theirs, ours, 'example.com/last');
    expect(await removeFinalizer(port, path, object, ours)).toBe('removed');
    expect((await send('GET', path)).metadata.finalizers).toEqual([theirs, 'example.com/last']);
  });

  test('lets go an object that is being deleted', async () => {
    const {port, send} = await open(ours);
    const going = await send('DELETE', path);
    expect((await send('GET', path)).metadata.deletionTimestamp).toBeDefined();
    expect(await removeFinalizer(port, path, {...going, metadata: (await send('GET', path)).metadata}, ours)).toBe('removed');
    expect(await send('GET', path)).toMatchObject({code: 404});
  });

  test('is refused when somebody wrote in between, and takes nobody else’s off', async () => {
    const {port, send, object} = await open(ours, theirs);
    await send('PATCH', path, {metadata: {finalizers: [theirs]}});
    expect(await removeFinalizer(port, path, object, ours)).toBe('changed');
    expect((await send('GET', path)).metadata.finalizers).toEqual([theirs]);
  });

  test('of an object that was made anew does not touch it', async () => {
    const {port, send, object} = await open(ours);
    await removeFinalizer(port, path, object, ours);
    await send('DELETE', path);
    await send('POST', collection, {metadata: {name: 'c', finalizers: [ours]}});
    expect(await removeFinalizer(port, path, object, ours)).toBe('changed');
    expect((await send('GET', path)).metadata.finalizers).toEqual([ours]);
  });

  test('that is not there, or whose object is gone, is no trouble', async () => {
    const {port, send, object} = await open(ours);
    expect(await removeFinalizer(port, path, object, theirs)).toBe('gone');
    await removeFinalizer(port, path, object, ours);
    await send('DELETE', path);
    expect(await removeFinalizer(port, path, object, ours)).toBe('gone');
  });

  test('without the right to says so', async () => {
    const {object, port} = await open(ours);
    const poor = {
      ...port,
      stream: port.stream,
      request: async () => ({status: 403, headers: {}, body: '{"kind":"Status","message":"no"}'}),
    };
    await expect(removeFinalizer(poor, path, object, ours)).rejects.toThrow(StatusError);
  });
});
