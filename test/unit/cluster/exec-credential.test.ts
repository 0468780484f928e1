import {readFileSync} from 'node:fs';
import type {TLSSocket} from 'node:tls';
import {describe, expect, test} from 'vitest';
import {createIdentity} from './certificates.ts';
import {answer, apiVersion, createPluginKit, credential} from './plugin-kit.ts';
import {serveTls} from './scripted-server.ts';

const get = {method: 'GET', path: '/'} as const;
const {folder, authority, identity, serve, open, plugin, counting} = await createPluginKit();

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
