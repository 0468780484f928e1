/** Nothing lies while the API server or etcd is away: every table says how old it is in time, and is right again by itself. */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ProgramHandle} from '../support/control-plane/program.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import type {Program} from '../support/dashboard.ts';
import {buildProgram, Dashboard} from '../support/dashboard.ts';
import {type Connection, FreezingProxy} from '../support/freezing-proxy.ts';
import {LinkProxy} from '../support/link-proxy.ts';
import {platformObjects, releaseName} from '../support/platform-objects.ts';
import {outputOf} from '../support/run-program.ts';
import {ageMs, readPrintedTable} from '../support/table-text.ts';

const releases = 100;
const releasesPath = '/apis/deckhouse.io/v1alpha1/modulereleases';
/** What is promised, and what a busy machine may add. */
const staleMsMax = 15_000;
const silentStreamMsMax = 90_000;
const slackMs = 4_000;
/** From the moment the server answers again: the longest pause between two attempts is 30 s, but its first sign of life ends it. */
const recoveryMsMax = 30_000;
/** Proof of life comes every five seconds, so the last one is a little older than the outage. */
const proofMs = 6_000;

let cluster: ControlPlane;
let program: Program;
let dashboard: Dashboard;

beforeAll(async () => {
  [cluster, program] = await Promise.all([startControlPlane({auditLog: true}), buildProgram()]);
  await cluster.applyCrds(join(import.meta.dirname, '../../deploy/crds/platform'));
  await loadObjects(cluster, platformObjects({modules: 10, releases, nodes: 10, pods: 20}));
});
afterAll(async () => {
  await cluster?.stop();
  await program?.remove();
});
afterEach(async () => {
  await dashboard?.close();
  // A test that failed in mid-outage must not take the others with it.
  await mend(cluster.etcd);
  await mend(cluster.apiserver);
});

test.each([
  ['the API server stands still', () => cluster.apiserver],
  ['etcd stands still', () => cluster.etcd],
] as const)('%s: each table says so within 15 s, with its age, and is right soon after', async (_, pick) => {
  await openReleases();
  await change(0, 'before the outage');
  await dashboard.waitForRow(releaseName(0, 0), {MESSAGE: 'before the outage'});
  await expectStale(pick(), 'pause');
  for (const kind of ['pods', 'nodes', 'modules', 'modulereleases']) {
    await dashboard.open(kind);
    expect(dashboard.banners().join('\n'), kind).toMatch(/has not answered for/);
  }
  expect(dashboard.row(releaseName(0, 0))?.MESSAGE).toBe('before the outage');
  pick().resume();
  await expectRight();
  await change(0, 'after the outage');
  await dashboard.waitForRow(releaseName(0, 0), {MESSAGE: 'after the outage'}, 5_000);
});

test('the API server is killed: what changes before the dashboard is back is right afterwards', async () => {
  await openReleases();
  await expectStale(cluster.apiserver, 'kill');
  await cluster.apiserver.restart();
  await change(1, 'made at once after the restart');
  await expectRight();
  expect(dashboard.row(releaseName(1, 0))?.MESSAGE).toBe('made at once after the restart');
});

test('etcd is killed and comes back without its history', async () => {
  await openReleases();
  await expectStale(cluster.etcd, 'kill');
  await cluster.etcd.restart();
  await cluster.compact();
  await waitUntil('the server writes again', () => change(2, 'made after etcd came back').then(() => true), {deadlineMs: 60_000});
  await expectRight();
  expect(dashboard.row(releaseName(2, 0))?.MESSAGE).toBe('made after etcd came back');
});

test('what was made, changed and deleted while the dashboard was cut off is right, though the server forgot it (410)', async () => {
  const line = await LinkProxy.open(Number(new URL(cluster.server).port));
  try {
    await openReleases(line.url);
    await create('zz-doomed');
    await dashboard.waitForRow('zz-doomed');
    line.refuse();
    await dashboard.waitForBanner(/has not answered for/, staleMsMax + slackMs);
    await change(3, 'changed unseen');
    await create('zz-made-unseen');
    await cluster.api.send({method: 'DELETE', path: `${releasesPath}/zz-doomed`});
    await cluster.compact();
    await cluster.etcd.restart();
    // The API server serves a watch from its memory as long as it has one.
    await cluster.apiserver.restart();
    const listsBefore = await listsOfReleases();
    line.restore();
    await dashboard.waitForNoRow('zz-doomed');
    await expectRight();
    expect(dashboard.row(releaseName(3, 0))?.MESSAGE).toBe('changed unseen');
    expect(await listsOfReleases()).toBeGreaterThan(listsBefore);
    await cluster.api.send({method: 'DELETE', path: `${releasesPath}/zz-made-unseen`});
    await dashboard.waitForTotal(releases);
  } finally {
    await line.close();
  }
});

test('connections that are reset are opened anew, and a line that falls silent shows within 15 s', async () => {
  const line = await LinkProxy.open(Number(new URL(cluster.server).port));
  try {
    await openReleases(line.url);
    line.cut();
    await change(4, 'after the reset');
    await dashboard.waitForRow(releaseName(4, 0), {MESSAGE: 'after the reset'}, recoveryMsMax);
    await dashboard.waitForLive(recoveryMsMax);
    const startMs = performance.now();
    line.stop();
    await dashboard.waitForBanner(/has not answered for/);
    expect(performance.now() - startMs).toBeLessThan(staleMsMax + slackMs);
    await change(4, 'while the line was silent');
    line.restore();
    await expectRight();
    expect(dashboard.row(releaseName(4, 0))?.MESSAGE).toBe('while the line was silent');
  } finally {
    await line.close();
  }
});

test('slow: one stream that dies alone is opened anew within 90 s, and what it did not tell is shown', {timeout: 180_000}, async () => {
  const line = await FreezingProxy.open(cluster.server);
  try {
    await openReleases(line.url);
    line.freeze(await findStream(line));
    const startMs = performance.now();
    const written = dashboard.terminal.mark();
    await change(5, 'said into the dead stream');
    await dashboard.waitForRow(releaseName(5, 0), {MESSAGE: 'said into the dead stream'}, silentStreamMsMax + slackMs);
    expect(performance.now() - startMs).toBeLessThan(silentStreamMsMax + slackMs);
    expect(written.text()).not.toMatch(/has not answered/);
    await dashboard.waitForLive();
  } finally {
    await line.close();
  }
});

async function mend(victim: ProgramHandle): Promise<void> {
  try {
    victim.resume();
  } catch {
    await victim.restart();
  }
}

async function openReleases(server?: string): Promise<void> {
  const args = ['--kubeconfig', cluster.user('admin').kubeconfig, '--command', 'modulereleases'];
  dashboard = new Dashboard(program, {rows: releases + 20, args: [...args, ...(server === undefined ? [] : ['--server', server])]});
  await dashboard.waitForTotal(releases);
}

/** Takes the program away and holds the dashboard to its promise: in time, with an age that is that of the data. */
async function expectStale(victim: ProgramHandle, how: 'pause' | 'kill'): Promise<void> {
  const startMs = performance.now();
  if (how === 'pause') victim.pause();
  else await victim.kill();
  const banner = await dashboard.waitForBanner(/has not answered for/);
  const awayMs = performance.now() - startMs;
  expect(awayMs).toBeLessThan(staleMsMax + slackMs);
  expect(dashboard.freshness()).toMatch(/▲ no answer for \d+/);
  const age = ageOf(banner);
  expect(age).toBeGreaterThan(awayMs - proofMs);
  expect(age).toBeLessThan(awayMs + proofMs + slackMs);
  await dashboard.terminal.waitFor(() => ageOf(dashboard.banners()[0] ?? '') >= age + 2_000);
}

/** The connection that carries the watch of releases: the only one on which something is said when a release changes. */
async function findStream(line: FreezingProxy): Promise<Connection> {
  for (let attempt = 0; ; attempt += 1) {
    line.takeHeard();
    await change(5, `heard ${attempt}`);
    await dashboard.waitForRow(releaseName(5, 0), {MESSAGE: `heard ${attempt}`});
    const [only, ...others] = line.takeHeard();
    if (only !== undefined && others.length === 0) return only;
  }
}

function ageOf(banner: string): number {
  return ageMs(/has not answered for (\w+)/.exec(banner)?.[1] ?? '') ?? 0;
}

/** Live without a key pressed, and the same as kubectl sees. */
async function expectRight(): Promise<void> {
  await dashboard.waitForLive(recoveryMsMax + slackMs);
  const kubectl = [cluster.binaries.kubectl, ['--kubeconfig', cluster.user('admin').kubeconfig, 'get', 'modulereleases']] as const;
  const wanted = readPrintedTable(await outputOf(...kubectl)).map(row => `${row.NAME} ${row.PHASE} ${row.MESSAGE}`);
  const shown = dashboard.rows().map(({cells}) => `${cells.NAME} ${cells.PHASE} ${cells.MESSAGE}`);
  expect(shown.map(line => line.slice(0, 80))).toEqual(wanted.map(line => line.slice(0, 80)));
}

async function change(module: number, message: string): Promise<void> {
  await cluster.api.send({
    method: 'PATCH',
    path: `${releasesPath}/${releaseName(module, 0)}/status`,
    body: {status: {message}},
    contentType: 'application/merge-patch+json',
  });
}

async function create(name: string): Promise<void> {
  const body = {
    apiVersion: 'deckhouse.io/v1alpha1',
    kind: 'ModuleRelease',
    metadata: {name},
    spec: {moduleName: 'made-in-a-test', version: '1.0.0'},
  };
  await cluster.api.send({method: 'POST', path: releasesPath, body});
}

async function listsOfReleases(): Promise<number> {
  const lines = (await readFile(cluster.auditLog ?? '', 'utf8')).trimEnd().split('\n');
  const events = lines.map((line): {verb: string; userAgent?: string; requestURI: string} => JSON.parse(line));
  return events.filter(event => event.verb === 'list' && event.requestURI.startsWith(releasesPath) && isOurs(event.userAgent)).length;
}

function isOurs(userAgent = ''): boolean {
  return userAgent.startsWith('deckhand');
}
