/** The HTTPS face of the embedded server: who gets in, how much fits, what a slow or vanished client costs. */
import {once} from 'node:events';
import {readFileSync, statSync} from 'node:fs';
import {request} from 'node:https';
import {connect} from 'node:tls';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {parse} from 'yaml';
import {InFlightLimit} from '../../src/embedded/apiserver/in-flight-limit.ts';
import {ContractClient} from '../support/contract/contract-client.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {httpsKubePort} from '../support/https-kube-port.ts';

const path = '/api/v1/namespaces/default/configmaps';
let embedded: EmbeddedServer;
let api: ContractClient;

beforeAll(async () => {
  embedded = await startEmbeddedServer();
  api = new ContractClient(httpsKubePort(embedded));
});
afterAll(() => embedded.close());

describe('who gets in', () => {
  test('nobody without the token, but for the probes and the version', async () => {
    const stranger = new ContractClient(httpsKubePort({...embedded, token: 'wrong'}));
    const refused = await stranger.get('/api/v1');
    expect(refused).toMatchObject({status: 401, body: {kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized', code: 401}});
    const shy = (probe: string) => stranger.send('GET', probe, undefined, {authorization: ''});
    for (const probe of ['/readyz', '/livez', '/healthz', '/version']) expect((await shy(probe)).status).toBe(200);
    expect((await shy('/api/v1')).status).toBe(401);
  });

  test('the kubeconfig is its owner’s alone, leads here and trusts our authority', async () => {
    expect(statSync(embedded.kubeconfigPath).mode & 0o777).toBe(0o600);
    const config = parse(readFileSync(embedded.kubeconfigPath, 'utf8'));
    expect(config['current-context']).toBe('demo');
    expect(config.clusters[0].cluster.server).toBe(embedded.url);
    expect(Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()).toBe(embedded.caPem);
    expect(config.users[0].user.token).toBe(embedded.token);
  });

  test.for(['localhost', '127.0.0.1', '::1'])('the certificate is good for %s', async host => {
    const {port} = new URL(embedded.url);
    const socket = connect({
      host: '127.0.0.1',
      port: Number(port),
      ca: embedded.caPem,
      servername: host === 'localhost' ? host : '',
      checkServerIdentity: () => undefined,
    });
    await new Promise(resolve => socket.once('secureConnect', resolve));
    const certificate = socket.getPeerX509Certificate();
    expect(host === 'localhost' ? certificate?.checkHost(host) : certificate?.checkIP(host)).toBe(host);
    expect(socket.authorized).toBe(true);
    socket.destroy();
  });
});

describe('sizes', () => {
  test('a body that is too large is refused, and the connection lives on', async () => {
    const {status, body} = await api.post(path, {metadata: {name: 'huge'}, data: {value: 'x'.repeat(9 * 1024 * 1024)}});
    expect(status).toBe(413);
    expect(body).toMatchObject({reason: 'RequestEntityTooLarge', message: 'Request entity too large: limit is 3145728'});
    expect((await api.get(path)).status).toBe(200);
  });
});

describe('a limit of requests under way', () => {
  const limit = new InFlightLimit(7);

  test('tells the others to come back, but for probes and watches, until it is lifted', async () => {
    const limited = await startEmbeddedServer({limit});
    onTestFinished(limited.close);
    const client = new ContractClient(httpsKubePort(limited));
    limit.set(0);
    const refused = await client.get(path);
    expect(refused).toMatchObject({status: 429, headers: {'retry-after': '7'}, body: 'Too many requests, please try again later.\n'});
    expect((await client.post(path, {metadata: {name: 'a'}})).status).toBe(429);
    expect((await client.get('/readyz')).status).toBe(200);
    const reader = await client.watch(`${path}?watch=1`);
    expect(reader.status).toBe(200);
    reader.close();
    limit.set(undefined);
    expect((await client.get(path)).body.items).toEqual([]);
  });

  test('counts a request until it is answered', async () => {
    const limited = await startEmbeddedServer({limit});
    onTestFinished(limited.close);
    const client = new ContractClient(httpsKubePort(limited));
    limit.set(1);
    const slow = request(new URL(path, limited.url), {
      method: 'POST',
      ca: limited.caPem,
      headers: {authorization: `Bearer ${limited.token}`, 'content-type': 'application/json'},
    });
    slow.write('{"metadata":{"name":');
    await client.until(path, ({status}) => status === 429);
    slow.end('"slow"}}');
    const [answer] = await once(slow, 'response');
    expect(answer.statusCode).toBe(201);
    expect((await client.until(path, ({status}) => status === 200)).body.items).toHaveLength(1);
  });
});

describe('streams', () => {
  test('each event is on its way before the next one happens', async () => {
    const reader = await api.watch(`${path}?watch=1&resourceVersion=${(await api.get(path)).body.metadata.resourceVersion}`);
    for (const name of ['one', 'two', 'three']) {
      await api.create(path, {metadata: {name}});
      expect((await reader.next())?.object.metadata.name).toBe(name);
    }
    reader.close();
  });

  test('a client that does not read costs no memory and is cut off when it lags too far', async () => {
    await api.create(path, {metadata: {name: 'busy'}});
    const inside = new ContractClient(embedded.port);
    const value = 'x'.repeat(64 * 1024);
    const stalled = await api.watch(`${path}?watch=1&fieldSelector=metadata.name%3Dbusy`);
    expect((await stalled.next())?.type).toBe('ADDED');
    for (let count = 0; count < 200; count++) await inside.patch(`${path}/busy`, 'merge', {data: {value, count: String(count)}});
    for (let count = 0; count < 12_100; count++) await inside.patch(`${path}/busy`, 'merge', {data: {value: null, count: String(count)}});
    let last = await stalled.next();
    let seen = 0;
    for (let event = last; event !== undefined; event = await stalled.next()) {
      last = event;
      seen++;
    }
    // What had already left the server arrives; then the stream ends well before the present.
    expect(seen).toBeLessThan(12_000);
    expect(last?.type).toBe('MODIFIED');
  });

  test('closing the server ends its streams', async () => {
    const other = await startEmbeddedServer();
    const client = new ContractClient(httpsKubePort(other));
    const reader = await client.watch(`${path}?watch=1`);
    await other.close();
    await expect(reader.next()).rejects.toThrow();
  });
});
