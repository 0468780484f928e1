/** What Enter opens: live YAML without its secrets, conditions, events, and the containers of a pod. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';
import type {PtyTerminal} from '../support/screen/pty-terminal.ts';

let demo: Demo;
const namespace = 'pages';
const core = `/api/v1/namespaces/${namespace}`;

beforeAll(async () => {
  demo = await Demo.start();
  await demo.createNamespace(namespace);
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

function create(path: string, body: object): Promise<unknown> {
  return demo.api.send({method: 'POST', path, body});
}

const isMarked = (terminal: PtyTerminal, text: string): boolean => {
  const row = terminal.screen().findIndex(line => line.includes(text));
  return row >= 0 && /[^\s│]/.test(terminal.cell(0, row).text);
};

const isPage = (lines: readonly string[]): boolean => /yaml {2}conditions {2}events$/.test(lines[1] ?? '');

async function openPage(kind: string, name: string, args: readonly string[] = ['-n', namespace]): Promise<Dashboard> {
  const dashboard = demo.open({args: [...args, '-c', kind], columns: 120, rows: 50});
  await dashboard.waitForLive();
  await dashboard.filter(`name=${name}`);
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === name);
  dashboard.press('d');
  await dashboard.terminal.waitFor(isPage);
  return dashboard;
}

describe('the page of an object', () => {
  test('follows it: a changed line is marked for a while, and its end is told', async () => {
    await create(`${core}/configmaps`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {name: 'watched'},
      data: {level: 'low', other: 'same'},
    });
    const dashboard = await openPage('configmaps', 'watched');
    await dashboard.terminal.waitFor(/level: low/);
    const change = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'watched'}, data: {level: 'high', other: 'same'}};
    await demo.api.send({method: 'PUT', path: `${core}/configmaps/watched`, body: change});
    await dashboard.terminal.waitFor(() => isMarked(dashboard.terminal, 'level: high'));
    expect(isMarked(dashboard.terminal, 'other: same')).toBe(false);
    await dashboard.terminal.waitFor(() => !isMarked(dashboard.terminal, 'level: high'));
    await demo.api.send({method: 'DELETE', path: `${core}/configmaps/watched`});
    await dashboard.waitForBanner(/This object is gone; what follows is its last state\./);
    expect(dashboard.terminal.screen().join('\n')).toContain('level: high');
    dashboard.press('esc');
    await dashboard.terminal.waitFor(lines => /^ configmaps pages/.test(lines[1] ?? ''));
  });

  test('shows conditions and events under their own tabs, and each by its letter', async () => {
    const dashboard = await openPage('nodes', 'bm-rack2-02', []);
    dashboard.press('tab');
    await dashboard.terminal.waitFor(/TYPE +STATUS +AGE +REASON +MESSAGE\n.*\bReady +(?:Unknown|False)/s);
    dashboard.press('tab');
    await dashboard.terminal.waitFor(/LAST SEEN +COUNT +TYPE +REASON +FROM +MESSAGE\n.*NodeNotReady/s);
    dashboard.press('y');
    await dashboard.terminal.waitFor(/kind: Node/);
    dashboard.press('c');
    await dashboard.terminal.waitFor(/TYPE +STATUS +AGE/);
    dashboard.press('e');
    await dashboard.terminal.waitFor(/LAST SEEN +COUNT/);
  });

  test('searches, and walks over what it found', async () => {
    const dashboard = await openPage('nodes', 'prod-master-0', []);
    await dashboard.filter('kubelet');
    await dashboard.terminal.waitFor(/kubelet/i);
    dashboard.press('n', 'N', 'esc');
    await dashboard.terminal.waitFor(lines => isPage(lines));
  });

  test('says so where the object has no conditions, and where no event names it', async () => {
    await create(`${core}/configmaps`, {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'plain'}});
    const dashboard = await openPage('configmaps', 'plain');
    dashboard.press('c');
    await dashboard.terminal.waitFor(/This object reports no conditions\./);
    dashboard.press('e');
    await dashboard.terminal.waitFor(/No events of the last hour name this object\./);
  });
});

test('Enter on a pod shows its containers with their states, and the way back is in the crumbs', async () => {
  const dashboard = demo.open({args: ['-n', 'd8-monitoring', '-c', 'pods'], columns: 140, rows: 50});
  await dashboard.waitForLive();
  await dashboard.filter('prometheus-main-0');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'prometheus-main-0');
  dashboard.press('enter');
  await dashboard.terminal.waitFor(lines =>
    /^ pods \/prometheus-main-0 › d8-monitoring\/prometheus-main-0 containers [1-9]/.test(lines[1] ?? ''),
  );
  const text = dashboard.terminal.screen().join('\n');
  expect(text).toMatch(/NAME.*TYPE.*READY.*STATE.*RESTARTS/);
  expect(text).toMatch(/prometheus.*true.*running/i);
  dashboard.press('d');
  await dashboard.terminal.waitFor(lines => isPage(lines) && /› prometheus-main-0 › d8-monitoring\/prometheus-main-0/.test(lines[1] ?? ''));
  dashboard.press('esc');
  await dashboard.terminal.waitFor(lines => /containers [1-9]/.test(lines[1] ?? ''));
  dashboard.press('esc');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'prometheus-main-0');
});

test('no byte of a secret reaches the terminal or a script, whatever is opened', async () => {
  const [password, token, key] = ['Tr0ub4dor-and-3-hunter2', 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2lnbmVk', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmU'];
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const dockerConfig = base64(JSON.stringify({auths: {'registry.example': {auth: base64(`user:${password}`)}}}));
  const seeded = {apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: {name: 'seeded'}, data: {password: base64(password)}};
  const applied = JSON.stringify({...seeded, stringData: {password}});
  await create(`${core}/secrets`, {
    ...seeded,
    metadata: {name: 'seeded', annotations: {'kubectl.kubernetes.io/last-applied-configuration': applied}},
    stringData: {token},
  });
  await create('/apis/deckhouse.io/v1alpha1/modulesources', {
    apiVersion: 'deckhouse.io/v1alpha1',
    kind: 'ModuleSource',
    metadata: {name: 'seeded'},
    spec: {registry: {repo: 'registry.example/modules', dockerCfg: dockerConfig, ca: ''}},
  });
  await create('/apis/deckhouse.io/v1alpha2/sshcredentials', {
    apiVersion: 'deckhouse.io/v1alpha2',
    kind: 'SSHCredentials',
    metadata: {name: 'seeded'},
    spec: {user: 'ops', privateSSHKey: base64(key), sudoPasswordEncoded: base64(password)},
  });
  const secrets = [password, token, key, dockerConfig].flatMap(secret => [secret, base64(secret)]);
  for (const [kind, args, shown] of [
    ['secrets', ['-n', namespace], /kind: Secret/],
    ['modulesources', [], /kind: ModuleSource/],
    ['sshcredentials', [], /kind: SSHCredentials/],
  ] as const) {
    const dashboard = demo.open({args: [...args, '-c', kind], columns: 200, rows: 60});
    const everything = dashboard.terminal.mark();
    await dashboard.waitForRow('seeded');
    await dashboard.filter('name=seeded');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'seeded');
    dashboard.press('w', 'd');
    await dashboard.terminal.waitFor(shown);
    // Everything folded is opened too.
    dashboard.press('m', 'G', 'c');
    await dashboard.terminal.waitFor(/TYPE +STATUS|no conditions/);
    dashboard.press('e');
    await dashboard.terminal.waitFor(/LAST SEEN|No events/);
    dashboard.press('ctrl-c');
    await dashboard.terminal.exit;
    const printed = await Promise.all(['json', 'yaml', 'wide'].map(format => demo.get(kind, ...args, '-o', format)));
    const output = [everything.text(), ...printed.map(({stdout, stderr}) => stdout + stderr)].join('\n');
    expect(output).toContain('seeded');
    for (const secret of secrets) expect(output.includes(secret), `${kind} shows ${secret}`).toBe(false);
  }
});

test('text of any script stays in its columns: Cyrillic, CJK and emoji in events and annotations', async () => {
  const messages = [
    'Под не запустился: образ не найден',
    '容器启动失败，请检查镜像',
    'probe failed 🔥 after 👩‍👩‍👧 retries',
    'plain ascii message',
  ];
  for (const [index, message] of messages.entries()) {
    const now = new Date().toISOString().replace(/\.\d+/, '');
    await create(`${core}/events`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {name: `event-${index}`},
      involvedObject: {kind: 'Pod', name: `под-${index}`, namespace},
      reason: 'Письмо',
      message,
      type: 'Warning',
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
  }
  await create(`${core}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name: 'scripts', annotations: {note: 'Привет 世界 🚀', evil: 'a\u202Eb\u001B[31mc'}},
  });
  const dashboard = demo.open({args: ['-n', namespace, '-c', 'events'], columns: 160, rows: 30});
  await dashboard.terminal.waitFor(lines => messages.every(message => lines.some(line => line.includes(message))));
  const lines = dashboard.terminal.screen();
  const column = lines[3]?.indexOf('VERDICT') ?? -1;
  for (const message of messages) {
    const row = lines.findIndex(line => line.includes(message));
    expect(dashboard.terminal.cell(column, row).text).toBe('▲');
  }
  await dashboard.open('configmaps');
  await dashboard.filter('name=scripts');
  await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'scripts');
  const mark = dashboard.terminal.mark();
  dashboard.press('d');
  await dashboard.terminal.waitFor(/note: .*Привет 世界 🚀/);
  expect(mark.text()).not.toContain('\u202E');
  expect(mark.text()).not.toContain('b\u001B[31mc');
});
