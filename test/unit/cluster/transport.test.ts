import {gzipSync} from 'node:zlib';
import {describe, expect, test, vi} from 'vitest';
import {type KubeStream, TransportError} from '../../../src/domain/kube-port.ts';
import {openTransport} from './open-transport.ts';
import {servePlain} from './scripted-server.ts';

describe('a request', () => {
  test('carries who asks, in which form, and as whom', async () => {
    const {url, requests} = await servePlain((_request, response) => response.end('{}'));
    const impersonation = {user: 'eve', uid: '7', groups: ['a', 'b'], extra: {'example.com/scopes': ['x', 'y']}};
    await openTransport({server: `${url}/base`, impersonation}).request({method: 'GET', path: '/api/v1/pods?limit=5'});
    expect(requests[0]?.url).toBe('/base/api/v1/pods?limit=5');
    expect(requests[0]?.headersDistinct).toMatchObject({
      'user-agent': ['deckhand/1.2.3'],
      accept: ['application/json'],
      'accept-encoding': ['gzip'],
      'impersonate-user': ['eve'],
      'impersonate-uid': ['7'],
      'impersonate-group': ['a', 'b'],
      'impersonate-extra-example.com%2fscopes': ['x', 'y'],
    });
  });

  test('brings every status as a value', async () => {
    const {url} = await servePlain((_request, response) => response.writeHead(503, {'retry-after': '7'}).end('busy'));
    const answer = await openTransport({server: url}).request({method: 'GET', path: '/'});
    expect(answer).toMatchObject({status: 503, headers: {'retry-after': '7'}, body: 'busy'});
  });

  test('unpacks gzip', async () => {
    const {url} = await servePlain((_request, response) =>
      response.writeHead(200, {'content-encoding': 'gzip'}).end(gzipSync('{"о":"ж"}')),
    );
    const transport = openTransport({server: url});
    expect((await transport.request({method: 'GET', path: '/'})).body).toBe('{"о":"ж"}');
    expect(await textOf(await transport.stream({method: 'GET', path: '/'}))).toBe('{"о":"ж"}');
  });

  test('says when the packed answer was cut short', async () => {
    const packed = gzipSync('{"a":1}'.repeat(1000));
    const {url} = await servePlain((_request, response) =>
      response.writeHead(200, {'content-encoding': 'gzip'}).end(packed.subarray(0, packed.length - 12)),
    );
    await expectKind(openTransport({server: url}).request({method: 'GET', path: '/'}), 'reset', 'in the middle of an answer');
  });

  test('ends when its time is over, also while it waits for the body', async () => {
    const {url, requests} = await servePlain((request, response) => {
      if (request.url === '/body') response.write('{');
    });
    const transport = openTransport({server: url});
    for (const [index, path] of ['/headers', '/body'].entries()) {
      const answer = expectKind(transport.request({method: 'GET', path, timeoutMs: 5000}), 'timeout', 'did not answer within 5 s');
      await vi.waitUntil(() => requests.length === index + 1);
      await transport.clock.advance(4999);
      await transport.clock.advance(1);
      await answer;
    }
    expect(transport.clock.timersPending).toBe(0);
  });

  test('ends with its signal', async () => {
    const {url, requests, openConnections} = await servePlain(() => undefined);
    const abort = new AbortController();
    const answer = expectKind(
      openTransport({server: url}).request({method: 'GET', path: '/', signal: abort.signal}),
      'aborted',
      'given up',
    );
    await vi.waitUntil(() => requests.length === 1);
    abort.abort();
    await answer;
    await vi.waitUntil(() => openConnections() === 0);
  });

  test('is not sent with a signal that is aborted already', async () => {
    const {url, requests} = await servePlain((_request, response) => response.end());
    await expectKind(openTransport({server: url}).request({method: 'GET', path: '/', signal: AbortSignal.abort()}), 'aborted', 'given up');
    expect(requests).toHaveLength(0);
  });

  test('is asked once more when the connection breaks before the answer, a write is not', async () => {
    let broken = 0;
    const {url, requests} = await servePlain((request, response) => {
      if (request.headers['x-break'] === 'twice' || broken === 0) {
        broken += 1;
        request.socket.destroy();
      } else response.end('ok');
    });
    const transport = openTransport({server: url}, {isReadOnly: false});
    expect((await transport.request({method: 'GET', path: '/'})).body).toBe('ok');
    expect(requests).toHaveLength(2);
    await expectKind(transport.request({method: 'GET', path: '/', headers: {'x-break': 'twice'}}), 'reset', 'broke the connection');
    expect(requests).toHaveLength(4);
    await expectKind(
      transport.request({method: 'POST', path: '/', headers: {'x-break': 'twice'}, body: '{}'}),
      'reset',
      'broke the connection',
    );
    expect(requests).toHaveLength(5);
  });

  test('uses the connection again', async () => {
    const {url, connections} = await servePlain((_request, response) => response.end('{}'));
    const transport = openTransport({server: url});
    for (let round = 0; round < 20; round += 1) await transport.request({method: 'GET', path: '/readyz'});
    // The pool opens a second one where the first is not free in the very turn in which its answer ended.
    expect(connections()).toBeLessThanOrEqual(2);
  });

  test('waits for one of sixteen connections', async () => {
    const {url, connections, requests} = await servePlain((_request, response) => {
      setImmediate(() => response.end('{}'));
    });
    const transport = openTransport({server: url});
    await Promise.all(Array.from({length: 100}, () => transport.request({method: 'GET', path: '/'})));
    expect(requests).toHaveLength(100);
    expect(connections()).toBeLessThanOrEqual(16);
  });

  test('brings a body of 20 MB whole', async () => {
    const text = 'я'.repeat(10_000_000);
    const {url} = await servePlain((_request, response) => response.end(text));
    expect((await openTransport({server: url}).request({method: 'GET', path: '/'})).body).toBe(text);
  });
});

describe('a stream', () => {
  test('brings bytes as they come and ends when the server ends it', async () => {
    const {url} = await servePlain((_request, response) => {
      response.write('{"a":1}\n');
      setImmediate(() => response.end('{"b":2}\n'));
    });
    expect(await textOf(await openTransport({server: url}).stream({method: 'GET', path: '/api/v1/pods?watch=true'}))).toBe(
      '{"a":1}\n{"b":2}\n',
    );
  });

  test('throws when the connection breaks', async () => {
    const {url} = await servePlain((request, response) => {
      response.write('{"a":1}\n');
      setImmediate(() => request.socket.destroy());
    });
    await expectKind(openTransport({server: url}).stream({method: 'GET', path: '/'}).then(textOf), 'reset', 'broke the connection');
  });

  test('closes its connection when the loop is left', async () => {
    const {url, openConnections} = await servePlain((_request, response) => response.write('x'));
    const stream = await openTransport({server: url}).stream({method: 'GET', path: '/'});
    for await (const _chunk of stream.body) break;
    await vi.waitUntil(() => openConnections() === 0);
  });

  test('ends with its signal, in the middle of the body', async () => {
    const {url, openConnections} = await servePlain((_request, response) => response.write('x'));
    const abort = new AbortController();
    const stream = await openTransport({server: url}).stream({method: 'GET', path: '/', signal: abort.signal});
    const reading = expectKind(textOf(stream), 'aborted', 'given up');
    abort.abort();
    await reading;
    await vi.waitUntil(() => openConnections() === 0);
  });

  test('has no time-out but for its headers', async () => {
    const {url} = await servePlain((_request, response) => response.write('x'));
    const transport = openTransport({server: url});
    const stream = await transport.stream({method: 'GET', path: '/', timeoutMs: 1000});
    await transport.clock.advance(3_600_000);
    for await (const chunk of stream.body) {
      expect(Buffer.from(chunk).toString()).toBe('x');
      break;
    }
  });

  test('that nobody reads and that breaks harms nothing', async () => {
    const {url, openConnections} = await servePlain((request, response) => {
      response.write('x');
      setImmediate(() => request.socket.destroy());
    });
    await openTransport({server: url}).stream({method: 'GET', path: '/'});
    await vi.waitUntil(() => openConnections() === 0);
  });

  test('has a connection of its own: forty of them leave the requests free', async () => {
    const {url, connections} = await servePlain((request, response) => {
      if (request.url === '/watch') response.write('x');
      else response.end('{}');
    });
    const transport = openTransport({server: url});
    await Promise.all(Array.from({length: 40}, () => transport.stream({method: 'GET', path: '/watch'})));
    expect((await transport.request({method: 'GET', path: '/'})).status).toBe(200);
    expect(connections()).toBe(41);
  });
});

describe('closing', () => {
  test('ends streams and requests under way, and refuses new ones', async () => {
    const {url, openConnections, requests} = await servePlain((request, response) => {
      if (request.url === '/watch') response.write('x');
    });
    const transport = openTransport({server: url});
    const stream = expectKind(transport.stream({method: 'GET', path: '/watch'}).then(textOf), 'aborted', 'this connection is closed');
    const request = expectKind(transport.request({method: 'GET', path: '/'}), 'aborted', 'this connection is closed');
    await vi.waitUntil(() => requests.length === 2);
    await transport.close();
    await Promise.all([stream, request]);
    await vi.waitUntil(() => openConnections() === 0);
    await expectKind(transport.request({method: 'GET', path: '/'}), 'aborted', 'this connection is closed');
  });
});

test('requests are counted by verb and kind, /readyz apart', async () => {
  const {url} = await servePlain((_request, response) => response.end());
  const transport = openTransport({server: url});
  const paths = [
    '/readyz?verbose',
    '/readyz',
    '/apis',
    '/apis/apps/v1',
    '/api/v1/pods?limit=500',
    '/api/v1/pods?limit=500&continue=abc',
    '/api/v1/namespaces/a/pods?watch=true&allowWatchBookmarks=true',
    '/api/v1/namespaces',
    '/api/v1/namespaces/a',
    '/apis/deckhouse.io/v1alpha1/modules/a',
  ];
  for (const path of paths) await transport.request({method: 'GET', path});
  await transport.request({method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'});
  expect(transport.requests.readyz).toBe(2);
  expect(transport.requests.total).toBe(9);
  expect(Object.fromEntries(transport.requests.byClass)).toEqual({
    'get /apis': 1,
    'get /apis/apps/v1': 1,
    'list pods': 1,
    'page pods': 1,
    'watch pods': 1,
    'list namespaces': 1,
    'get namespaces': 1,
    'get modules.deckhouse.io': 1,
    'post selfsubjectrulesreviews.authorization.k8s.io': 1,
  });
});

async function textOf({body}: KubeStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function expectKind(answer: Promise<unknown>, kind: string, sentence: string) {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({kind, message: expect.stringContaining(sentence)});
}
