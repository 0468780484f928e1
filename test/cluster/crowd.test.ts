/** The dashboard on a large platform: what it shows is what kubectl shows, it follows every change, and the cursor keeps its object. */
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {findControlPlane} from '../support/control-plane/binaries.ts';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControlPlane} from '../support/control-plane/start.ts';
import {startControlPlane} from '../support/control-plane/start.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import type {Program} from '../support/dashboard.ts';
import {buildProgram, Dashboard} from '../support/dashboard.ts';
import {moduleName, platformObjects, releaseName} from '../support/platform-objects.ts';
import {outputOf} from '../support/run-program.ts';
import {ageMs, isSameAge, readPrintedTable, type TextRow} from '../support/table-text.ts';

const size = {modules: 200, releases: 10_000, nodes: 200, pods: 60};
const releasesPath = '/apis/deckhouse.io/v1alpha1/modulereleases';
const ageTitles = new Set(['AGE', 'TRANSITIONTIME', 'SYNC', 'LAST SEEN']);

/** Without it, nodes stay as they were made and pods pending; tables and changes are the same. */
const found = findControlPlane();
const hasKwok = 'kwok' in found && found.kwok !== undefined;

let cluster: ControlPlane;
let program: Program;
let dashboard: Dashboard;

beforeAll(async () => {
  [cluster, program] = await Promise.all([startControlPlane({components: hasKwok ? ['kwok'] : []}), buildProgram()]);
  await cluster.applyCrds(join(import.meta.dirname, '../../deploy/crds/platform'));
  await loadObjects(cluster, platformObjects(size));
  if (hasKwok) await waitUntil('all nodes are Ready', async () => (await readyNodes()) === size.nodes, {deadlineMs: 120_000});
}, 600_000);
afterAll(async () => {
  await cluster?.stop();
  await program?.remove();
});
afterEach(() => dashboard?.close());

const kinds: readonly (readonly [command: string, title: string, kubectl: readonly string[]])[] = [
  ['modulereleases', 'modulereleases', ['modulereleases']],
  ['modules', 'modules', ['modules', '-o', 'wide']],
  ['modulesources', 'modulesources', ['modulesources']],
  ['nodegroups', 'nodegroups', ['nodegroups']],
  ['instances', 'instances', ['instances']],
  ['nodes', 'nodes', ['nodes']],
  ['pods -A', 'pods', ['pods', '-A']],
  ['events -n shop', 'events', ['events', '-n', 'shop']],
  ['crd', 'customresourcedefinitions', ['crd']],
  ['moduleupdatepolicies', 'moduleupdatepolicies', ['moduleupdatepolicies']],
];

test('each table has the rows and columns of kubectl get', async () => {
  dashboard = openDashboard();
  for (const [command, title, args] of kinds) {
    await dashboard.open(command, title);
    await dashboard.waitForLive();
    const printed = readPrintedTable(await kubectl(['get', ...args]));
    await dashboard.waitForTotal(printed.length);
    const shown = dashboard.rows().map(row => row.cells);
    expect(shown.length, command).toBeGreaterThan(0);
    for (const row of shown) expectLike(row, find(printed, row), command);
  }
});

test.each([
  ['modulereleases', size.releases],
  ['modules', size.modules],
  ['nodes', size.nodes],
])('deckhand get prints all %s as kubectl does', async (kind, total) => {
  const {code, stdout} = await program.run(['get', kind, '--kubeconfig', admin()]);
  expect(code).toBe(0);
  const ours = readPrintedTable(stdout);
  const theirs = readPrintedTable(await kubectl(['get', kind, '-o', 'wide']));
  expect(ours).toHaveLength(total);
  expect(ours.map(row => row.NAME)).toEqual(theirs.map(row => row.NAME));
  for (const [index, row] of ours.entries()) expectLike(row, theirs[index], kind);
});

test('what kubectl changes, makes and deletes is in the rows at once', async () => {
  dashboard = openDashboard('modulereleases');
  await dashboard.waitForTotal(size.releases);
  const name = releaseName(0, 0);
  await dashboard.filter(`NAME:^${name.slice(0, -1)}`);
  await dashboard.waitForRow(name, {PHASE: 'Superseded'});
  const status = JSON.stringify({status: {phase: 'Suspended', message: 'refused for the test'}});
  await kubectl(['patch', 'modulerelease', name, '--subresource=status', '--type=merge', '-p', status]);
  await dashboard.waitForRow(name, {PHASE: 'Suspended', MESSAGE: 'refused for the test', VERDICT: /^▲ broken/}, 5_000);
  await kubectl(['patch', 'modulerelease', name, '--subresource=status', '--type=merge', '-p', status.replace('Suspended', 'Superseded')]);
  await dashboard.waitForRow(name, {PHASE: 'Superseded', VERDICT: '● ok'}, 5_000);
  const made = `${name}-more`;
  await createRelease(made);
  await dashboard.waitForRow(made, {}, 5_000);
  await kubectl(['delete', 'modulerelease', made]);
  await dashboard.waitForNoRow(made, 5_000);
});

test('the cursor and marks stay on their objects while rows come, go and move', async () => {
  dashboard = openDashboard('modulereleases');
  await dashboard.waitForTotal(size.releases);
  const module = moduleName(3);
  await dashboard.filter(`NAME:^${module}`);
  await dashboard.waitForRow(`${module}-v1.4.0`);
  const [marked, chosen] = [dashboard.rows()[4]?.cells.NAME ?? '', dashboard.rows()[9]?.cells.NAME ?? ''];
  dashboard.press('j', 'j', 'j', 'j', 'space', 'j', 'j', 'j', 'j');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === chosen);
  const names = Array.from({length: 30}, (_, index) => `${module}-a${index}`);
  await Promise.all(names.map(createRelease));
  await dashboard.waitForRow(names[29] ?? '');
  expect(dashboard.selected()?.NAME).toBe(chosen);
  dashboard.press('N', 'N');
  await dashboard.terminal.waitFor(() => dashboard.terminal.screen()[3]?.includes('NAME↓') === true);
  expect(dashboard.selected()?.NAME).toBe(chosen);
  await Promise.all(names.map(deleteRelease));
  await dashboard.waitForTotal(size.releases);
  expect(dashboard.selected()?.NAME).toBe(chosen);
  expect(
    dashboard
      .rows()
      .filter(row => row.isMarked)
      .map(row => row.cells.NAME),
  ).toEqual([marked]);
});

test('an object that was deleted and made anew is another one to the cursor', async () => {
  dashboard = openDashboard('modulereleases');
  await dashboard.waitForTotal(size.releases);
  const names = ['one', 'two', 'three'].map(word => `zz-${word}`);
  for (const name of names) await createRelease(name);
  await dashboard.filter('NAME:^zz-');
  await dashboard.waitForRow('zz-two');
  dashboard.press('G');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'zz-two');
  await deleteRelease('zz-two');
  await dashboard.waitForNoRow('zz-two');
  const neighbour = dashboard.selected()?.NAME;
  expect(neighbour).toBe('zz-three');
  await createRelease('zz-two');
  await dashboard.waitForRow('zz-two');
  expect(dashboard.selected()?.NAME).toBe(neighbour);
  for (const name of names) await deleteRelease(name);
  await dashboard.waitForTotal(size.releases);
});

test('filters match what kubectl counts: column, regex, inverse, label and field selector', async () => {
  dashboard = openDashboard('modulereleases');
  await dashboard.waitForTotal(size.releases);
  const releases = readPrintedTable(await kubectl(['get', 'modulereleases']));
  const pending = releases.filter(row => row.PHASE === 'Pending').length;
  const superseded = releases.filter(row => row.PHASE === 'Superseded').length;
  const about = releases.filter(row => row.MESSAGE?.includes('update window') === true).length;
  await filterShows('phase=Pending', pending, size.releases);
  await filterShows('update.window', about, size.releases);
  await filterShows('!phase=Superseded', size.releases - superseded, size.releases);
  await filterShows(`phase=Superseded,Deployed -l module=${moduleName(5)}`.replace(',', '|'), 49, 50);
  await dashboard.open('pods -A');
  const onNode = readPrintedTable(await kubectl(['get', 'pods', '-A', '--field-selector', 'spec.nodeName=master-000']));
  await filterShows('-f spec.nodeName=master-000', onNode.length, onNode.length);
});

test('a filter that cannot be read says why while it is typed, and matches are counted', async () => {
  dashboard = openDashboard('modules');
  await dashboard.waitForTotal(size.modules);
  dashboard.press('/');
  dashboard.terminal.type('phase=Ready');
  await dashboard.terminal.waitFor(/\d+ of 200 match/);
  dashboard.terminal.type(' colour=red');
  await dashboard.terminal.waitFor(/no column colour/);
  await dashboard.leavePrompt();
  await dashboard.waitForTotal(size.modules);
});

test('columns are sorted by what they stand for', async () => {
  dashboard = openDashboard('modules');
  await dashboard.waitForTotal(size.modules);
  dashboard.press('>', '>', 'O', 'g');
  await dashboard.terminal.waitFor(/WEIGHT↓/);
  await dashboard.terminal.waitFor(() => dashboard.rows()[0]?.cells.WEIGHT === '1099');
  dashboard.press('O', 'g');
  await dashboard.terminal.waitFor(() => dashboard.rows()[0]?.cells.WEIGHT === '900');
  dashboard.press('S', 'g');
  await dashboard.terminal.waitFor(() => dashboard.rows().every(row => row.cells.VERDICT?.startsWith('▲') === true));
  await dashboard.open('modulereleases');
  await dashboard.waitForTotal(size.releases);
  await dashboard.filter('transitiontime<30m');
  dashboard.press('>', '>', '>', '>', 'g');
  await dashboard.terminal.waitFor(/TRANSITIONTIME↑/);
  const ages = dashboard.rows().map(row => ageMs(row.cells.TRANSITIONTIME ?? '') ?? 0);
  expect(ages.length).toBeGreaterThan(10);
  expect(ages).toEqual(ages.toSorted((left, right) => left - right));
});

function openDashboard(kind?: string): Dashboard {
  const args = ['--kubeconfig', admin(), ...(kind === undefined ? [] : ['--command', kind])];
  return new Dashboard(program, {args});
}

function admin(): string {
  return cluster.user('admin').kubeconfig;
}

function kubectl(args: readonly string[]): Promise<string> {
  return outputOf(cluster.binaries.kubectl, ['--kubeconfig', admin(), ...args]);
}

async function filterShows(text: string, matching: number, total: number): Promise<void> {
  await dashboard.filter(text);
  await dashboard.terminal.waitFor(lines => new RegExp(` ${matching}/${total}$`).test(lines[1] ?? ''));
  dashboard.press('esc');
  await dashboard.terminal.waitFor(lines => !/\d+\/\d+$/.test(lines[1] ?? ''));
}

async function createRelease(name: string): Promise<void> {
  const spec = {moduleName: 'made-in-a-test', version: '1.0.0'};
  await cluster.api.send({
    method: 'POST',
    path: releasesPath,
    body: {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleRelease', metadata: {name}, spec},
  });
}

async function deleteRelease(name: string): Promise<void> {
  await cluster.api.send({method: 'DELETE', path: `${releasesPath}/${name}`});
}

async function readyNodes(): Promise<number> {
  const {items} = await cluster.api.send<{items: {status: {conditions?: {type: string; status: string}[]}}[]}>({path: '/api/v1/nodes'});
  return items.filter(({status}) => status.conditions?.some(({type, status: word}) => type === 'Ready' && word === 'True')).length;
}

function identity(row: TextRow): string {
  return row.NAME === undefined ? `${row.OBJECT} ${row.MESSAGE}` : `${row.NAMESPACE ?? ''}/${row.NAME}`;
}

function find(rows: readonly TextRow[], wanted: TextRow): TextRow | undefined {
  return rows.find(row => identity(row) === identity(wanted));
}

/** Every column that both have says the same; ages may have gone on, and a narrow cell may be cut. */
function expectLike(ours: TextRow, theirs: TextRow | undefined, where: string): void {
  expect(theirs, `${where}: ${identity(ours)} is not in kubectl's table`).toBeDefined();
  for (const [title, their] of Object.entries(theirs ?? {})) {
    const our = ours[title];
    if (our === undefined) continue;
    const same = their === '<none>' || their === '<unknown>' ? '' : their;
    const isCut = our.endsWith('…') && same.startsWith(our.slice(0, -1));
    const isLike = our === same || isCut || (ageTitles.has(title) && isSameAge(our, same));
    expect.soft(isLike, `${where} ${identity(ours)} ${title}: '${our}', kubectl has '${their}'`).toBe(true);
  }
}
