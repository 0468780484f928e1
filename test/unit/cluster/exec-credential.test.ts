import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import type {TLSSocket} from 'node:tls';
import {describe, expect, test, vi} from 'vitest';
import type {ExecPlugin} from '../../../src/cluster/connection.ts';
import {createAuthority, createIdentity} from './certificates.ts';
import {type OpenTransport, openTransport, trusting} from './open-transport.ts';
import {type ScriptedServer, serveTls} from './scripted-server.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const authority = await createAuthority();
const identity = await createIdentity({authority});
const get = {method: 'GET', path: '/'} as const;
const apiVersion = 'client.authentication.k8s.io/v1';

describe('an exec plugin', () => {
  test('gets its arguments as a list, its environment and KUBERNETES_EXEC_INFO', async () => {
    const command = plugin('echo-info', `env > "$OUT"; for argument; do echo "[$argument]" >> "$OUT"; done; ${answer({token: 't'})}`);
    const out = `${folder.path}/info.txt`;
    const server = await serve();
    const args = ['two words', '$(touch x)', ''];
    const transport = open(server, {command, args, env: {OUT: out}, providesClusterInfo: true, clusterConfig: {audience: 'me'}});
    await transport.request(get);
    const seen = readFileSync(out, 'utf8');
    expect(seen).toContain('[two words]\n[$(touch x)]\n[]\n');
    expect(seen).toContain('INHERITED=yes\n');
    expect(JSON.parse(/^KUBERNETES_EXEC_INFO=(.*)$/m.exec(seen)?.[1] ?? '')).toEqual({
      kind: 'ExecCredential',
      apiVersion,
      spec: {
        interactive: false,
        cluster: {
          server: server.url,
          'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'),
          config: {audience: 'me'},
        },
      },
    });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer t');
  });

  test('runs once for all who wait, and its token is kept', async () => {
    const {command, runs} = counting('once', answer({token: 't'}));
    const server = await serve();
    const transport = open(server, {command});
    await Promise.all(Array.from({length: 12}, () => transport.request(get)));
    await transport.request(get);
    expect(runs()).toBe(1);
    expect(server.requests).toHaveLength(13);
  });

  test('runs again a minute before its token expires', async () => {
    const {command, runs} = counting('expiring', answer({token: 't', expirationTimestamp: '2026-01-01T01:00:00Z'}));
    const transport = open(await serve(), {command});
    await transport.request(get);
    await transport.clock.advance(3_539_000);
    await transport.request(get);
    expect(runs()).toBe(1);
    await transport.clock.advance(1000);
    await transport.request(get);
    expect(runs()).toBe(2);
  });

  test('runs once more on a 401, and the request goes out once more', async () => {
    const {command, runs} = counting(
      'refused',
      `echo '{"kind":"ExecCredential","apiVersion":"${apiVersion}","status":{"token":"'$(wc -l < "$RUNS")'"}}'`,
    );
    const server = await serve(token => token !== 'Bearer 1');
    const transport = open(server, {command});
    const statuses = await Promise.all(Array.from({length: 5}, async () => (await transport.request(get)).status));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(runs()).toBe(2);
  });

  test('whose new token is refused too is not run for every request', async () => {
    const {command, runs} = counting('hopeless', answer({token: 'same'}));
    const transport = open(await serve(() => false), {command});
    for (let round = 0; round < 5; round += 1) expect((await transport.request(get)).status).toBe(401);
    expect(runs()).toBe(2);
    await transport.clock.advance(30_000);
    await transport.request(get);
    expect(runs()).toBe(3);
  });

  test('may give a certificate: it is used, and a new one makes new connections', async () => {
    const [first, second] = [await createIdentity({authority, name: 'first'}), await createIdentity({authority, name: 'second'})];
    folder.write(
      'first.json',
      credential({clientCertificateData: first.certificate, clientKeyData: first.key, expirationTimestamp: '2026-01-01T00:10:00Z'}),
    );
    folder.write('second.json', credential({clientCertificateData: second.certificate, clientKeyData: second.key}));
    const command = plugin(
      'certificates',
      `if [ -e "${folder.path}/later" ]; then cat "${folder.path}/second.json"; else cat "${folder.path}/first.json"; fi`,
    );
    const names: unknown[] = [];
    const server = await serveTls(
      identity,
      (request, response) => {
        names.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN);
        response.end();
      },
      {requestCert: true, rejectUnauthorized: false, ca: authority.certificate},
    );
    const transport = open(server, {command});
    await transport.request(get);
    folder.write('later', '');
    await transport.clock.advance(600_000);
    await transport.request(get);
    expect(names).toEqual(['first', 'second']);
  });

  test('shows each line of its stderr, with nothing in it that could move the cursor or be a token', async () => {
    const command = plugin(
      'chatty',
      String.raw`printf 'open \033[31mhttps://dex/device\r\nBearer abc.def and eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJpIn0.sig\nlast' >&2; ${answer({token: 't'})}`,
    );
    const transport = open(await serve(), {command});
    await transport.request(get);
    expect(transport.notices).toEqual([
      {kind: 'stderr', line: 'open ␛[31mhttps://dex/device'},
      {kind: 'stderr', line: 'Bearer … and …'},
      {kind: 'stderr', line: 'last'},
    ]);
  });
});

describe('an exec plugin that fails is one sentence, and never its output', () => {
  test.each([
    ['prints junk', 'echo s3cret junk', /printed 12 bytes that are not an ExecCredential$/],
    ['prints nothing', 'true', /printed 0 bytes that are not an ExecCredential$/],
    ['prints another kind', `echo '{"kind":"Secret"}'`, /that are not an ExecCredential$/],
    [
      'speaks another version',
      `echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{}}'`,
      /apiVersion that is not client/,
    ],
    ['has no status', `echo '{"kind":"ExecCredential","apiVersion":"${apiVersion}"}'`, /a status that is not an object$/],
    ['has no credentials', `echo '${credential({})}'`, /a status.token that is not there, and no certificate either$/],
    [
      'has a certificate without a key',
      `echo '${credential({clientCertificateData: '-----BEGIN CERTIFICATE-----'})}'`,
      /clientKeyData that is not together/,
    ],
    [
      'has a certificate that is none',
      `echo '${credential({clientCertificateData: 's3cret', clientKeyData: 'x'})}'`,
      /is not a PEM certificate$/,
    ],
    ['has a token that is a number', `echo '${credential({token: 5})}'`, /a status.token that is not a string$/],
    [
      'has an odd time',
      `echo '${credential({token: 's3cret', expirationTimestamp: 'soon'})}'`,
      /expirationTimestamp that is not an RFC 3339 time$/,
    ],
    ['has expired', `echo '${credential({token: 's3cret', expirationTimestamp: '2025-01-01T00:00:00Z'})}'`, /is not in the future$/],
    ['exits with an error', 'echo first >&2; echo no session >&2; exit 3', /failed \(exit 3\): no session$/],
    ['dies of a signal', 'kill -9 $$', /failed \(SIGKILL\)$/],
    ['prints without end', 'while :; do echo 0123456789012345678901234567890123456789; done', /bytes that are not an ExecCredential$/],
  ])('%s', async (name, script, expected) => {
    const command = plugin(name.replaceAll(' ', '-'), script);
    const error: unknown = await open(await serve(), {command})
      .request(get)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({kind: 'auth', message: expect.stringMatching(expected)});
    expect(String(error)).toContain(command);
    expect(String(error)).not.toContain('s3cret');
  });

  test('is not there: the hint of the kubeconfig is shown', async () => {
    const transport = open(await serve(), {command: 'deckhand-no-such-plugin', installHint: 'brew install it'});
    await expect(transport.request(get)).rejects.toThrow('the credential plugin deckhand-no-such-plugin is not installed: brew install it');
  });

  test('cannot be run', async () => {
    const transport = open(await serve(), {command: folder.write('not-executable', 'x', 0o600)});
    await expect(transport.request(get)).rejects.toThrow('cannot be started (EACCES)');
  });

  test('hangs: it is ended with its children after a minute', async () => {
    const pids = `${folder.path}/pids`;
    const command = plugin('hanging', `sleep 1000 & echo $! $$ > "${pids}"; wait`);
    const transport = open(await serve(), {command});
    const failure = expect(transport.request(get)).rejects.toThrow('was stopped after 60 s without an answer');
    const [child, parent] = await vi.waitUntil(() => {
      const found = readIfThere(pids).trim().split(' ').map(Number);
      return found.length === 2 ? found : false;
    });
    await transport.clock.advance(60_000);
    await failure;
    await vi.waitUntil(() => !isAlive(child) && !isAlive(parent));
  });

  test('is not run again for half a minute, nor by a request that gives up first', async () => {
    const {command, runs} = counting('failing', 'exit 1');
    const transport = open(await serve(), {command});
    for (let round = 0; round < 4; round += 1) await expect(transport.request(get)).rejects.toThrow('failed (exit 1)');
    expect(runs()).toBe(1);
    await transport.clock.advance(30_000);
    await expect(transport.request(get)).rejects.toThrow('failed (exit 1)');
    expect(runs()).toBe(2);
  });

  test('keeps a request no longer than the request has time', async () => {
    const transport = open(await serve(), {command: plugin('slow', 'sleep 1000')});
    const failure = expect(transport.request({...get, timeoutMs: 5000})).rejects.toMatchObject({kind: 'timeout'});
    await transport.clock.advance(5000);
    await failure;
  });
});

describe('a login', () => {
  test('is asked for and never started where the plugin always wants a person', async () => {
    const {command, runs} = counting('always', answer({token: 'mine'}));
    const server = await serve();
    const transport = open(server, {command, interactiveMode: 'Always'});
    await expect(transport.request(get)).rejects.toThrow(`ivan needs a login: press L to run ${command} on this terminal`);
    expect(transport.notices).toEqual([{kind: 'loginNeeded', phrase: {key: 'credentials.loginNeeded', args: ['ivan', command]}}]);
    expect(runs()).toBe(0);
    await transport.login?.();
    expect(runs()).toBe(1);
    await transport.request(get);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer mine');
  });

  test('is offered where a plugin that may ask a person failed without one', async () => {
    const script = `case "$KUBERNETES_EXEC_INFO" in *'"interactive":true'*) ${answer({token: 't'})};; *) exit 1;; esac`;
    const transport = open(await serve(), {command: plugin('if-available', script), interactiveMode: 'IfAvailable'});
    await expect(transport.request(get)).rejects.toThrow('failed (exit 1)');
    expect(transport.notices.map(notice => notice.kind)).toEqual(['loginNeeded']);
    await transport.login?.();
    expect((await transport.request(get)).status).toBe(200);
  });

  test('that fails says why', async () => {
    const transport = open(await serve(), {command: plugin('login-fails', 'exit 4'), interactiveMode: 'Always'});
    await expect(transport.login?.()).rejects.toThrow('failed (exit 4)');
  });

  test('is not offered for a plugin that never asks', async () => {
    expect(open(await serve(), {command: 'x', interactiveMode: 'Never'}).login).toBeUndefined();
  });

  test('a plugin has no terminal and an empty stdin while nobody asked for a login', async () => {
    const script = `if read -r line; then exit 9; fi; if (: < /dev/tty) 2>/dev/null; then exit 8; fi; ${answer({token: 't'})}`;
    expect((await open(await serve(), {command: plugin('tty', script), interactiveMode: 'IfAvailable'}).request(get)).status).toBe(200);
  });
});

function serve(isWelcome: (authorization: string | undefined) => boolean = () => true): Promise<ScriptedServer> {
  return serveTls(identity, (request, response) => response.writeHead(isWelcome(request.headers.authorization) ? 200 : 401).end());
}

function open(server: ScriptedServer, exec: Partial<ExecPlugin> & {command: string}): OpenTransport {
  const whole: ExecPlugin = {
    apiVersion,
    args: [],
    env: {},
    installHint: '',
    interactiveMode: 'Never',
    providesClusterInfo: false,
    clusterConfig: undefined,
    ...exec,
  };
  const env = {PATH: process.env.PATH, INHERITED: 'yes'};
  return openTransport({server: server.url, tls: trusting(authority), auth: {kind: 'exec', plugin: whole}}, {env});
}

function plugin(name: string, script: string): string {
  return folder.write(name, `#!/bin/sh\n${script}\n`, 0o700);
}

function counting(name: string, script: string) {
  const runs = `${folder.path}/${name}.runs`;
  return {
    command: plugin(name, `RUNS="${runs}"; echo run >> "$RUNS"; ${script}`),
    runs: () => readIfThere(runs).split('\n').length - 1,
  };
}

function credential(status: object): string {
  return JSON.stringify({kind: 'ExecCredential', apiVersion, status});
}

function answer(status: object): string {
  return `echo '${credential(status)}'`;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Something that has ended but that nobody has asked for yet (Z) is not alive. */
function isAlive(pid: number | undefined): boolean {
  const {stdout} = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], {encoding: 'utf8'});
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
