/** What `deckhand runbook` does without a cluster, and what bad input gets: a refusal that names the field and the fix. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {WorldClient} from '../../src/embedded/world/world-client.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {nodeDraft} from '../support/node-drafts.ts';
import {type ProvingServer, runDraft, startProvingServer} from '../support/runs/proving-server.ts';

let program: Program;
let server: ProvingServer;
let world: WorldClient;
let cli: ProvingServer['cli'];

beforeAll(async () => {
  program = await buildProgram();
  server = await startProvingServer(program);
  ({world, cli} = server);
  await world.create(nodeDraft('worker-0'));
});
afterAll(async () => {
  await server?.close();
  await program?.remove();
});

describe('without a cluster', () => {
  test('list names every runbook with its risk', async () => {
    const {code, stdout} = await program.run(['runbook', 'list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^node-drain {2,}destructive {2,}\S/m);
    const entries = JSON.parse((await program.run(['runbook', 'list', '-o', 'json'])).stdout);
    expect(entries).toHaveLength(stdout.trimEnd().split('\n').length);
    expect(entries).toContainEqual(expect.objectContaining({name: 'node-cordon', risk: 'change', group: 'nodes'}));
  });

  test('show prints a procedure, or the definition as JSON', async () => {
    const {code, stdout} = await program.run(['runbook', 'show', 'node-cordon']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# node-cordon: Cordon a node$/m);
    expect(stdout).toContain('kubectl cordon "$TARGET"');
    expect(JSON.parse((await program.run(['runbook', 'show', 'node-cordon', '-o', 'json'])).stdout)).toMatchObject({name: 'node-cordon'});
  });

  test.each([
    [['show', 'node-cordn'], 'there is no runbook node-cordn: deckhand runbook list shows them'],
    [['run', 'node-cordon', '-p', 'target'], 'A parameter is written as name=value, not target.'],
    [['run', 'node-cordon', '-p', 'target=a', '-p', 'target=b'], 'Parameter target is given twice.'],
    [['run', 'node-cordon', '-p', 'patch={a: [}'], 'Parameter patch is neither JSON nor YAML.'],
    [['plan', 'node-cordon', '-o', 'xml'], 'Allowed choices are table, json, yaml.'],
    [['abort', 'run-1', '--mode', 'Later'], 'Allowed choices are SafePoint, Undo, Now.'],
    [['run', 'node-cordon', '--leases', '1/2/3'], 'It takes three numbers of seconds such as 15/10/2'],
    [['shw'], 'unknown command'],
    [['status'], "missing required argument 'run'"],
  ])('%j is refused, and why', async (args, why) => {
    const {code, stdout, stderr} = await program.run(['runbook', ...args]);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr).toContain(why);
  });
});

describe('bad input is refused before anything is asked for, by field and with the fix', () => {
  test.each([
    ['node-cordn', ['target=worker-0'], 'there is no runbook node-cordn: deckhand runbook list shows them'],
    ['node-cordon', [], 'parameter target is missing: name the object to act on'],
    ['node-cordon', ['target=nobody'], 'Node nobody does not exist: check the name'],
    ['node-cordon', ['target=a/b'], 'parameter target is a/b: a Node has no namespace, name it alone'],
    [
      'workload-scale',
      ['target=gizmos/default/web', 'replicas=2'],
      'the API server does not serve gizmos: name the target as resource.group/',
    ],
    ['cronjob-trigger', ['target=backup'], 'parameter target is backup: a CronJob is named as namespace/name'],
    ['node-cordon', ['target=worker-0', 'colour=red'], 'parameter colour is not a parameter of node-cordon: it takes target'],
    ['workload-scale', ['target=deployments.apps/default/web', 'replicas=two'], 'parameter replicas must be a whole number'],
    ['workload-scale', ['target=deployments.apps/default/web', 'replicas=-1'], 'parameter replicas must be at least 0'],
    ['cronjob-suspend', ['target=default/backup', 'on=maybe'], 'parameter on must be true or false'],
    ['object-edit', ['target=nodes/worker-0', 'patch={}'], 'parameter patch must be a list, as JSON'],
    ['module-settings', ['target=console', 'settings=nonsense'], 'parameter settings is not valid JSON'],
    ['module-source-add', ['target=mirror', 'repo=r', 'dockerCfgFrom=secret'], 'must name a key of a Secret as namespace/name/key'],
    ['node-cordon', [`target=${'x'.repeat(100_000)}`], 'parameter parameters are 100013 bytes; at most 32768 are taken'],
  ])('%s %.60j', async (runbook, parameters, why) => {
    const {code, stdout, stderr} = await cli(['run', runbook, '--yes', ...parameters.flatMap(each => ['-p', each])]);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('fault of deckhand');
  });

  test('a megabyte in a run that kubectl submits ends it, and in the words of the same check', async () => {
    await world.create(runDraft('fat', {target: 'worker-0', note: 'x'.repeat(30_000)}));
    const {stdout} = await server.untilEnded('fat');
    expect(stdout).toContain('parameter note is not a parameter of node-cordon');
    await world.create(runDraft('fatter', {target: 'x'.repeat(1_000_000)}));
    expect((await server.untilEnded('fatter')).stdout).toContain('parameters are 1000013 bytes; at most 32768 are taken');
  });

  test.each(['status', 'pause', 'resume', 'abort', 'approve', 'reject', 'undo', 'export'])(
    '%s of a run that is not there',
    async command => {
      const {code, stderr} = await cli([command, 'nothing']);
      expect(code).toBe(2);
      expect(stderr).toBe('deckhand: there is no run nothing: deckhand runs shows them\n');
    },
  );
});
