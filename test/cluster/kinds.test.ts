/** What the dashboard opens beside its big tables: namespaces, kinds without a view, kinds that come, change and go, pages and containers. */
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {certificate, certificatesPath, createCertificatesKind, deleteCertificatesKind} from '../support/certificates-crd.ts';
import {findControlPlane} from '../support/control-plane/binaries.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import type {Program} from '../support/dashboard.ts';
import {buildProgram, Dashboard} from '../support/dashboard.ts';
import {platformObjects, releaseName} from '../support/platform-objects.ts';
import {outputOf} from '../support/run-program.ts';

const crdFolder = join(import.meta.dirname, '../../deploy/crds/platform');
const image = 'registry.example.com/web:1';

/** Without it, nodes stay as they were made and pods pending; tables and changes are the same. */
const found = findControlPlane();
const hasKwok = 'kwok' in found && found.kwok !== undefined;

let cluster: ControlPlane;
let program: Program;
let dashboard: Dashboard;

beforeAll(async () => {
  [cluster, program] = await Promise.all([startControlPlane({components: hasKwok ? ['kwok'] : []}), buildProgram()]);
  await cluster.applyCrds(crdFolder);
  await loadObjects(cluster, [...platformObjects({modules: 10, releases: 100, nodes: 10, pods: 30}), deployment()]);
});
afterAll(async () => {
  await cluster?.stop();
  await program?.remove();
});
beforeEach(async () => {
  dashboard = new Dashboard(program, {args: ['--kubeconfig', cluster.user('admin').kubeconfig]});
  await dashboard.waitForTotal(10);
});
afterEach(() => dashboard?.close());

test('pods are those of the namespace: the context’s, all, the one chosen from the list, the one named', async () => {
  await dashboard.open('pods');
  await dashboard.waitForTotal(0);
  dashboard.press('0');
  await dashboard.waitForTotal(30);
  expect(dashboard.rows()[0]?.cells.NAMESPACE).toBe('d8-ingress-nginx');
  await dashboard.open('ns', 'namespaces');
  await dashboard.waitForRow('shop', {STATUS: 'Active'});
  await dashboard.filter('NAME=shop');
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/pods shop 10/);
  await dashboard.waitForRow('web-08', {STATUS: 'CrashLoopBackOff', READY: '1/2'});
  expect(dashboard.rows()[0]?.cells.NAMESPACE).toBeUndefined();
  await dashboard.open('pods d8-monitoring');
  await dashboard.terminal.waitFor(/pods d8-monitoring 10/);
  dashboard.press('[');
  await dashboard.terminal.waitFor(/pods shop 10/);
});

test('a kind without a view has the server’s columns and is watched', async () => {
  await dashboard.open('deployments -A', 'deployments.apps');
  await dashboard.waitForRow('web', {NAMESPACE: 'default', READY: '0/3', 'UP-TO-DATE': '0', AVAILABLE: '0'});
  await kubectl(['patch', 'deployment', 'web', '--subresource=status', '-p', JSON.stringify({status: {replicas: 3, readyReplicas: 3}})]);
  await dashboard.waitForRow('web', {READY: '3/3', VERDICT: '● ok'}, 5_000);
  dashboard.press('ctrl-w');
  await dashboard.waitForRow('web', {CONTAINERS: 'web', IMAGES: image, SELECTOR: 'app=web'});
});

test('a kind that is defined while the dashboard runs can be opened, survives its removal, and fills again', async () => {
  await dashboard.type(':', 'certificates');
  await dashboard.terminal.waitFor(/no kind certificates here/);
  await dashboard.leavePrompt();
  await createCertificatesKind(cluster);
  await openOnceKnown('certificates', 'certificates.cert-manager.io');
  await loadObjects(cluster, [certificate('front')]);
  await dashboard.waitForRow('front', {READY: 'False', SECRET: 'front-tls', VERDICT: /^▲ broken/}, 5_000);
  await kubectl(['patch', 'certificate', 'front', '--type=merge', '-p', '{"status": {"ready": "True"}}']);
  await dashboard.waitForRow('front', {READY: 'True', VERDICT: '● ok'}, 5_000);
  await deleteCertificatesKind(cluster);
  await dashboard.waitForNoRow('front');
  await dashboard.waitForBanner(/does not serve certificates\.cert-manager\.io/);
  await createCertificatesKind(cluster);
  await loadObjects(cluster, [certificate('again')]);
  await dashboard.waitForRow('again', {SECRET: 'again-tls'});
  await dashboard.waitForLive();
});

test('fields of any type are shown as the server prints them, and the page opens', async () => {
  await cluster.api.send({
    method: 'POST',
    path: certificatesPath,
    body: certificate('odd', {spec: {secretName: {a: [1]}, issuer: 7}, status: {ready: ['x', null]}}),
  });
  await openOnceKnown('certificates', 'certificates.cert-manager.io');
  await dashboard.waitForRow('odd');
  await dashboard.open('certificates/odd', 'odd');
  await dashboard.terminal.waitFor(/issuer: 7/);
});

test('a page shows the live object: changed lines are marked, managedFields folded, and its end is told', async () => {
  const name = releaseName(1, 3);
  await dashboard.open('modulereleases');
  await dashboard.waitForTotal(100);
  await dashboard.filter(`NAME=${name}`);
  await dashboard.waitForRow(name);
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/kind: ModuleRelease/);
  expect(screen()).toMatch(/managedFields:.* … \d+ entr/);
  const message = JSON.stringify({status: {message: 'changed for the test'}});
  await kubectl(['patch', 'modulerelease', name, '--subresource=status', '--type=merge', '-p', message]);
  await dashboard.terminal.waitFor(/^\* +message: changed for the test/m, 5_000);
  expect(screen()).not.toMatch(/^\* +moduleName/m);
  await dashboard.terminal.waitFor(/^ {2,}message: changed for the test/m, 10_000);
  await kubectl(['delete', 'modulerelease', name]);
  await dashboard.waitForBanner(/This object is gone/);
  expect(screen()).toMatch(/changed for the test/);
  dashboard.press('esc');
  await dashboard.terminal.waitFor(/modulereleases 99/);
});

test('the values of a Secret are never on the screen', async () => {
  const value = 'correct-horse-battery-staple';
  const encoded = Buffer.from(value).toString('base64');
  await kubectl(['create', 'secret', 'generic', 'hidden', '-n', 'shop', `--from-literal=password=${value}`]);
  await dashboard.open('secrets/hidden -n shop', 'shop/hidden');
  await dashboard.terminal.waitFor(/password:/);
  const annotation = JSON.stringify({metadata: {annotations: {touched: 'yes'}}});
  await kubectl(['patch', 'secret', 'hidden', '-n', 'shop', '-p', annotation]);
  await dashboard.terminal.waitFor(/touched: "?yes/);
  const {stdout} = await program.run([
    'get',
    'secrets',
    'hidden',
    '-n',
    'shop',
    '-o',
    'yaml',
    '--kubeconfig',
    cluster.user('admin').kubeconfig,
  ]);
  for (const text of [screen(), stdout]) {
    expect(text).toContain('password:');
    expect(text).not.toContain(value);
    expect(text).not.toContain(encoded);
  }
});

test('Enter on a pod opens its containers, and its page its conditions and events', async () => {
  await dashboard.open('pods shop');
  await dashboard.waitForRow('web-08');
  await dashboard.filter('NAME=web-08');
  dashboard.press('enter');
  await dashboard.terminal.waitFor(/shop\/web-08 containers 2/);
  expect(screen()).toMatch(/web .*CrashLoopBackOff.* 7 /);
  expect(screen()).toMatch(/sidecar .*true.*[Rr]unning/);
  dashboard.press('d');
  await dashboard.terminal.waitFor(/kind: Pod/);
  dashboard.press('e');
  await dashboard.terminal.waitFor(/Warning +BackOff +kubelet +event number 0/);
  await loadObjects(cluster, [event('while-open', 'shop', 'event while it is open')]);
  await dashboard.terminal.waitFor(/event while it is open/);
  dashboard.press('esc', 'esc');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'web-08');
  await dashboard.open('pods d8-monitoring');
  await dashboard.filter('NAME=web-24');
  await dashboard.waitForRow('web-24', {VERDICT: /no node takes it/});
  dashboard.press('y', 'c');
  await dashboard.terminal.waitFor(/PodScheduled +False .*Unschedulable/);
});

test('events are those of the namespace, and new ones appear', async () => {
  await dashboard.open('events -n default', 'events default');
  await dashboard.waitForTotal(5);
  await dashboard.open('events -A', 'events all namespaces');
  await dashboard.terminal.waitFor(() => dashboard.rows().length >= 20);
  await loadObjects(cluster, [event('new-in-default', 'default', 'just now')]);
  await dashboard.terminal.waitFor(() => dashboard.rows().some(row => row.cells.MESSAGE === 'just now'), 5_000);
});

test('when the platform replaces the shape of Instances in place, the open table follows', async () => {
  await dashboard.open('instances');
  await dashboard.waitForRow('worker-machine-3', {STATUS: 'Failed', VERDICT: /^▲ broken/});
  await cluster.applyCrds(join(crdFolder, 'next'));
  await dashboard.terminal.waitFor(/NAME +PHASE +MACHINE +BASHIBLE +MESSAGE/, 60_000);
  await dashboard.waitForTotal(8);
  const status = {phase: 'Running', machineStatus: 'Ready', bashibleStatus: 'WaitingApproval', message: 'waits'};
  // Not by kubectl: it keeps what it discovered for minutes.
  await cluster.api.send({
    method: 'PATCH',
    path: '/apis/deckhouse.io/v1alpha2/instances/worker-machine-3/status',
    body: {status},
    contentType: 'application/merge-patch+json',
  });
  await dashboard.waitForRow(
    'worker-machine-3',
    {PHASE: 'Running', MACHINE: 'Ready', BASHIBLE: 'WaitingApproval', MESSAGE: 'waits'},
    5_000,
  );
  await dashboard.waitForLive();
});

/** Discovery hears of a new kind by watching definitions; the prompt offers it then. */
async function openOnceKnown(kind: string, title: string): Promise<void> {
  dashboard.press(':');
  dashboard.terminal.type(kind.slice(0, -1));
  await dashboard.terminal.waitFor(lines => new RegExp(`\\b${kind}\\b`).test(lines.at(-1) ?? ''));
  dashboard.terminal.type(kind.slice(-1));
  dashboard.press('enter');
  await dashboard.terminal.waitFor(lines => (lines[1] ?? '').includes(title));
}

function screen(): string {
  return dashboard.terminal.screen().join('\n');
}

function kubectl(args: readonly string[]): Promise<string> {
  return outputOf(cluster.binaries.kubectl, ['--kubeconfig', cluster.user('admin').kubeconfig, ...args]);
}

function deployment() {
  const labels = {app: 'web'};
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name: 'web', namespace: 'default'},
    spec: {replicas: 3, selector: {matchLabels: labels}, template: {metadata: {labels}, spec: {containers: [{name: 'web', image}]}}},
  };
}

function event(name: string, namespace: string, message: string) {
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {name, namespace},
    involvedObject: {apiVersion: 'v1', kind: 'Pod', name: 'web-08', namespace},
    type: 'Warning',
    reason: 'BackOff',
    message,
    source: {component: 'kubelet'},
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
