/** What runs inside pods, over the demo: shells, logs and forwarded ports, each of which outlives its screen. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {textWidth} from '../../src/ui/width.ts';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const size = {columns: 100, rows: 30} as const;
const prompt = /^\/ #/m;

type Options = {args?: readonly string[]; columns?: number; rows?: number};

async function onPod(filter: string, name = filter, options: Options = {}): Promise<Dashboard> {
  const dashboard = demo.open({...size, ...options, args: ['-A', '-c', `pods /${filter}`, ...(options.args ?? [])]});
  await dashboard.waitForLive();
  await dashboard.terminal.waitFor(lines => lines.some(line => line.startsWith('›') && line.includes(name)));
  return dashboard;
}

/** A pod of two containers, of which one was killed and started again. */
async function makeRestartedPod(name: string): Promise<void> {
  const path = '/api/v1/namespaces/batch/pods';
  const containers = ['app', 'side'].map(container => ({name: container, image: 'registry.example.com/app:1'}));
  const nodes = await demo.api.send<{items: {metadata: {name: string}}[]}>({path: '/api/v1/nodes'});
  const pod = {apiVersion: 'v1', kind: 'Pod', metadata: {name}, spec: {nodeName: nodes.items[0]?.metadata.name, containers}};
  const made = await demo.api.send<object>({method: 'POST', path, body: pod});
  const running = {running: {startedAt: '2026-01-01T00:00:00Z'}};
  const killed = {
    exitCode: 137,
    reason: 'OOMKilled',
    startedAt: '2025-12-31T23:00:00Z',
    finishedAt: '2025-12-31T23:10:00Z',
    containerID: 'c://1',
  };
  const containerStatuses = [
    {name: 'app', ready: true, restartCount: 1, image: 'app', imageID: '', state: running, lastState: {terminated: killed}},
    {name: 'side', ready: true, restartCount: 0, image: 'app', imageID: '', state: running, lastState: {}},
  ];
  await demo.api.send({method: 'PUT', path: `${path}/${name}/status`, body: {...made, status: {phase: 'Running', containerStatuses}}});
}

function run(dashboard: Dashboard, line: string): void {
  dashboard.terminal.type(line);
  dashboard.press('enter');
}

describe('a shell', () => {
  test('opens at once in a pod of one container, and tells how it ended', async () => {
    const dashboard = await onPod('warehouse-1');
    dashboard.press('s');
    await dashboard.terminal.waitFor(prompt);
    expect(dashboard.terminal.screen()[1]).toMatch(/batch\/warehouse-1 · \S+ +running$/);
    run(dashboard, 'hostname; echo $COLUMNS x $LINES');
    await dashboard.terminal.waitFor(/^warehouse-1$/m);
    await dashboard.terminal.waitFor(/^100 x 26$/m);
    run(dashboard, 'exit 4');
    await dashboard.terminal.waitFor(/ended with code 4/);
    dashboard.press('esc');
    await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
  });

  test('asks which container where there are several, the main one first, and leads back past the question', async () => {
    const dashboard = await onPod('prometheus-main-0');
    dashboard.press('s');
    await dashboard.terminal.waitFor(/kube-rbac-proxy +Running$/m);
    expect(dashboard.terminal.screen()[1]).toMatch(/in which container\?$/);
    expect(dashboard.terminal.screen().slice(4, 7)).toEqual([
      expect.stringMatching(/^› {2}prometheus +Running$/),
      expect.stringMatching(/^ {3}config-reloader +Running$/),
      expect.stringMatching(/^ {3}kube-rbac-proxy +Running$/),
    ]);
    dashboard.press('j', 'enter');
    await dashboard.terminal.waitFor(/d8-monitoring\/prometheus-main-0 · config-reloader/);
    await dashboard.terminal.waitFor(prompt);
    dashboard.press('ctrl-]');
    await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
  });

  test('goes on in another context, with the connection it came by', async () => {
    const kubeconfig = demo.writeKubeconfig([{name: 'east'}, {name: 'west'}]);
    const dashboard = await onPod('warehouse-1', 'warehouse-1', {args: ['--kubeconfig', kubeconfig]});
    dashboard.press('s');
    await dashboard.terminal.waitFor(prompt);
    dashboard.press('ctrl-]');
    await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
    await dashboard.type(':', 'ctx west');
    await dashboard.terminal.waitFor(lines => / west /.test(lines[0] ?? ''));
    await dashboard.waitForLive();
    await dashboard.open('terminals');
    await dashboard.terminal.waitFor(/warehouse-1 · \S+ +pod +running +east/);
    dashboard.press('enter');
    await dashboard.terminal.waitFor(prompt);
    run(dashboard, 'hostname');
    await dashboard.terminal.waitFor(/^warehouse-1$/m);
  });

  test('of a pod in which nothing runs is refused in words', async () => {
    const dashboard = await onPod('stronghold-1');
    dashboard.press('s');
    await dashboard.terminal.waitFor(/No container of this pod runs\./);
  });
});

describe('a log', () => {
  test('follows what is written, can be held, and shows times', async () => {
    const dashboard = await onPod('render-');
    dashboard.press('l');
    await dashboard.terminal.waitFor(/following$/m);
    await dashboard.terminal.waitFor(/1,\d{3} lines/);
    const body = (): string[] => dashboard.terminal.screen().slice(3, -1);
    await dashboard.terminal.waitFor(() => dashboard.banners().length === 0 && body().every(line => line.trim() !== ''));
    const before = body().at(-1) ?? '';
    await dashboard.terminal.waitFor(() => body().at(-1) !== before && body().includes(before));
    dashboard.press('k');
    await dashboard.terminal.waitFor(/held$/m);
    const held = body();
    dashboard.press('t');
    await dashboard.terminal.waitFor(() => body().every(line => /^ {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /.test(line)));
    dashboard.press('t');
    await dashboard.terminal.waitFor(() => body().join('\n') === held.join('\n'));
    for (const line of dashboard.terminal.screen()) expect(textWidth(line)).toBeLessThanOrEqual(size.columns);
    dashboard.press('f');
    await dashboard.terminal.waitFor(/following$/m);
  });

  test('is filtered while one types, and Escape takes the filter back before it leaves', async () => {
    const dashboard = await onPod('render-');
    dashboard.press('l');
    await dashboard.terminal.waitFor(/1,\d{3} lines/);
    await dashboard.filter('level=(warn|error)');
    await dashboard.terminal.waitFor(lines => lines.slice(3, -1).every(line => line === '' || /level=(warn|error)/.test(line)));
    expect(dashboard.terminal.screen()[1]).toMatch(/\/level=\(warn\|error\) {2}\d+\/1,?\d+/);
    dashboard.press('esc');
    await dashboard.terminal.waitFor(lines => !(lines[1] ?? '').includes('/level'));
    await dashboard.filter('!level=(warn|error)');
    await dashboard.terminal.waitFor(lines => lines.slice(3, -1).every(line => /level=(info|debug)/.test(line)));
    dashboard.press('esc');
    await dashboard.terminal.waitFor(lines => !(lines[1] ?? '').includes('!level'));
    dashboard.press('esc');
    await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
    await dashboard.open('terminals');
    await dashboard.terminal.waitFor(/No terminal is open/);
  });

  test('of the life before the restart tells why it ended; where there was none that is told', async () => {
    await makeRestartedPod('fallen');
    const dashboard = await onPod('fallen');
    // Enter is typed before there is anything to choose from.
    dashboard.press('l', 'enter');
    await dashboard.terminal.waitFor(/batch\/fallen · app/);
    dashboard.press('p');
    await dashboard.terminal.waitFor(lines => /before the restart$/.test(lines[1] ?? '') && /level=/.test(lines[3] ?? ''));

    const calm = await onPod('warehouse-1');
    calm.press('l');
    await calm.terminal.waitFor(/following$/m);
    calm.press('p');
    await calm.waitForBanner(/previous terminated container .* not found/);
    calm.press('p');
    await calm.terminal.waitFor(/following$/m);
  });

  test('goes on in the list while one looks elsewhere', async () => {
    const dashboard = await onPod('render-');
    dashboard.press('l');
    await dashboard.terminal.waitFor(/following$/m);
    dashboard.press('ctrl-]');
    await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
    await dashboard.open('terminals');
    await dashboard.terminal.waitFor(/batch\/render-\S+ · render +log +running/);
    dashboard.press('enter');
    await dashboard.terminal.waitFor(/following$/m);
  });

  test('at 60×15 it is still all there', async () => {
    const dashboard = await onPod('render-', 'render-', {columns: 60, rows: 15});
    dashboard.press('l');
    await dashboard.terminal.waitFor(/following$/m);
    expect(dashboard.terminal.screen()).toHaveLength(15);
    expect(dashboard.terminal.screen().at(-1)).toMatch(/^ f hold {2}p before the restart {2}t times {2}\/ filter/);
  });
});

describe('a port', () => {
  test('is forwarded: the pod answers at the local address, until it is ended in the list', async () => {
    const dashboard = await onPod('warehouse-1', 'warehouse-1', {columns: 140});
    dashboard.press('F');
    await dashboard.terminal.waitFor(/batch\/warehouse-1 · 8080 +127\.0\.0\.1:\d+ +0 +listening/);
    const local = Number(/127\.0\.0\.1:(\d+)/.exec(dashboard.terminal.screen().join('\n'))?.[1]);
    const answer = await fetch(`http://127.0.0.1:${local}/`);
    expect(await answer.text()).toBe('warehouse-1\n');
    dashboard.press('x');
    await dashboard.terminal.waitFor(/No port is forwarded/);
    await expect(fetch(`http://127.0.0.1:${local}/`)).rejects.toThrow();
    dashboard.press('esc');
    await dashboard.terminal.waitFor(/NAMESPACE +NAME/);
  });
});

test('where nothing may be changed logs are read, and shells and ports say why they are off', async () => {
  const dashboard = await onPod('warehouse-1', 'warehouse-1', {args: ['--readonly']});
  for (const key of ['s', 'F']) {
    dashboard.press(key);
    expect(await dashboard.waitForBanner(/Off/)).toBe('Off: this is read-only, as --readonly says');
  }
  dashboard.press('l');
  await dashboard.terminal.waitFor(/following$/m);
});

test('the log that a waiting step names stands beside it, and a key opens it whole', async () => {
  const dashboard = demo.open({columns: 80, rows: 24, args: ['-c', 'modules /csi-s3']});
  await dashboard.waitForLive();
  const {terminal} = dashboard;
  await terminal.waitFor(() => dashboard.selected()?.NAME === 'csi-s3');
  dashboard.press('e');
  await terminal.waitFor(/\+ kind: ModuleConfig/, 30_000);
  dashboard.press('y');
  await terminal.waitFor(
    /is downloaded {2}Verifying[\s\S]*wanted {2}[\s\S]*l log of d8-system\/deckhouse-\S+ deckhouse {2}following\n/,
    30_000,
  );
  dashboard.press('l');
  await terminal.waitFor(/d8-system\/deckhouse-\S+ · deckhouse/);
  await terminal.waitFor(/"level":"/);
  dashboard.press('esc');
  await terminal.waitFor(/module-enable +csi-s3/);
});
