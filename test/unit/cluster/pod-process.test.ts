import {randomBytes} from 'node:crypto';
import {beforeAll, describe, expect, test} from 'vitest';
import {createPodStreams} from '../../../src/cluster/pod-streams.ts';
import {runCommand} from '../../../src/domain/run-command.ts';
import {StatusError} from '../../../src/domain/status-error.ts';
import {createAuthority, createIdentity, type Identity} from './certificates.ts';
import {openTransport, trusting} from './open-transport.ts';
import {answerUpgrades, podBench as bench, type PodScript, pod, readAll, success, v5} from './scripted-pod.ts';
import {serveHttpProxy} from './scripted-proxy.ts';
import {servePlain, serveTls} from './scripted-server.ts';

const exit3 = JSON.stringify({
  metadata: {},
  status: 'Failure',
  reason: 'NonZeroExitCode',
  message: 'command terminated with non-zero exit code: exit status 3',
  details: {causes: [{reason: 'ExitCode', message: '3'}]},
});

describe('a command', () => {
  test('is sent as an argument list; its outputs come apart, and its exit code', async () => {
    let asked = '';
    const {streams} = await bench(({request, say}) => {
      asked = request.url ?? '';
      say(1, '');
      say(1, 'out');
      say(2, 'err');
      say(3, exit3);
    });
    const result = await runCommand(streams, {pod, container: 'c', command: ['sh', '-c', 'a b&c'], outputBytesMax: 100});
    expect(result).toEqual({stdout: 'out', stderr: 'err', isCut: false, outcome: {kind: 'exited', code: 3}});
    expect(asked).toBe('/api/v1/namespaces/shop/pods/web-0/exec?command=sh&command=-c&command=a+b%26c&container=c&stdout=true&stderr=true');
  });

  test('reads its input to the end while its output goes on', async () => {
    const input = randomBytes(3_000_000);
    const {streams} = await bench(async ({next, say}) => {
      const read: Buffer[] = [];
      for (let message = await next(); message[0] !== 255; message = await next()) read.push(message.subarray(1));
      say(1, String(Buffer.concat(read).equals(input)));
      say(3, success);
    });
    const result = await runCommand(streams, {pod, command: ['cat'], input, outputBytesMax: 100});
    expect(result).toMatchObject({stdout: 'true', outcome: {kind: 'exited', code: 0}});
  });

  test('that says more than is wanted is heard to its end', async () => {
    const {streams} = await bench(({say}) => {
      say(1, 'абвгд');
      say(3, success);
    });
    const result = await runCommand(streams, {pod, command: ['x'], outputBytesMax: 6});
    expect(result).toEqual({stdout: 'абв', stderr: '', isCut: true, outcome: {kind: 'exited', code: 0}});
  });

  test('in a terminal has one output, and is told of new sizes', async () => {
    let asked = '';
    const {streams} = await bench(async ({request, next, say}) => {
      asked = request.url ?? '';
      say(1, (await next()).toString('latin1'));
      say(3, success);
    });
    const process = await streams.attach({pod, hasInput: true, isTerminal: true});
    process.resize({columns: 80, rows: 24});
    expect((await readAll(process)).stdout).toBe('\u0004{"Width":80,"Height":24}');
    expect(asked).toBe('/api/v1/namespaces/shop/pods/web-0/attach?stdin=true&stdout=true&tty=true');
  });

  test('without input may be run over the older protocol, with input not', async () => {
    const {streams} = await bench(({say}) => say(3, success), {protocols: ['v4.channel.k8s.io']});
    await expect(runCommand(streams, {pod, command: ['x'], outputBytesMax: 0})).resolves.toMatchObject({outcome: {code: 0}});
    await expect(streams.exec({pod, command: ['x'], hasInput: true})).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('does not speak WebSocket as an API server does: Server sent no subprotocol'),
    });
  });
});

describe('an outcome', () => {
  const outcomeOf = async (script: PodScript) => {
    const {streams} = await bench(script);
    return (await runCommand(streams, {pod, command: ['x'], outputBytesMax: 100})).outcome;
  };

  test('that the node could not bring about is its Status', async () => {
    const message = 'error executing command in container: exec: "nope": executable file not found in $PATH';
    const status = JSON.stringify({metadata: {}, status: 'Failure', reason: 'InternalError', message, code: 500});
    expect(await outcomeOf(({say}) => say(3, status))).toEqual({
      kind: 'failed',
      status: {code: 500, reason: 'InternalError', message, causes: []},
    });
  });

  test('is unknown, and never a failure, where the connection ends without it', async () => {
    expect(await outcomeOf(({socket}) => socket.close(1000))).toMatchObject({kind: 'unknown', phrase: {key: 'stream.cut'}});
    expect(await outcomeOf(({socket}) => socket.terminate())).toMatchObject({kind: 'unknown', phrase: {key: 'stream.cut'}});
    expect(await outcomeOf(({socket}) => socket.close(1011, 'node went away'))).toMatchObject({
      kind: 'unknown',
      phrase: {key: 'stream.cutWith', args: ['test', 1011, 'node went away']},
    });
  });

  test('is unknown where we leave', async () => {
    const {streams} = await bench(() => undefined);
    const controller = new AbortController();
    const [left, aborted] = await Promise.all([
      streams.exec({pod, command: ['x']}),
      streams.exec({pod, command: ['x'], signal: controller.signal}),
    ]);
    left.close();
    controller.abort();
    expect(await left.outcome).toMatchObject({kind: 'unknown', phrase: {key: 'stream.left'}});
    expect(await aborted.outcome).toMatchObject({kind: 'unknown', phrase: {key: 'stream.left'}});
    expect(await readAll(aborted)).toEqual({stdout: '', stderr: ''});
    await left.write(Buffer.from('dropped'));
  });
});

describe('a connection', () => {
  test('is pinged every 5 s, and given up after 61 s of silence', async () => {
    let pings = 0;
    let isDeaf = false;
    const {streams, clock} = await bench(({socket}) => {
      socket.on('ping', () => {
        pings += 1;
      });
      socket.once('message', () => {
        isDeaf = true;
        socket.pause();
      });
    });
    const process = await streams.exec({pod, command: ['x'], hasInput: true});
    const ended = readAll(process);
    await clock.advance(5000);
    await expect.poll(() => pings).toBe(1);
    await process.write(Buffer.from('be deaf'));
    await expect.poll(() => isDeaf).toBe(true);
    await clock.advance(60_000);
    await expect(Promise.race([process.outcome, 'alive'])).resolves.toBe('alive');
    await clock.advance(10_000);
    expect(await process.outcome).toMatchObject({kind: 'unknown', phrase: {key: 'stream.silent', args: ['test', 61]}});
    await ended;
  });

  test('is held back while nobody reads, and nothing is lost', async () => {
    const piece = Buffer.alloc(65_536, 'x');
    const pieces = 400;
    let isSent = false;
    const {streams} = await bench(async ({socket, say}) => {
      for (let index = 0; index < pieces; index++) {
        await new Promise<void>(resolve => socket.send(Buffer.concat([Buffer.from([1]), piece]), () => resolve()));
      }
      isSent = true;
      say(3, success);
    });
    const process = await streams.exec({pod, command: ['x']});
    const output = process.output[Symbol.asyncIterator]();
    let bytes = (await output.next()).value?.bytes.length ?? 0;
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve));
    expect(isSent).toBe(false);
    for (let next = await output.next(); next.done !== true; next = await output.next()) bytes += next.value.bytes.length;
    expect(bytes).toBe(pieces * piece.length);
    expect(await process.outcome).toEqual({kind: 'exited', code: 0});
  });
});

describe('an upgrade', () => {
  let authority: Identity;
  let identity: Identity;
  beforeAll(async () => {
    authority = await createAuthority();
    identity = await createIdentity({authority, dnsNames: ['api.cluster.invalid']});
  });

  test('goes the way of every request: proxy, TLS, credentials, impersonation', async () => {
    const server = await serveTls(identity, (_request, response) => response.end());
    let headers = {};
    answerUpgrades(server.server, [v5], ({request, say}) => {
      headers = request.headers;
      say(3, success);
    });
    const proxy = await serveHttpProxy({targetPort: server.port});
    const transport = openTransport(
      {
        server: 'https://api.cluster.invalid:6443',
        proxyUrl: `http://127.0.0.1:${proxy.port}`,
        tls: trusting(authority),
        auth: {kind: 'token', token: 't'},
        impersonation: {user: 'ivan', groups: ['a', 'b'], extra: {}},
      },
      {isReadOnly: false},
    );
    const streams = createPodStreams(transport, transport.clock, 'test');
    expect((await runCommand(streams, {pod, command: ['x'], outputBytesMax: 0})).outcome).toEqual({kind: 'exited', code: 0});
    expect(proxy.asked).toEqual(['api.cluster.invalid:6443']);
    expect(headers).toMatchObject({
      authorization: 'Bearer t',
      'impersonate-user': 'ivan',
      'impersonate-group': 'a, b',
      'user-agent': 'deckhand/1.2.3',
      host: 'api.cluster.invalid:6443',
    });
    expect(transport.requests.byClass.get('get pods')).toBe(1);
  });

  test('that is refused keeps what the server says; one that nobody answers is a TransportError', async () => {
    const message = 'pods "web-0" is forbidden: User "ivan" cannot create resource "pods/exec"';
    const status = JSON.stringify({kind: 'Status', status: 'Failure', reason: 'Forbidden', message, code: 403});
    const server = await servePlain((_request, response) => response.end());
    server.server.on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${status.length}\r\n\r\n${status}`),
    );
    const transport = openTransport({server: server.url}, {isReadOnly: false});
    const streams = createPodStreams(transport, transport.clock, 'test');
    const refused = streams.exec({pod, command: ['x']});
    await expect(refused).rejects.toBeInstanceOf(StatusError);
    await expect(refused).rejects.toMatchObject({status: {code: 403, reason: 'Forbidden', message}});
    await server.close();
    await expect(streams.exec({pod, command: ['x']})).rejects.toMatchObject({kind: 'refused'});
    await expect(streams.exec({pod, command: ['x'], signal: AbortSignal.abort()})).rejects.toMatchObject({kind: 'aborted'});
  });

  test('ends with the transport', async () => {
    const {url, server} = await servePlain((_request, response) => response.end());
    answerUpgrades(server, [v5], () => undefined);
    const transport = openTransport({server: url}, {isReadOnly: false});
    const process = await createPodStreams(transport, transport.clock, 'test').exec({pod, command: ['x']});
    await transport.close();
    expect(await process.outcome).toMatchObject({kind: 'unknown'});
  });
});
