/**
 * What streams into pods do, as far as this project relies on it: one suite for the embedded server, over HTTPS and in the
 * process, and for a real kube-apiserver with a node that speaks WebSocket.
 */
import {randomBytes} from 'node:crypto';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KubePort} from '../../src/domain/kube-port.ts';
import type {PodProcess, PodRef, PodStreams} from '../../src/domain/pod-streams.ts';
import {runCommand} from '../../src/domain/run-command.ts';
import {StatusError} from '../../src/domain/status-error.ts';

export type PodStreamsTarget = {
  readonly streams: PodStreams;
  /** Pods are made on each of them: the server, and what plays its node. */
  readonly ports: readonly KubePort[];
  readonly nodeName: string;
  /** As the user `looker`, who has no rights but those that are bound here; absent where there is one user only. */
  readonly asLooker?: PodStreams;
  close(): Promise<void>;
};

const pods = '/api/v1/namespaces/default/pods';
const startedAt = '2026-01-01T00:00:00Z';
const running = {state: {running: {startedAt}}, lastState: {}, restartCount: 0};
const crashed = {
  state: {running: {startedAt}},
  lastState: {
    terminated: {
      exitCode: 2,
      startedAt: '2025-12-31T23:00:00Z',
      finishedAt: '2025-12-31T23:10:00Z',
      message: 'panic: gone',
      containerID: 'c://1',
    },
  },
  restartCount: 1,
};
const waiting = {state: {waiting: {reason: 'ContainerCreating'}}, lastState: {}, restartCount: 0};

export function describePodStreams(name: string, connect: () => Promise<PodStreamsTarget>): void {
  describe(name, () => {
    let target: PodStreamsTarget;

    beforeAll(async () => {
      target = await connect();
      const {nodeName} = target;
      await makePod('one', {app: running}, nodeName);
      await makePod('two', {app: crashed, side: waiting}, nodeName);
      await makePod('unbound', {app: waiting}, undefined);
    }, 120_000);
    afterAll(() => target?.close());

    const one: PodRef = {namespace: 'default', name: 'one'};
    const two: PodRef = {namespace: 'default', name: 'two'};
    const unbound: PodRef = {namespace: 'default', name: 'unbound'};
    const run = (command: readonly string[], input?: Uint8Array) =>
      runCommand(target.streams, {pod: one, command, outputBytesMax: 10_000_000, ...(input && {input})});

    describe('exec', () => {
      test('outputs come apart, with the exit code', async () => {
        expect(await run(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
          stdout: 'out\n',
          stderr: 'err\n',
          isCut: false,
          outcome: {kind: 'exited', code: 3},
        });
        expect(await run(['true'])).toMatchObject({outcome: {kind: 'exited', code: 0}});
      });

      test('three megabytes go in and come back unchanged', async () => {
        const input = randomBytes(3_000_000);
        const process = await target.streams.exec({pod: one, command: ['cat'], hasInput: true});
        const writing = process.write(input).then(() => process.endInput());
        const chunks: Uint8Array[] = [];
        for await (const {bytes} of process.output) chunks.push(bytes);
        await writing;
        expect(Buffer.concat(chunks).equals(input)).toBe(true);
        expect(await process.outcome).toEqual({kind: 'exited', code: 0});
      });

      test('a program that is not there is the node’s failure, in its words', async () => {
        const {outcome} = await run(['nope']);
        expect(outcome).toMatchObject({kind: 'failed', status: {reason: 'InternalError'}});
        expect(outcome.kind === 'failed' && outcome.status.message).toContain('"nope": executable file not found in $PATH');
      });

      test('a terminal echoes what is typed and knows its size', async () => {
        const process = await target.streams.exec({pod: one, command: ['sh'], hasInput: true, isTerminal: true});
        process.resize({columns: 132, rows: 43});
        await process.write(Buffer.from('echo $COLUMNS x $LINES\rexit 7\r'));
        const text = await textOf(process);
        expect(text).toBe('/ # echo $COLUMNS x $LINES\r\n132 x 43\r\n/ # exit 7\r\n');
        expect(await process.outcome).toEqual({kind: 'exited', code: 7});
      });

      test.for([
        ['a pod that is not there', {pod: {namespace: 'default', name: 'none'}}, 404, 'pods "none" not found'],
        ['a container that the pod lacks', {pod: one, container: 'x'}, 400, 'container x is not valid for pod one'],
        ['no word on which container', {pod: two}, 400, 'a container name must be specified for pod two, choose one of: [app side]'],
        ['a pod without a node', {pod: unbound}, 400, 'pod unbound does not have a host assigned'],
      ] as const)('%s is refused', async ([, request, code, message]) => {
        const refused = target.streams.exec({...request, command: ['true']});
        await expect(refused).rejects.toBeInstanceOf(StatusError);
        await expect(refused).rejects.toMatchObject({status: {code, message}});
      });
    });

    test('one who may get a stream but not create one is told nothing of why', async ({skip}) => {
      const {asLooker, ports} = target;
      if (asLooker === undefined) return skip('this face has one user');
      const rules = [{apiGroups: [''], resources: ['pods', 'pods/exec', 'pods/log'], verbs: ['get']}];
      const roleRef = {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'looker'};
      const subjects = [{apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'looker'}];
      const rbac = '/apis/rbac.authorization.k8s.io/v1';
      for (const port of ports) {
        await send(port, 'POST', `${rbac}/clusterroles`, {metadata: {name: 'looker'}, rules});
        await send(port, 'POST', `${rbac}/clusterrolebindings`, {metadata: {name: 'looker'}, roleRef, subjects});
      }
      const exec = () => asLooker.exec({pod: one, command: ['true']});
      await expect.poll(() => exec().then(undefined, error => error.message), {timeout: 10_000}).toBe('pods "one" is forbidden: ');
      let text = '';
      for await (const chunk of asLooker.log({pod: one, tailLines: 1})) text += Buffer.from(chunk).toString();
      expect(text).not.toBe('');
    });

    test('attach hears what the container says', async () => {
      const process = await target.streams.attach({pod: one});
      const output = process.output[Symbol.asyncIterator]();
      expect((await output.next()).value?.bytes.length).toBeGreaterThan(0);
      process.close();
      expect(await process.outcome).toMatchObject({kind: 'unknown'});
    }, 20_000);

    describe('log', () => {
      const read = async (request: Parameters<PodStreams['log']>[0]) => {
        let text = '';
        for await (const chunk of target.streams.log(request)) text += Buffer.from(chunk).toString();
        return text;
      };

      test('the last lines, with their times', async () => {
        const text = await read({pod: one, tailLines: 3, hasTimestamps: true});
        expect(text).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \S.*\n){3}$/);
        expect(await read({pod: one, tailLines: 0})).toBe('');
        expect((await read({pod: one, limitBytes: 10})).length).toBe(10);
      });

      test('of the life before the last restart', async () => {
        expect(await read({pod: two, container: 'app', isPrevious: true, tailLines: 1})).toBe('panic: gone\n');
        await expect(read({pod: one, isPrevious: true})).rejects.toMatchObject({
          status: {code: 400, message: 'previous terminated container "app" in pod "one" not found'},
        });
      });

      test('grows while it is followed', async () => {
        const controller = new AbortController();
        const lines = target.streams.log({pod: one, tailLines: 1, isFollowed: true, signal: controller.signal})[Symbol.asyncIterator]();
        expect((await lines.next()).value).toBeDefined();
        expect((await lines.next()).value).toBeDefined();
        controller.abort();
        await expect(lines.next()).rejects.toMatchObject({kind: 'aborted'});
      }, 20_000);

      test('a container that has not started has none; a pod without a node has an empty one', async () => {
        await expect(read({pod: two, container: 'side'})).rejects.toMatchObject({
          status: {code: 400, reason: 'BadRequest', message: 'container "side" in pod "two" is waiting to start: ContainerCreating'},
        });
        const [port] = target.ports;
        expect(await port?.request({method: 'GET', path: `${pods}/unbound/log`})).toMatchObject({status: 204, body: ''});
        expect(await read({pod: unbound})).toBe('');
      });

      test('bad options are refused', async () => {
        await expect(read({pod: one, tailLines: -1})).rejects.toMatchObject({
          status: {code: 422, causes: [{field: 'tailLines'}]},
        });
        await expect(read({pod: one, container: 'x'})).rejects.toMatchObject({status: {code: 400}});
      });
    });

    test('a port answers, and one where nothing listens says so', async () => {
      const open = await target.streams.connectPort({pod: one, port: 8080});
      await open.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      let text = '';
      for await (const chunk of open.data) text += Buffer.from(chunk).toString();
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*one\n$/);
      const closed = await target.streams.connectPort({pod: one, port: 81});
      const reading = closed.data[Symbol.asyncIterator]().next();
      await expect(reading).rejects.toMatchObject({kind: 'refused', message: expect.stringContaining('connection refused')});
    });

    async function makePod(podName: string, containers: Record<string, object>, nodeName: string | undefined): Promise<void> {
      const names = Object.keys(containers);
      const spec = {
        containers: names.map(container => ({name: container, image: 'demo', ports: [{containerPort: 8080}]})),
        terminationGracePeriodSeconds: 0,
        ...(nodeName !== undefined && {nodeName}),
      };
      const containerStatuses = names.map(container => ({
        name: container,
        image: 'demo',
        imageID: '',
        ready: true,
        ...containers[container],
      }));
      for (const port of target.ports) {
        await send(port, 'POST', pods, {apiVersion: 'v1', kind: 'Pod', metadata: {name: podName}, spec});
        await send(port, 'PATCH', `${pods}/${podName}/status`, {status: {phase: 'Running', containerStatuses}});
      }
    }
  });
}

async function send(port: KubePort, method: 'POST' | 'PATCH', path: string, body: object): Promise<void> {
  const headers = {'content-type': method === 'POST' ? 'application/json' : 'application/merge-patch+json'};
  const answer = await port.request({method, path, headers, body: JSON.stringify(body)});
  expect(answer.status, answer.body).toBeLessThan(300);
}

async function textOf({output}: PodProcess): Promise<string> {
  let text = '';
  for await (const {bytes} of output) text += Buffer.from(bytes).toString();
  return text;
}
