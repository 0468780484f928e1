/** `deckhand --controller` as a process: it carries runs out, survives its end, answers its probes, and stops in good order. */
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {approvalDefinition, runDefinition} from '../../src/domain/run-kinds/run-definitions.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {ApiClient} from '../support/control-plane/api-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {ControllerProcess} from '../support/controller-process.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../support/embedded-server.ts';
import {groupDraft, marksPatch, nodeDraft, nodeRef} from '../support/node-drafts.ts';
import {createRun, leastSpec, type RunObject, readRunObject, runsNamespace} from '../support/runs/run-objects.ts';

const deadlineMs = 30_000;
const shortLeases = ['--leases', '5/4/1'];
const requestedBy = {user: 'ivan', groups: ['dev']};

let program: Program;
let server: EmbeddedServer;
let api: ApiClient;
let world: WorldClient;
let replicas: ControllerProcess[] = [];

beforeAll(async () => {
  [program, server] = await Promise.all([buildProgram(), startEmbeddedServer({crds: true})]);
  api = new ApiClient({server: server.url, certificateAuthority: server.caPem, token: server.token});
  world = new WorldClient(server.port);
  for (const definition of [runDefinition, approvalDefinition]) await world.create(definition);
  await world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: runsNamespace}});
  await world.create(groupDraft('worker'));
});
afterEach(async () => {
  await Promise.all(replicas.map(replica => replica.ended('SIGKILL')));
  replicas = [];
});
afterAll(async () => {
  api?.close();
  await server?.close();
  await program?.remove();
});

test('a run that somebody submits is carried out, told of in the log and counted; a stop gives everything back', async () => {
  await world.create(nodeDraft('worker-1'));
  const replica = await start('a', ['--trust-requesters']);
  await waitUntil('ready', async () => (await replica.probe('/readyz')).code === 200, {deadlineMs});
  expect(await replica.probe('/healthz')).toEqual({code: 200, text: 'ok\n'});
  const run = await createRun(api, {...leastSpec, requestedBy});
  const {status} = await untilRun(run, 'Succeeded');
  expect(status).toMatchObject({holder: {epoch: 1, identity: expect.stringMatching(/^a_/)}, progress: '1/1'});
  expect((await node('worker-1')).spec).toMatchObject({unschedulable: true});
  const success = /^controller_runtime_reconcile_total\{controller="runs",result="success"\} [1-9]/m;
  const text = await waitUntil(
    'the run is counted',
    async () => {
      const metrics = await replica.probe('/metrics');
      return success.test(metrics.text) && metrics.text;
    },
    {deadlineMs},
  );
  expect(text).toMatch(/^rest_client_requests_total\{code="200",method="PATCH",host="127\.0\.0\.1:\d+"\} [1-9]/m);
  expect(text).toMatch(/^watch_last_byte_age_seconds\{source="runbookruns\.deckhand\.dev"\} \d/m);
  expect(text).toMatch(/^leader_election_master_status\{name="deckhand-leader"\} 1$/m);
  expect(await replica.ended('SIGTERM')).toBe(0);
  expect(replica.log.at(-1)).toMatchObject({msg: 'stopped', isInOrder: true});
  expect(await holders()).toEqual({'deckhand-leader': ''});
});

test('where nobody proves who asks and nobody is trusted, a run that changes anything is refused before it does', async () => {
  await world.create(nodeDraft('worker-2'));
  await start('a');
  const run = await createRun(api, {...leastSpec, parameters: {target: 'worker-2'}, requestedBy});
  const {status} = await untilRun(run, 'Failed');
  expect(JSON.stringify(status?.conditions)).toMatch(/RequesterUnproved.*deckhand-run-requester.*--trust-requesters/);
  expect((await node('worker-2')).spec).not.toMatchObject({unschedulable: true});
});

test('runs of other groups are left to others', async () => {
  await world.create(nodeDraft('worker-3'));
  await start('a', ['--trust-requesters', '--runbooks', 'releases,modules']);
  const run = await createRun(api, {...leastSpec, parameters: {target: 'worker-3'}, requestedBy});
  await start('b', ['--trust-requesters', '--runbooks', 'nodes']);
  const {status} = await untilRun(run, 'Succeeded');
  expect(status?.holder).toMatchObject({identity: expect.stringMatching(/^b_/)});
});

test('a replica that is killed in the middle of a run is followed by another one, which does nothing twice', async () => {
  const run = await startWaitingRun('worker-4', 'a');
  await replicas[0]?.ended('SIGKILL');
  const changed = (await node('worker-4')).metadata.resourceVersion;
  await start('b', ['--trust-requesters', ...shortLeases]);
  await untilStatus(run, ({holder}) => /^b_/.test(String(holder?.identity)));
  expect((await node('worker-4')).metadata.resourceVersion).toBe(changed);
  await letPast('worker-4');
  expect((await untilRun(run, 'Succeeded')).status).toMatchObject({holder: {epoch: 2}, steps: [{attempts: 1}]});
});

test('one that is told to stop hands its run over at once', async () => {
  const run = await startWaitingRun('worker-5', 'a');
  const startedMs = performance.now();
  expect(await replicas[0]?.ended('SIGTERM')).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect((await readRunObject(api, run)).status).toMatchObject({
    phase: 'Paused',
    conditions: expect.arrayContaining([expect.objectContaining({type: 'Paused', status: 'True', reason: 'HolderLeft'})]),
  });
  expect(Object.values(await holders())).not.toContain(expect.stringMatching(/^a_/));
  await start('b', ['--trust-requesters', ...shortLeases]);
  await letPast('worker-5');
  await untilRun(run, 'Succeeded');
});

test('one that is frozen answers no probe, and when it wakes it leaves its run to the one that has it now', async () => {
  const run = await startWaitingRun('worker-6', 'a');
  const [frozen] = replicas;
  frozen?.signal('SIGSTOP');
  expect((await frozen?.probe('/healthz', 1_000))?.code).toBe('no answer');
  await start('b', ['--trust-requesters', ...shortLeases]);
  await untilStatus(run, ({holder}) => /^b_/.test(String(holder?.identity)));
  frozen?.signal('SIGCONT');
  await waitUntil('awake', async () => (await frozen?.probe('/healthz'))?.code === 200, {deadlineMs});
  await letPast('worker-6');
  expect((await untilRun(run, 'Succeeded')).status).toMatchObject({holder: {epoch: 2, identity: expect.stringMatching(/^b_/)}});
});

test('without an API server it lives, says that it is not ready and why, and stops when told', async () => {
  const replica = await ControllerProcess.start(program, server.kubeconfigPath, ['--server', 'https://127.0.0.1:9']);
  replicas.push(replica);
  expect((await replica.probe('/healthz')).code).toBe(200);
  expect(await replica.probe('/readyz')).toEqual({code: 503, text: 'the API server has not said who we are\n'});
  await replica.hears(({msg, error}) => msg === 'the API server does not answer' && /refuses connections/.test(String(error)));
  expect(await replica.ended('SIGTERM')).toBe(0);
});

test.each([
  [['--controller', '--demo'], '--controller works on a cluster'],
  [['--controller', '--listen', '8080'], '--listen 8080: say HOST:PORT'],
  [['--controller', '--runbooks', 'everything'], 'There is no group everything: the groups are releases,'],
  [['--controller', '--leases', '5/4/3'], 'It takes three numbers of seconds such as 15/10/2'],
  [['--controller', '--kubeconfig', '/nowhere/config'], '/nowhere/config'],
  [['--trust-requesters'], '--trust-requesters belongs to --controller'],
  [['--listen', ':8080'], '--listen belongs to --controller or --demo --serve'],
])('%j is refused, and why', async (args, why) => {
  const {code, stdout, stderr} = await program.run(args);
  expect({code, stdout}).toEqual({code: 2, stdout: ''});
  expect(stderr).toContain(why);
  expect(stderr).not.toContain('fault of deckhand');
});

test('an address that is taken is told', async () => {
  const {listen} = await (await start('a')).hears(({msg}) => msg === 'started');
  const {code, stderr} = await program.run(['--controller', '--kubeconfig', server.kubeconfigPath, '--listen', String(listen)]);
  expect(code).toBe(2);
  expect(stderr).toMatch(new RegExp(`^deckhand: --listen ${listen}: .*EADDRINUSE`, 'm'));
});

async function start(owner: string, args: readonly string[] = []): Promise<ControllerProcess> {
  const replica = await ControllerProcess.start(program, server.kubeconfigPath, args, owner);
  replicas.push(replica);
  return replica;
}

/** A run that has had its effect and waits for the node. */
async function startWaitingRun(target: string, owner: string): Promise<RunObject> {
  await world.create(nodeDraft(target, {marks: ['waiting-for-approval']}));
  const run = await createRun(api, {runbook: {name: 'node-update-approve'}, parameters: {target}, requestedBy});
  await start(owner, ['--trust-requesters', ...shortLeases]);
  await untilStatus(run, ({steps}) => steps?.[0]?.state === 'Verifying');
  return run;
}

function node(name: string) {
  return api.send<{metadata: {resourceVersion: string}; spec: {unschedulable?: boolean}}>({path: `/api/v1/nodes/${name}`});
}

/** What the agent of the node does in the end. */
async function letPast(target: string): Promise<void> {
  await world.patch(nodeRef(target), marksPatch('-waiting-for-approval', '-approved'));
}

type Status = {
  readonly phase?: string;
  readonly holder?: {readonly identity: string; readonly epoch: number};
  readonly steps?: readonly {readonly state: string}[];
  readonly [field: string]: unknown;
};

async function untilStatus(run: RunObject, isIt: (status: Status) => boolean): Promise<RunObject> {
  let seen: RunObject | undefined;
  return waitUntil(
    `the run ${run.metadata.name} is there`,
    async () => {
      seen = await readRunObject(api, run);
      return isIt(seen.status ?? {}) ? seen : undefined;
    },
    {deadlineMs, explain: () => JSON.stringify(seen?.status)},
  );
}

function untilRun(run: RunObject, phase: string): Promise<RunObject> {
  return untilStatus(run, status => status.phase === phase);
}

/** Of every lease of the namespace. */
async function holders(): Promise<Record<string, string>> {
  const {items} = await api.send<{items: {metadata: {name: string}; spec: {holderIdentity?: string}}[]}>({
    path: `/apis/coordination.k8s.io/v1/namespaces/${runsNamespace}/leases`,
  });
  return Object.fromEntries(items.map(({metadata, spec}) => [metadata.name, spec.holderIdentity ?? '']));
}
