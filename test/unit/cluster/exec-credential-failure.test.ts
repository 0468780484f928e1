import {spawnSync} from 'node:child_process';
import {describe, expect, test, vi} from 'vitest';
import {apiVersion, createPluginKit, credential, readIfThere} from './plugin-kit.ts';

const get = {method: 'GET', path: '/'} as const;
const {folder, serve, open, plugin, counting} = await createPluginKit();

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

/** Something that has ended but that nobody has asked for yet (Z) is not alive. */
function isAlive(pid: number | undefined): boolean {
  const {stdout} = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], {encoding: 'utf8'});
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
