/** A user who may read only some kinds: what is forbidden says which right is missing, everything else works; and what scripts are told. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import type {Program} from '../support/dashboard.ts';
import {buildProgram, Dashboard} from '../support/dashboard.ts';
import {moduleName, platformObjects} from '../support/platform-objects.ts';
import {readPrintedTable} from '../support/table-text.ts';

const rbac = 'rbac.authorization.k8s.io';

let cluster: ControlPlane;
let program: Program;
let dashboard: Dashboard | undefined;

beforeAll(async () => {
  [cluster, program] = await Promise.all([startControlPlane({users: [{name: 'poor'}, {name: 'blind'}]}), buildProgram()]);
  await cluster.applyCrds(join(import.meta.dirname, '../../deploy/crds/platform'));
  await loadObjects(cluster, [...platformObjects({modules: 20, releases: 200, nodes: 10, pods: 30}), ...rights()]);
});
afterAll(async () => {
  await cluster?.stop();
  await program?.remove();
});
afterEach(() => dashboard?.close());

describe('a user who may read modules, and pods of one namespace', () => {
  test('sees what is allowed, and of the rest which right is missing', async () => {
    const screen = openAs('poor', ['-n', 'shop']);
    await screen.waitForTotal(20);
    await screen.waitForRow(moduleName(0), {PHASE: 'Ready', VERDICT: '● ok'});
    await screen.open('pods');
    await screen.terminal.waitFor(/pods shop 10/);
    await screen.waitForRow('web-08', {STATUS: 'CrashLoopBackOff'});
    for (const [command, title, kind] of [
      ['nodes', 'nodes', 'nodes'],
      ['modulereleases', 'modulereleases', 'modulereleases.deckhouse.io'],
      ['deployments', 'deployments', 'deployments.apps'],
      ['secrets', 'secrets', 'secrets'],
    ] as const) {
      await screen.open(command, title);
      const banner = await screen.waitForBanner(/You may not read/);
      expect(banner).toMatch(new RegExp(`You may not read ${kind}: no right to list ${kind}`));
      expect(screen.freshness()).not.toMatch(/● live/);
    }
    await screen.open('pods -A');
    await screen.waitForBanner(/no right to list pods in all namespaces/);
    await screen.open('pods shop');
    await screen.waitForRow('web-08');
    expect(screen.banners()).toEqual([]);
  });

  test('follows changes of what may be watched, and says so of what may be listed only', async () => {
    const screen = openAs('poor');
    await screen.waitForTotal(20);
    await setPhase(moduleName(0), 'Reconciling');
    await screen.waitForRow(moduleName(0), {PHASE: 'Reconciling'}, 5_000);
    await setPhase(moduleName(0), 'Ready');
    await screen.waitForRow(moduleName(0), {PHASE: 'Ready'}, 5_000);
    await screen.open('nodegroups');
    await screen.waitForBanner(/no right to watch nodegroups\.deckhouse\.io/);
    expect(screen.row('worker')?.TYPE).toBe('CloudEphemeral');
  });

  test('opens the page of an allowed object, and of a forbidden one says why there is none', async () => {
    const screen = openAs('poor');
    await screen.waitForTotal(20);
    screen.press('enter');
    await screen.terminal.waitFor(/kind: Module/);
    screen.press('e');
    await screen.terminal.waitFor(/no right to list events|No events/);
    await screen.open('nodes/master-000', 'master-000');
    await screen.waitForBanner(/You may not read nodes: no right to list nodes/);
    expect(await screen.quit()).toMatchObject({code: 0});
  });
});

test('a user without any right gets a dashboard that says so, in every kind', async () => {
  const screen = openAs('blind');
  await screen.waitForBanner(/no right to list modules\.deckhouse\.io/);
  await screen.open('pods');
  await screen.waitForBanner(/no right to list pods in the namespace default/);
  await screen.open('ns', 'namespaces');
  await screen.waitForBanner(/no right to list namespaces/);
  expect(await screen.quit()).toMatchObject({code: 0});
});

describe('deckhand get', () => {
  test('0: prints what may be read, in each format', async () => {
    const table = await get('poor', ['modules']);
    expect(table).toMatchObject({code: 0, stderr: ''});
    expect(readPrintedTable(table.stdout)).toHaveLength(20);
    expect((await get('poor', ['modules', '-o', 'name'])).stdout.trimEnd().split('\n')[0]).toMatch(/^module\.deckhouse\.io\//);
    const one = await get('poor', ['modules', moduleName(0), '-o', 'json']);
    expect(JSON.parse(one.stdout)).toMatchObject({kind: 'Module', metadata: {name: moduleName(0)}});
    const many = JSON.parse((await get('poor', ['pods', '-n', 'shop', '-l', 'tier=even', '-o', 'json'])).stdout);
    expect(many).toMatchObject({kind: 'List'});
    expect(many.items.every((pod: {metadata: {labels: {tier: string}}}) => pod.metadata.labels.tier === 'even')).toBe(true);
    const yaml = await get('poor', ['modules', moduleName(0), '-o', 'yaml']);
    expect(yaml.stdout).toMatch(/^kind: Module$/m);
  });

  test('1: the named object does not exist, or there are problems', async () => {
    expect(await get('poor', ['modules', 'no-such-module'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/no-such-module/),
    });
    const problems = await get('poor', ['modules', '--problems']);
    expect(problems.code).toBe(1);
    const rows = readPrintedTable(problems.stdout);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(row => !row.VERDICT?.startsWith('ok'))).toBe(true);
    expect(await get('poor', ['modules', moduleName(0), '--problems'])).toMatchObject({code: 0, stdout: ''});
  });

  test('2: could not ask, and why', async () => {
    expect(await get('poor', ['nodes'])).toMatchObject({code: 2, stdout: '', stderr: expect.stringMatching(/no right to list nodes/)});
    expect(await get('poor', ['pods', '-A'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no right to list pods in all namespaces/),
    });
    expect(await get('poor', ['gizmos'])).toMatchObject({code: 2, stderr: expect.stringMatching(/serves no gizmos/)});
    expect(await get('poor', ['modules', '-o', 'xml'])).toMatchObject({code: 2});
    expect(await get('poor', ['pods', '-n', 'shop', '-l', 'a b c'])).toMatchObject({code: 2, stdout: ''});
  });

  test('a reader that stops early is no failure', async () => {
    const args = [program.file, 'get', 'modulereleases', '-o', 'json', '--kubeconfig', cluster.user('admin').kubeconfig];
    const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'pipe']});
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'exit');
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
  });
});

function openAs(user: string, args: readonly string[] = []): Dashboard {
  dashboard = new Dashboard(program, {args: ['--kubeconfig', cluster.user(user).kubeconfig, ...args]});
  return dashboard;
}

async function get(user: string, args: readonly string[]) {
  return program.run(['get', ...args, '--kubeconfig', cluster.user(user).kubeconfig]);
}

async function setPhase(name: string, phase: string): Promise<void> {
  await cluster.api.send({
    method: 'PATCH',
    path: `/apis/deckhouse.io/v1alpha1/modules/${name}/status`,
    body: {status: {phase}},
    contentType: 'application/merge-patch+json',
  });
}

/** Modules whole, node groups without the right to watch them, pods in one namespace. */
function rights() {
  const subjects = [{kind: 'User', name: 'poor', apiGroup: rbac}];
  const read = ['get', 'list', 'watch'];
  const rules = [
    {apiGroups: ['deckhouse.io'], resources: ['modules', 'modulesources'], verbs: read},
    {apiGroups: ['deckhouse.io'], resources: ['nodegroups'], verbs: ['get', 'list']},
  ];
  const pods = [{apiGroups: [''], resources: ['pods'], verbs: read}];
  const apiVersion = `${rbac}/v1`;
  return [
    {apiVersion, kind: 'ClusterRole', metadata: {name: 'poor'}, rules},
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: {name: 'poor'},
      subjects,
      roleRef: {apiGroup: rbac, kind: 'ClusterRole', name: 'poor'},
    },
    {apiVersion, kind: 'Role', metadata: {name: 'poor', namespace: 'shop'}, rules: pods},
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: {name: 'poor', namespace: 'shop'},
      subjects,
      roleRef: {apiGroup: rbac, kind: 'Role', name: 'poor'},
    },
  ];
}
