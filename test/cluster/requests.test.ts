/** What the dashboard asks of a server, by the server's own audit log: one paged LIST and one WATCH per kind, then silence; never a write but questions of what the user may. */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import type {Program} from '../support/dashboard.ts';
import {buildProgram, Dashboard} from '../support/dashboard.ts';
import {platformObjects} from '../support/platform-objects.ts';

type AuditEvent = {
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly requestReceivedTimestamp: string;
  readonly stage: string;
};

const crds = join(import.meta.dirname, '../../deploy/crds');
const releases = 1_200;
const pageSize = 500;
const quietProbes = 4;

let cluster: ControlPlane;
let program: Program;

beforeAll(async () => {
  [cluster, program] = await Promise.all([startControlPlane({auditLog: true}), buildProgram()]);
  await cluster.applyCrds(join(crds, 'platform'));
  await cluster.applyCrds(crds);
  await loadObjects(cluster, [
    {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'deckhand'}},
    ...platformObjects({modules: 20, releases, nodes: 10, pods: 20}),
  ]);
});
afterAll(async () => {
  await cluster?.stop();
  await program?.remove();
});

test('each open kind costs one paged LIST and one WATCH, a quiet dashboard asks for nothing but /readyz, and nothing is ever written', async () => {
  const dashboard = new Dashboard(program, {args: ['--kubeconfig', cluster.user('admin').kubeconfig, '--command', 'modulereleases']});
  try {
    await dashboard.waitForTotal(releases);
    for (const command of ['nodes', 'pods -A', 'configmaps']) {
      await dashboard.open(command, command.split(' ')[0]);
      await dashboard.waitForLive();
    }
    await dashboard.open('modulereleases');
    await dashboard.waitForTotal(releases);
    // Looking is free: cursor, filter, sort and help are no business of the server.
    dashboard.press('j', 'j', '>', '!');
    await dashboard.filter('phase=Pending');
    dashboard.press('?');
    await dashboard.terminal.waitFor(/keys of this screen/);
    dashboard.press('esc');

    const settled = (await ourRequests()).length;
    const probesSoFar = (await ourRequests()).filter(isProbe).length;
    await waitUntil(
      'the server was asked for its health some times',
      async () => (await ourRequests()).filter(isProbe).length >= probesSoFar + quietProbes,
      {deadlineMs: 60_000},
    );
    const all = await ourRequests();
    expect(
      all
        .slice(settled)
        .filter(event => !isProbe(event))
        .map(describeEvent),
    ).toEqual([]);
    const questions = all.filter(event => event.verb === 'create').map(pathOf);
    expect(questions.filter(path => !/\/selfsubject(access)?reviews$/.test(path))).toEqual([]);
    expect([...new Set(all.map(event => event.verb))].sort()).toEqual(['create', 'get', 'list', 'watch']);

    const lists = all.filter(event => event.verb === 'list');
    const watches = all.filter(event => event.verb === 'watch');
    const listed = lists.filter(event => !hasParameter(event, 'continue')).map(pathOf);
    expect(listed.toSorted()).toEqual([...new Set(listed)].toSorted());
    expect(watches.map(pathOf).toSorted()).toEqual([...new Set(watches.map(pathOf))].toSorted());
    const path = '/apis/deckhouse.io/v1alpha1/modulereleases';
    expect(lists.filter(event => pathOf(event) === path)).toHaveLength(Math.ceil(releases / pageSize));
    // What the desk looks at for as long as the cluster is open: runs and what people say of them, and no lease while nobody holds one.
    const runs = '/apis/deckhand.dev/v1alpha1/namespaces/deckhand';
    expect(watches.map(pathOf).filter(kind => kind.includes('/leases'))).toEqual([]);
    for (const kind of [path, '/api/v1/nodes', '/api/v1/pods', '/api/v1/configmaps', `${runs}/runbookruns`, `${runs}/runbookapprovals`]) {
      expect(listed, kind).toContain(kind);
      expect(watches.map(pathOf), kind).toContain(kind);
    }
    // The version of the platform stands in its few releases; they are read once, for the header.
    const inPages = lists.filter(event => pathOf(event) !== '/apis/deckhouse.io/v1alpha1/deckhousereleases');
    expect(inPages.filter(event => parameter(event, 'limit') !== String(pageSize)).map(describeEvent)).toEqual([]);
    for (const event of watches) {
      const seconds = Number(parameter(event, 'timeoutSeconds'));
      expect(seconds).toBeGreaterThanOrEqual(300);
      expect(seconds).toBeLessThanOrEqual(600);
      expect(parameter(event, 'allowWatchBookmarks')).toMatch(/^(1|true)$/);
    }
  } finally {
    await dashboard.close();
  }
});

test('a kind that was left is let go after 45 s, and its watch ends at the server', async () => {
  const dashboard = new Dashboard(program, {
    args: ['--kubeconfig', cluster.user('admin').kubeconfig, '-A', '--command', 'serviceaccounts'],
  });
  try {
    await dashboard.terminal.waitFor(/serviceaccounts/);
    await dashboard.waitForLive();
    const isWatch = (event: AuditEvent): boolean => event.verb === 'watch' && pathOf(event).endsWith('/serviceaccounts');
    const isOver = async (): Promise<boolean> => (await auditEvents()).some(event => isWatch(event) && event.stage === 'ResponseComplete');
    await waitUntil('service accounts are watched', async () => (await ourRequests()).some(isWatch), {deadlineMs: 20_000});
    await dashboard.open('nodes');
    await dashboard.waitForLive();
    expect(await isOver()).toBe(false);
    await waitUntil('the watch has ended', isOver, {deadlineMs: 70_000});
  } finally {
    await dashboard.close();
  }
});

test('deckhand get reads its kind once and watches nothing', async () => {
  const before = (await ourRequests()).length;
  const {code} = await program.run(['get', 'modulesources', '--kubeconfig', cluster.user('admin').kubeconfig]);
  expect(code).toBe(0);
  const asked = (await ourRequests()).slice(before);
  expect(asked.filter(event => event.verb === 'watch')).toEqual([]);
  expect(asked.filter(event => event.verb === 'list').map(pathOf)).toContain('/apis/deckhouse.io/v1alpha1/modulesources');
  expect(new Set(asked.map(describeEvent)).size).toBe(asked.length);
});

/** In the order in which the server took notice of them, each once. */
async function ourRequests(): Promise<AuditEvent[]> {
  const seen = new Map<string, AuditEvent>();
  for (const event of await auditEvents()) if (!seen.has(event.auditID)) seen.set(event.auditID, event);
  return [...seen.values()];
}

async function auditEvents(): Promise<AuditEvent[]> {
  const text = await readFile(cluster.auditLog ?? '', 'utf8');
  // The last line may still be on its way.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .trimEnd()
    .split('\n');
  return lines.map((line): AuditEvent => JSON.parse(line)).filter(event => event.userAgent?.startsWith('deckhand/') === true);
}

function isProbe(event: AuditEvent): boolean {
  return event.verb === 'get' && event.requestURI === '/readyz';
}

function describeEvent({verb, requestURI}: AuditEvent): string {
  return `${verb} ${requestURI}`;
}

function pathOf({requestURI}: AuditEvent): string {
  return requestURI.split('?')[0] ?? '';
}

function parameter({requestURI}: AuditEvent, name: string): string | undefined {
  return new URLSearchParams(requestURI.split('?')[1] ?? '').get(name) ?? undefined;
}

function hasParameter(event: AuditEvent, name: string): boolean {
  return parameter(event, name) !== undefined;
}
