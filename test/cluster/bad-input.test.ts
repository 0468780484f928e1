/** What bad input gets: a clear sentence in place, everything else goes on, no stack trace, and the terminal back at the end. */
import {once} from 'node:events';
import {createServer as createHttpServer} from 'node:http';
import type {Server} from 'node:net';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {BadKubeconfigs} from '../support/bad-kubeconfigs.ts';
import type {KubernetesObject} from '../support/control-plane/kubernetes-object.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import type {Program} from '../support/dashboard.ts';
import {buildProgram, Dashboard} from '../support/dashboard.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const foreignAuthority = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUc7mYJmS0ZZ0V0uqfK0f9v0w2b1wwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----
`;

let cluster: ControlPlane;
let program: Program;
let kubeconfigs: BadKubeconfigs;
let page: Server;
let dashboard: Dashboard | undefined;

beforeAll(async () => {
  [cluster, program] = await Promise.all([startControlPlane(), buildProgram()]);
  kubeconfigs = await BadKubeconfigs.beside(admin());
  page = createHttpServer((_, response) => response.end('<html>Welcome</html>')).listen(0, '127.0.0.1');
  await once(page, 'listening');
});
afterAll(async () => {
  page?.close();
  await kubeconfigs?.remove();
  await cluster?.stop();
  await program?.remove();
});
afterEach(() => dashboard?.close());

type Start = {readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>>};

const starts: readonly (readonly [what: string, start: () => Promise<Start> | Start, sentence: RegExp])[] = [
  ['a server that is not there', () => on({server: 'https://127.0.0.1:1'}), /127\.0\.0\.1:1 refuses connections/],
  ['a name that no DNS knows', () => on({server: 'https://cluster.invalid:6443'}), /cluster\.invalid cannot be resolved/],
  ['a server that speaks no TLS', () => on({server: `https://127.0.0.1:${portOfPage()}`}), /does not speak TLS/],
  [
    'a server that is no API server',
    () => on({server: `http://127.0.0.1:${portOfPage()}`}),
    /does not (come from a Kubernetes|say what is served)/,
  ],
  [
    'no authority for the certificate',
    () => withCluster({'certificate-authority-data': undefined}),
    /certificate of .* is (not signed|self-signed)/,
  ],
  [
    'a certificate for another name',
    () => withCluster({'tls-server-name': 'elsewhere.example'}),
    /certificate of .* is for .*tls-server-name/,
  ],
  [
    'an authority that is no certificate',
    () => withCluster({'certificate-authority-data': btoa(foreignAuthority)}),
    /check certificate-authority|certificate-authority-data/,
  ],
  ['an expired token', () => ({args: ['--kubeconfig', admin(), '--token', 'expired']}), /does not accept these credentials/],
  [
    'a context that is missing',
    () => ({args: ['--kubeconfig', admin(), '--context', 'prod']}),
    /no context prod in .*there are: control-plane/,
  ],
  ['a kubeconfig that is no YAML', () => file('clusters: [\n  name: {'), /is not valid YAML, line \d/],
  ['a kubeconfig of another kind', () => file('apiVersion: v1\nkind: Pod\n'), /is not a kubeconfig: its kind is Pod/],
  ['a kubeconfig with a wrong type', () => file('apiVersion: v1\nkind: Config\nclusters: many\n'), /clusters must be/],
  ['no kubeconfig at all', () => ({args: ['--kubeconfig', '/nonexistent/config']}), /\/nonexistent\/config does not exist/],
  ['no kubeconfig at home', () => ({args: []}), /no cluster to show: .* does not exist/],
  ['a plugin that is not installed', () => withExec('no-such-plugin'), /plugin no-such-plugin is not installed/],
  [
    'a plugin that fails',
    () => plugin("console.error('no session: \\u001b[31mrun vpn\\u0007');process.exit(3)"),
    /plugin .* failed \(.*3.*\): .*run vpn/,
  ],
  ['a plugin that prints junk', () => plugin("console.log('token: 1234')"), /printed \d+ bytes that are not an ExecCredential/],
  [
    'a plugin that answers with a wrong field',
    () => plugin("console.log(JSON.stringify({apiVersion:'client.authentication.k8s.io/v1',kind:'ExecCredential',status:{token:7}}))"),
    /answered with a .*token that is not/,
  ],
];

describe('at the start', () => {
  test.each(starts)('%s is told in a sentence, on the screen and to scripts', async (_, start, sentence) => {
    const {args, env} = await start();
    dashboard = new Dashboard(program, {args, ...(env === undefined ? {} : {env}), columns: 400, rows: 24});
    await dashboard.waitForBanner(sentence);
    expect(screen()).not.toMatch(/^\s+at .*:\d+/m);
    expect(screen()).not.toMatch(/What you see is from before/);
    dashboard.press('?');
    await dashboard.terminal.waitFor(/keys of this screen/);
    dashboard.press('q');
    await dashboard.terminal.waitFor(lines => !lines.join('').includes('keys of this screen'));
    expect(await dashboard.quit()).toMatchObject({code: 0});

    const script = await program.run(['get', 'pods', ...args], env);
    expect(script).toMatchObject({code: 2, stdout: ''});
    expect(script.stderr).toMatch(sentence);
    expect(script.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  test('a kubeconfig that is mended is taken up without a restart', async () => {
    const path = await kubeconfigs.write('nonsense: [');
    dashboard = new Dashboard(program, {args: ['--kubeconfig', path], columns: 200});
    await dashboard.waitForBanner(/is not valid YAML/);
    await kubeconfigs.good(path);
    await dashboard.waitForLive();
    expect(screen()).toMatch(/control-plane · k8s/);
  });

  test('a cluster without Deckhouse opens with pods, and a kind of the platform is said not to be served', async () => {
    dashboard = new Dashboard(program, {args: ['--kubeconfig', admin()], columns: 200});
    await dashboard.terminal.waitFor(/pods default 0/);
    await dashboard.waitForLive();
    await dashboard.type(':', 'modules');
    await dashboard.waitForBanner(/does not serve modules/);
    await dashboard.open('namespaces');
    await dashboard.waitForRow('default');
  });
});

describe('objects that are not what they should be', () => {
  beforeAll(async () => {
    await defineWithoutSchema('modules', 'Module');
    await defineWithoutSchema('modulereleases', 'ModuleRelease');
    await loadObjects(cluster, [
      make('Module', 'good', {properties: {weight: 1, source: 'deckhouse'}, status: {phase: 'Available'}}),
      make('Module', 'wrong-list', {properties: {weight: 2}, status: {phase: 'Ready', conditions: 'all'}}),
      make('Module', 'wrong-number', {properties: {weight: 'heavy'}, status: {phase: 'Ready'}}),
      make('Module', 'wrong-phase', {status: {phase: {name: 'Ready'}}}),
      make('Module', 'no-fields'),
      make('ModuleRelease', 'loud-v1.0.0', {
        spec: {moduleName: 'loud', version: '1.0.0'},
        status: {phase: 'Pending', message: 'one\u001b[2J\u001b]0;owned\u0007\ntwo\u202eeerht\u0000'},
      }),
      make('ModuleRelease', 'wide-v1.0.0', {
        spec: {moduleName: 'wide', version: '1.0.0'},
        status: {phase: 'Suspended', message: 'Проверка 日本語 🚀 не прошла'},
      }),
    ]);
  });

  test('fields of the wrong type make a row unreadable, and name the field; the other rows are as they are', async () => {
    dashboard = new Dashboard(program, {args: ['--kubeconfig', admin()]});
    await dashboard.open('modules');
    await dashboard.waitForTotal(5);
    await dashboard.waitForRow('good', {PHASE: 'Available', WEIGHT: '1', VERDICT: '● ok · not enabled'});
    await dashboard.waitForRow('wrong-list', {VERDICT: /\? unknown · unreadable: field status\.conditions is not/});
    await dashboard.waitForRow('wrong-number', {VERDICT: /\? unknown · unreadable: field properties\.weight is not/});
    await dashboard.waitForRow('wrong-phase', {VERDICT: /\? unknown · unreadable: field status\.phase is not/});
    await dashboard.waitForRow('no-fields', {VERDICT: /nothing reported yet|unknown/});
    const {code, stdout} = await program.run(['get', 'modules', 'wrong-phase', '--kubeconfig', admin()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/unreadable: field status\.phase/);
    await dashboard.open('modules/wrong-list', 'wrong-list');
    await dashboard.terminal.waitFor(/conditions: all/);
    dashboard.press('c');
    await dashboard.terminal.waitFor(/no conditions|unreadable/);
    expect(await dashboard.quit()).toMatchObject({code: 0});
  });

  test('control and bidi characters are shown as signs, in the table and on the page, and do nothing', async () => {
    dashboard = new Dashboard(program, {args: ['--kubeconfig', admin(), '--command', 'modulereleases']});
    const written = dashboard.terminal.mark();
    await dashboard.waitForTotal(2);
    await dashboard.waitForRow('wide-v1.0.0', {MESSAGE: 'Проверка 日本語 🚀 не прошла'});
    await dashboard.waitForRow('loud-v1.0.0', {MESSAGE: /^one.*\[2J.*two/});
    await dashboard.open('modulereleases/loud-v1.0.0', 'loud-v1.0.0');
    await dashboard.terminal.waitFor(/message: .*\[2J/);
    expect(written.text()).not.toContain('\u202e');
    expect(written.text()).not.toContain('\u0000');
    expect(written.text()).not.toContain('\u001b]0;owned');
    const {stdout} = await program.run(['get', 'modulereleases', '--kubeconfig', admin()]);
    expect(stdout).not.toMatch(/[\u0000\u0007\u001b\u202e]/);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
  });
});

function admin(): string {
  return cluster.user('admin').kubeconfig;
}

function screen(): string {
  return dashboard?.terminal.screen().join('\n') ?? '';
}

function portOfPage(): number {
  const address = page.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

function on({server}: {server: string}): Start {
  return {args: ['--kubeconfig', admin(), '--server', server]};
}

async function withCluster(change: Readonly<Record<string, unknown>>): Promise<Start> {
  return {args: ['--kubeconfig', await kubeconfigs.withCluster(fields => ({...fields, ...change}))]};
}

async function withExec(command: string): Promise<Start> {
  const exec = {apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never'};
  return {args: ['--kubeconfig', await kubeconfigs.withUser({exec})]};
}

async function plugin(source: string): Promise<Start> {
  return {args: ['--kubeconfig', await kubeconfigs.withPlugin(source)]};
}

async function file(text: string): Promise<Start> {
  return {args: ['--kubeconfig', await kubeconfigs.write(text)]};
}

function make(kind: string, name: string, fields: Readonly<Record<string, unknown>> = {}): KubernetesObject {
  return {apiVersion: 'deckhouse.io/v1alpha1', kind, metadata: {name}, ...fields};
}

/** The platform's kind as some cluster might have it: no schema, so anything can be stored. */
async function defineWithoutSchema(plural: string, kind: string): Promise<void> {
  const schema = {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}};
  await cluster.api.send({
    method: 'POST',
    path: definitions,
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {name: `${plural}.deckhouse.io`},
      spec: {
        group: 'deckhouse.io',
        scope: 'Cluster',
        names: {plural, singular: kind.toLowerCase(), kind},
        versions: [{name: 'v1alpha1', served: true, storage: true, schema}],
      },
    },
  });
  await waitUntil(`${plural} are served`, () => cluster.api.send({path: `/apis/deckhouse.io/v1alpha1/${plural}`}), {deadlineMs: 30_000});
}
