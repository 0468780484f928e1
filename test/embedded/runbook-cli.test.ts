/** `deckhand runbook …` and `deckhand runs`: what each does, prints and ends with, over an API server that proves who asks. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {WorldClient} from '../../src/embedded/world/world-client.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {groupDraft, marksPatch, nodeDraft, nodeRef} from '../support/node-drafts.ts';
import {type ProvingServer, runDraft, startProvingServer} from '../support/runs/proving-server.ts';
import {runsNamespace} from '../support/runs/run-objects.ts';

let program: Program;
let server: ProvingServer;
let world: WorldClient;
let cli: ProvingServer['cli'];

beforeAll(async () => {
  program = await buildProgram();
  server = await startProvingServer(program);
  ({world, cli} = server);
  await world.create(groupDraft('worker'));
});
afterAll(async () => {
  await server?.close();
  await program?.remove();
});

describe('a run of a runbook that can be taken back', () => {
  let name = '';

  test('is planned, which changes nothing', async () => {
    await world.create(nodeDraft('worker-1'));
    const {code, stdout} = await cli(['plan', 'node-cordon', '-p', 'target=worker-1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\+ .*unschedulable: true/);
    const plan = JSON.parse((await cli(['plan', 'node-cordon', '-p', 'target=worker-1', '-o', 'json'])).stdout);
    expect(plan).toMatchObject({runbook: 'node-cordon', risk: 'change', steps: [{id: 'cordon', preview: {kind: 'previewed'}}]});
    expect(await isCordoned('worker-1')).toBe(false);
  });

  test('a plan whose rights are missing says which', async () => {
    const {code, stdout, stderr} = await cli(['plan', 'node-cordon', '-p', 'target=worker-1'], 'poor');
    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(/poor.*(get|patch).*nodes|nodes.*forbidden/);
  });

  test('is not begun without a yes', async () => {
    const {code, stderr} = await cli(['run', 'node-cordon', '-p', 'target=worker-1']);
    expect(code).toBe(2);
    expect(stderr).toContain('say --yes to agree to this plan');
    expect(JSON.parse((await cli(['-o', 'json'], 'ivan', 'runs')).stdout).map(nameOf)).not.toContainEqual(
      expect.stringMatching(/^node-cordon/),
    );
  });

  test('is followed to its end', async () => {
    const {code, stdout, stderr} = await cli(['run', 'node-cordon', '-p', 'target=worker-1', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^node-cordon-\S+: node-cordon on worker-1, Succeeded, 1\/1$/m);
    expect(stderr).toMatch(/1\. cordon +Succeeded/);
    expect(await isCordoned('worker-1')).toBe(true);
    name = stdout.split(':')[0] ?? '';
    expect(await cli(['status', name])).toMatchObject({code: 0, stdout: expect.stringContaining('asked by ivan')});
  });

  test('is told as a record that can be checked', async () => {
    const {code, stdout} = await cli(['export', name]);
    expect(code).toBe(0);
    expect(stdout).toContain('chain holds');
    expect(stdout).toContain('patch Node worker-1');
    expect(JSON.parse((await cli(['export', name, '-o', 'json'])).stdout).entries.length).toBeGreaterThan(3);
  });

  test('is not begun where there is nothing to do', async () => {
    const {code, stderr} = await cli(['run', 'node-cordon', '-p', 'target=worker-1', '--yes']);
    expect({code, stderr}).toMatchObject({code: 2, stderr: expect.stringContaining('Node worker-1 is cordoned already')});
  });

  test('is undone by a run of its own', async () => {
    expect((await cli(['undo', name, '--yes', '-o', 'json'])).code).toBe(0);
    expect(await isCordoned('worker-1')).toBe(false);
  });

  test('stands in the list, newest first', async () => {
    const table = await cli([], 'ivan', 'runs');
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^NAME +RUNBOOK +TARGET +PHASE/);
    const names = JSON.parse((await cli(['-o', 'json'], 'ivan', 'runs')).stdout).map(nameOf);
    expect(names.indexOf(name)).toBeGreaterThan(0);
  });

  test('a record that somebody has changed is told', async () => {
    const [chunk] = (await world.list('v1', 'ConfigMap', runsNamespace)).filter(({metadata}) => metadata.name.startsWith('runlog-'));
    const ref = {apiVersion: 'v1', kind: 'ConfigMap', namespace: runsNamespace, name: chunk?.metadata.name ?? ''};
    const text = String(Object.values(Object(chunk?.data))[0]);
    await world.patch(ref, {data: {'entries.ndjson': text.replace(/"by":"[^"]*"/, '"by":"somebody"')}});
    const runs: {meta: {uid: string; name: string}}[] = JSON.parse((await cli(['-o', 'json'], 'ivan', 'runs')).stdout);
    const owner = runs.find(({meta}) => ref.name.includes(meta.uid))?.meta.name ?? '';
    const {code, stderr} = await cli(['export', owner]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/entry 1 of the log does not follow/);
  });
});

describe('a run that takes its time', () => {
  let name = '';

  test('is only asked for', async () => {
    await world.create(nodeDraft('worker-2', {marks: ['waiting-for-approval']}));
    const {code, stdout, stderr} = await cli(['run', 'node-update-approve', '-p', 'target=worker-2', '--yes', '--detach', '-o', 'json']);
    expect(code, stderr).toBe(0);
    name = JSON.parse(stdout).meta.name;
  });

  test('is paused, resumed, and ends', async () => {
    const looked = await server.untilStatus(name, /approve +Verifying/);
    expect(looked.stderr, 'who only looks carries nothing').toBe('');
    expect((await cli(['pause', name, '--reason', 'lunch'])).code).toBe(0);
    const paused = await server.untilStatus(name, /Paused/);
    expect(paused).toMatchObject({code: 3, stdout: expect.stringContaining('paused by ivan: lunch')});
    expect((await cli(['resume', name])).code).toBe(0);
    await server.untilStatus(name, /Running/);
    await world.patch(nodeRef('worker-2'), marksPatch('-waiting-for-approval', '-approved'));
    expect((await server.untilEnded(name)).code).toBe(0);
  });

  test('is aborted', async () => {
    await world.create(nodeDraft('worker-3', {marks: ['waiting-for-approval']}));
    const asked = await cli(['run', 'node-update-approve', '-p', 'target=worker-3', '--yes', '--detach', '-o', 'json']);
    const {name: second} = JSON.parse(asked.stdout).meta;
    await server.untilStatus(second, /approve +Verifying/);
    expect((await cli(['abort', second, '--reason', 'enough'])).code).toBe(0);
    expect(await server.untilEnded(second)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/Aborted[\s\S]*aborted by ivan: enough/),
    });
  });

  test('is carried to its end by who follows it, where no controller does', async () => {
    await world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'alone'}});
    await world.create(nodeDraft('worker-4'));
    const place = ['--runs-namespace', 'alone'];
    const asked = await cli(['run', 'node-cordon', '-p', 'target=worker-4', '--yes', '--detach', ...place, '-o', 'json']);
    const {name: alone} = JSON.parse(asked.stdout).meta;
    const {code, stdout, stderr} = await cli(['follow', alone, ...place]);
    expect({code, stdout, stderr}).toMatchObject({code: 0, stdout: expect.stringContaining('Succeeded')});
    expect(await isCordoned('worker-4')).toBe(true);
  });

  test('where nobody can tell what happened, the code says so', async () => {
    // Where no engine may carry it, which would put its record right.
    await world.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'quiet'}});
    await world.create(runDraft('lost', {target: 'worker-1'}, 'quiet'));
    await world.patchStatus(
      {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', name: 'lost', namespace: 'quiet'},
      {phase: 'Unknown'},
    );
    expect((await cli(['status', 'lost', '--runs-namespace', 'quiet'])).code).toBe(4);
  });
});

describe('a run of a destructive runbook', () => {
  test('waits for a person whatever is said at its start; another one approves it', async () => {
    await world.create(settings('old'));
    const asked = await cli(['run', 'object-delete', '-p', 'target=configmaps/default/old', '--yes']);
    expect(asked.code, asked.stderr).toBe(3);
    expect(asked.stdout).toMatch(/waits at the gate start: 0 of 1/);
    const [name = ''] = asked.stdout.split(':');
    expect(asked.stdout).toContain(`deckhand runbook approve ${name} --gate start`);
    const own = await cli(['approve', name]);
    expect(own).toMatchObject({code: 2, stderr: expect.stringContaining('repeat its target with --confirm configmaps/default/old')});
    expect(await cli(['approve', name, '--gate', 'end'])).toMatchObject({code: 2, stderr: expect.stringContaining('waits at start')});
    expect((await cli(['approve', name, '--reason', 'fine'], 'olga')).code).toBe(0);
    expect((await server.untilEnded(name)).code).toBe(0);
    expect(await find('old')).toBeUndefined();
    expect(await cli(['approve', name], 'olga')).toMatchObject({code: 2, stderr: expect.stringContaining('waits at no gate')});
  });

  test('is rejected, and nothing is done', async () => {
    await world.create(settings('kept'));
    const asked = await cli(['run', 'object-delete', '-p', 'target=configmaps/default/kept']);
    const [name = ''] = asked.stdout.split(':');
    expect((await cli(['reject', name, '--reason', 'we need it'], 'olga')).code).toBe(0);
    const {code, stdout} = await server.untilStatus(name, /rejected by olga: we need it/);
    expect(code).not.toBe(0);
    expect(stdout).toContain('rejected by olga: we need it');
    expect(await find('kept')).toBeDefined();
  });
});

function settings(name: string) {
  return {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace: 'default'}, data: {}};
}

function find(name: string) {
  return world.find({apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'default'});
}

async function isCordoned(name: string): Promise<boolean> {
  const node = await world.find(nodeRef(name));
  return Object(node?.spec).unschedulable === true;
}

function nameOf({meta}: {meta: {name: string}}): string {
  return meta.name;
}
