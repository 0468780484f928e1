/** kubectl into pods of the embedded server: logs, exec and attach. */
import {randomBytes} from 'node:crypto';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {systemClock} from '../../src/cli/system-clock.ts';
import {createNodeRuntime} from '../../src/embedded/world/node-runtime.ts';
import {describeWhere} from '../support/describe-where.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {type Kubectl, kubectlClients, kubectlOf} from '../support/kubectl.ts';

for (const {name, path} of kubectlClients()) {
  describeWhere(path === undefined ? 'it is not here (npm run test:cluster builds it)' : undefined, name, () =>
    describeKubectl(path ?? ''),
  );
}

const startedAt = '2026-01-01T00:00:00Z';
const crash = {exitCode: 2, startedAt: '2025-12-31T23:00:00Z', finishedAt: '2025-12-31T23:10:00Z', message: 'panic: gone'};

function describeKubectl(path: string): void {
  let embedded: EmbeddedServer;
  let kubectl: Kubectl;
  let follows = 0;

  beforeAll(async () => {
    embedded = await startEmbeddedServer({
      runtime: createNodeRuntime(systemClock),
      wrap: handle => call => {
        if (call.path.endsWith('/log') && call.query.has('follow')) follows += 1;
        return handle(call);
      },
    });
    kubectl = kubectlOf(path, embedded.kubeconfigPath);
    for (const name of ['web', 'leaving']) await makePod(name);
  });
  afterAll(() => embedded.close());

  async function makePod(name: string, nodeName = 'worker-1'): Promise<void> {
    const spec = {nodeName, terminationGracePeriodSeconds: 0, containers: [{name: 'app', image: 'demo'}]};
    const container = {name: 'app', image: 'demo', imageID: '', ready: true, restartCount: 1};
    const containerStatuses = [{...container, state: {running: {startedAt}}, lastState: {terminated: crash}}];
    await send('POST', '/api/v1/namespaces/default/pods', {metadata: {name, labels: {on: nodeName}}, spec});
    const conditions = [{type: 'Ready', status: 'True'}];
    await send('PATCH', `/api/v1/namespaces/default/pods/${name}/status`, {status: {phase: 'Running', conditions, containerStatuses}});
  }

  async function send(method: 'POST' | 'PATCH', target: string, body: object): Promise<void> {
    const headers = {'content-type': method === 'POST' ? 'application/json' : 'application/merge-patch+json'};
    expect((await embedded.port.request({method, path: target, headers, body: JSON.stringify(body)})).status).toBeLessThan(300);
  }

  test('logs: the last lines, the life before, and what is not there', async () => {
    expect((await kubectl(['logs', 'web', '--tail=3', '--timestamps'])).stdout).toMatch(/^(20\S+Z \S.*\n){3}$/);
    expect((await kubectl(['logs', 'web', '--previous', '--tail=1'])).stdout).toBe('panic: gone\n');
    const {code, stderr} = await kubectl(['logs', 'web', '-c', 'x']);
    expect({code, stderr}).toMatchObject({code: 1, stderr: expect.stringContaining('error: container x is not valid for pod web')});
  });

  test('logs -f goes on until the pod is gone', async () => {
    const following = kubectl(['logs', '-f', 'leaving', '--tail=1']);
    await expect.poll(() => follows, {timeout: 20_000}).toBe(1);
    await kubectl(['delete', 'pod', 'leaving', '--now', '--wait=false']);
    await kubectl(['delete', 'pod', 'leaving', '--force', '--grace-period=0']);
    const {code, stdout} = await following;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(.+\n)+$/);
  });

  test('exec: outputs apart, the exit code, input to its end', async () => {
    expect(await kubectl(['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\ncommand terminated with exit code 3\n',
    });
    const input = randomBytes(300_000).toString('base64');
    expect(await kubectl(['exec', '-i', 'web', '--', 'cat'], {input})).toEqual({code: 0, stdout: input, stderr: ''});
    expect((await kubectl(['exec', 'web', '--', 'nope'])).stderr).toContain('"nope": executable file not found in $PATH');
    expect((await kubectl(['exec', 'none', '--', 'ls'])).stderr).toContain('pods "none" not found');
    expect((await kubectl(['exec', 'web', '--', 'cat', '/etc/hostname'])).stdout).toBe('web\n');
  });

  test('drain evicts what budgets let go, and says which pod they hold', async () => {
    await send('POST', '/api/v1/nodes', {metadata: {name: 'old'}});
    for (const name of ['d1', 'd2']) await makePod(name, 'old');
    const spec = {minAvailable: 1, selector: {matchLabels: {on: 'old'}}};
    await send('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', {metadata: {name: 'held'}, spec});
    const held = await kubectl(['drain', 'old', '--force', '--timeout=2s']);
    expect(held.code).toBe(1);
    expect(held.stderr).toMatch(
      /error when evicting pods\/"d[12]" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate/,
    );
    expect((await kubectl(['get', 'node', 'old'])).stdout).toContain('SchedulingDisabled');
    await kubectl(['delete', 'pdb', 'held']);
    const drained = await kubectl(['drain', 'old', '--force']);
    expect(drained.stdout).toMatch(/pod\/d[12] evicted\nnode\/old drained\n$/);
    expect(drained.code).toBe(0);
  });
}
