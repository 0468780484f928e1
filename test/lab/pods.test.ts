/** The node agent keeps pods as a kubelet does: they start, crash and come back, stop in their time, and commands run inside them. */
import {randomBytes} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {isFields, readList, readNumber, readString} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {describeWhere} from '../support/describe-where.ts';
import {runInPod} from '../support/lab/run-in-pod.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';

const namespace = 'shop';
const pods = `/api/v1/namespaces/${namespace}/pods`;
const deadlineMs = 20_000;
let lab: Lab;

describeWhere(
  findLab('embedded', '3.0.2'),
  'pods under the node agent',
  () => {
    beforeAll(async () => {
      lab = await startLab({server: 'embedded', patroni: '3.0.2'});
      await send('POST', '/api/v1/namespaces', {metadata: {name: namespace}});
      await send('POST', `/api/v1/namespaces/${namespace}/secrets`, {metadata: {name: 'words'}, data: {WORD: btoa('kept')}});
    });
    afterAll(() => lab?.close());

    test('a pod waits for its claim; then bytes pass into its volume and out of it unchanged', async () => {
      const claim = {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}, volumeName: 'disk'};
      const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
      await send('POST', claims, {metadata: {name: 'backup'}, spec: claim});
      await start('helper', [], {claim: 'backup', mountPath: '/backup'});
      lab.ground.makeVolume('disk');
      await send('PATCH', `${claims}/backup/status`, {status: {phase: 'Bound'}});
      await running('helper');
      const bytes = randomBytes(3_000_000);
      const taken = await run('helper', ['dd', 'of=/backup/dump', 'status=none'], bytes);
      expect(taken.outcome).toEqual({kind: 'exited', code: 0});
      expect(readFileSync(join(lab.ground.volumeFolder('disk'), 'dump')).equals(bytes)).toBe(true);
      const given = await run('helper', ['cat', '/backup/dump']);
      expect(given.stdout.equals(bytes)).toBe(true);
    });

    test('variables come from the pod and from Secrets; exit codes and both outputs come back', async () => {
      await start('variables', [], undefined, [{name: 'PLAIN', value: 'as it is'}], [{secretRef: {name: 'words'}}]);
      await running('variables');
      const {stdout, stderr, outcome} = await run('variables', ['sh', '-c', 'echo $PLAIN; echo $WORD >&2; exit 3']);
      expect([stdout.toString(), stderr, outcome]).toEqual(['as it is\n', 'kept\n', {kind: 'exited', code: 3}]);
    });

    test('a container that ends comes back; its log of before is kept', async () => {
      await start('flaky', ['sh', '-c', 'echo begun; exec sleep 1000']);
      await running('flaky');
      await waitUntil('it has spoken', () => lab.agent.find(namespace, 'flaky')?.lives[0]?.log.lines.length === 1, {deadlineMs});
      await lab.agent.find(namespace, 'flaky')?.crash();
      const pod = await waitUntil(
        'it came back',
        async () => {
          const found = await read('flaky');
          return readNumber(statusOf(found), 'restartCount') === 1 && isFields(statusOf(found).state) && isRunning(found) && found;
        },
        {deadlineMs},
      );
      expect(readNumber(statusOf(pod), 'lastState.terminated.exitCode')).toBe(137);
      expect((await lab.server.port.request({method: 'GET', path: `${pods}/flaky/log?previous=true`})).body).toBe('begun\n');
    });

    test('a pod that is deleted stops in its time, and only then is its object gone', async () => {
      await start('slow', ['sh', '-c', 'trap "sleep 0.3; touch done; exit 0" TERM; while :; do sleep 0.05; done']);
      const {uid} = (await running('slow')).metadata;
      await send('DELETE', `${pods}/slow`, {});
      await waitUntil('its object is gone', async () => (await read('slow')) === undefined, {deadlineMs});
      expect(existsSync(join(lab.ground.podFolder(uid), 'done'))).toBe(true);
    });
  },
  'lab',
);

async function send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object): Promise<void> {
  const headers = method === 'PATCH' ? {'content-type': 'application/merge-patch+json'} : {};
  const answer = await lab.server.port.request({method, path, headers, body: JSON.stringify(body)});
  expect(answer.status, answer.body).toBeLessThan(300);
}

function start(
  name: string,
  command: readonly string[],
  volume?: {readonly claim: string; readonly mountPath: string},
  env: readonly object[] = [],
  envFrom: readonly object[] = [],
): Promise<void> {
  const volumeMounts = volume === undefined ? [] : [{name: 'data', mountPath: volume.mountPath}];
  const volumes = volume === undefined ? [] : [{name: 'data', persistentVolumeClaim: {claimName: volume.claim}}];
  const container = {name: 'main', image: 'registry.example/tools', command, env, envFrom, volumeMounts};
  return send('POST', pods, {metadata: {name}, spec: {nodeName: 'worker-1', containers: [container], volumes}});
}

async function read(name: string): Promise<KubeObject | undefined> {
  const answer = await lab.server.port.request({method: 'GET', path: `${pods}/${name}`});
  return answer.status === 200 ? JSON.parse(answer.body) : undefined;
}

function running(name: string): Promise<KubeObject> {
  return waitUntil(
    `${name} runs`,
    async () => {
      const pod = await read(name);
      return isRunning(pod) && pod;
    },
    {deadlineMs},
  );
}

function isRunning(pod: KubeObject | undefined): pod is KubeObject {
  return readString(pod, 'status.phase') === 'Running' && readString(statusOf(pod), 'state.running.startedAt') !== undefined;
}

function statusOf(pod: KubeObject | undefined) {
  const [status] = readList(pod, 'status.containerStatuses');
  return isFields(status) ? status : {};
}

function run(name: string, command: readonly string[], input?: Uint8Array) {
  return runInPod(lab.server.streams, {namespace, name}, 'main', command, input);
}
