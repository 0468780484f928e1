/** What is typed at `:`: kinds, namespaces, filters and contexts, with completion and history. */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {findFreePorts} from '../support/control-plane/free-port.ts';
import type {Dashboard} from '../support/dashboard.ts';
import {Demo} from '../support/demo.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterEach(() => demo.closeDashboards());
afterAll(() => demo.stop());

const lastLine = (lines: readonly string[]): string => lines.at(-1) ?? '';

async function prompt(dashboard: Dashboard, text: string): Promise<void> {
  dashboard.press(':');
  dashboard.terminal.type(text);
  await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(` :${text}`));
}

describe('a command', () => {
  test('is completed by the name that is typed, and taken with Tab', async () => {
    const dashboard = demo.open({columns: 120, rows: 30});
    await dashboard.waitForLive();
    await prompt(dashboard, 'certi');
    await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(' :certificates '));
    dashboard.press('tab');
    dashboard.terminal.type(' d8-cons');
    await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(' :certificates d8-console '));
    dashboard.press('tab', 'enter');
    await dashboard.waitForRow('console-tls', {VERDICT: '● ok'});
    expect(dashboard.terminal.screen()[1]).toContain('certificates.cert-manager.io d8-console 1');
  });

  test('comes back from the history, newest first, each once', async () => {
    const dashboard = demo.open({columns: 120, rows: 30});
    await dashboard.open('nodes');
    await dashboard.open('ng', 'nodegroups');
    await dashboard.open('nodes');
    dashboard.press(':', 'up');
    await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(' :nodes'));
    dashboard.press('up');
    await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(' :ng'));
    dashboard.press('up', 'down');
    await dashboard.terminal.waitFor(lines => lastLine(lines).startsWith(' :nodes'));
    dashboard.press('up', 'enter');
    await dashboard.terminal.waitFor(lines => (lines[1] ?? '').startsWith(' nodegroups'));
  });

  test('for a kind that is not there names the nearest ones, stays open to be mended, and Escape leaves it', async () => {
    const dashboard = demo.open({columns: 120, rows: 30});
    await dashboard.waitForLive();
    await prompt(dashboard, 'podz');
    dashboard.press('enter');
    await dashboard.terminal.waitFor(lines => /no kind podz here: .*pods/.test(lastLine(lines)));
    dashboard.press('backspace', 's', 'enter');
    await dashboard.terminal.waitFor(lines => (lines[1] ?? '').startsWith(' pods'));
    await prompt(dashboard, 'nonsense');
    dashboard.press('enter');
    await dashboard.terminal.waitFor(lines => /no kind nonsense here/.test(lastLine(lines)));
    dashboard.press('esc');
    await dashboard.terminal.waitFor(lines => lastLine(lines).includes('? help'));
    expect(dashboard.terminal.screen()[1]).toMatch(/^ pods/);
  });

  test('takes kind, namespace, filter and context on one line', async () => {
    const file = demo.writeKubeconfig([{name: 'one'}, {name: 'two', namespace: 'shop'}]);
    const dashboard = demo.open({args: ['--kubeconfig', file], columns: 140, rows: 30});
    await dashboard.waitForLive();
    await dashboard.open('pods shop /crash @two', 'pods');
    await dashboard.terminal.waitFor(lines => /^ deckhand {2}two/.test(lines[0] ?? '') && /pods shop .*\/crash/.test(lines[1] ?? ''));
  });

  test(':deployments, :crd and other kinds without a view have the server’s columns', async () => {
    const dashboard = demo.open({columns: 140, rows: 40});
    await dashboard.open('deployments d8-monitoring', 'deployments.apps');
    await dashboard.terminal.waitFor(lines => /NAME +READY +UP-TO-DATE +AVAILABLE +AGE +VERDICT/.test(lines[3] ?? ''));
    await dashboard.terminal.waitFor(() => dashboard.rows().some(({cells}) => /^\d+\/\d+$/.test(cells.READY ?? '')));
    await dashboard.open('crd', 'customresourcedefinitions');
    await dashboard.waitForRow('modules.deckhouse.io', {'CREATED AT': /^\d{4}-/});
    await dashboard.open('certificates -A', 'certificates.cert-manager.io');
    await dashboard.waitForRow('old-shop-tls', {READY: 'False', VERDICT: /^▲ broken · READY is False/});
  });

  test('typed before the cluster has answered is carried out when it has', async () => {
    const dashboard = demo.open({columns: 120, rows: 30});
    dashboard.terminal.type(':nodes\r');
    await dashboard.waitForRow('prod-master-0');
  });

  test(':q leaves, as do :quit and q!', async () => {
    for (const line of [':q\r', ':quit\r', ':q!\r']) {
      const dashboard = demo.open();
      await dashboard.waitForLive();
      dashboard.terminal.type(line);
      expect(await dashboard.terminal.exit).toEqual({code: 0, signal: 0});
      expect(dashboard.terminal.modes()).toMatchObject({isAlternate: false, isCursorShown: true, isPasteBracketed: false, wraps: true});
    }
  });
});

describe('namespaces', () => {
  test(':ns, Enter on one shows the last table there', async () => {
    const dashboard = demo.open({columns: 120, rows: 40});
    await dashboard.open('deployments', 'deployments.apps');
    await dashboard.open('ns', 'namespaces');
    await dashboard.waitForRow('shop');
    await dashboard.filter('name=shop');
    await dashboard.terminal.waitFor(() => dashboard.selected()?.NAME === 'shop');
    dashboard.press('enter');
    await dashboard.terminal.waitFor(lines => /^ deployments\.apps shop \d/.test(lines[1] ?? ''));
    await dashboard.waitForRow('web');
  });

  test('`:ns NAME` keeps the kind, 0 shows all of them and goes back to the one', async () => {
    const dashboard = demo.open({args: ['-c', 'pods'], columns: 120, rows: 40});
    await dashboard.terminal.waitFor(lines => /^ pods default/.test(lines[1] ?? ''));
    await dashboard.open('ns shop', 'pods shop');
    dashboard.press('0');
    await dashboard.terminal.waitFor(lines => /^ pods all namespaces/.test(lines[1] ?? '') && /NAMESPACE +NAME/.test(lines[3] ?? ''));
    dashboard.press('0');
    await dashboard.terminal.waitFor(lines => /^ pods shop/.test(lines[1] ?? ''));
  });

  test('-A begins with all of them, -n with one; a kind without namespaces takes both in its stride', async () => {
    const all = demo.open({args: ['-A', '-c', 'pods'], columns: 120});
    const one = demo.open({args: ['-n', 'shop', '-c', 'pods'], columns: 120});
    const nodes = demo.open({args: ['-n', 'shop', '-c', 'nodes'], columns: 120});
    await all.terminal.waitFor(lines => /^ pods all namespaces \d/.test(lines[1] ?? ''));
    await one.terminal.waitFor(lines => /^ pods shop \d/.test(lines[1] ?? ''));
    await nodes.waitForRow('prod-master-0');
    nodes.press('0');
    await nodes.terminal.waitFor(/This kind belongs to no namespace\./);
  });
});

describe('contexts', () => {
  test(':ctx lists them with the open one marked, Enter switches with the kind kept, and back again', async () => {
    const file = demo.writeKubeconfig([{name: 'prod'}, {name: 'staging', namespace: 'shop'}]);
    const dashboard = demo.open({args: ['--kubeconfig', file, '-c', 'pods'], columns: 120, rows: 30});
    await dashboard.waitForLive();
    await dashboard.open('ctx', 'contexts');
    expect(dashboard.rows().map(({cells, isMarked}) => [cells.NAME, isMarked])).toEqual([
      ['prod', true],
      ['staging', false],
    ]);
    dashboard.press('down', 'enter');
    await dashboard.terminal.waitFor(lines => /^ deckhand {2}staging/.test(lines[0] ?? '') && /^ pods shop \d/.test(lines[1] ?? ''));
    await dashboard.waitForLive();
    await dashboard.open('ctx prod', 'pods default');
    await dashboard.waitForLive();
    expect(dashboard.terminal.screen()[0]).toMatch(/^ deckhand {2}prod/);
  });

  test('one whose server is away shows a banner with the reason, never an exit, and another can be chosen', async () => {
    const [port] = await findFreePorts(1);
    const file = demo.writeKubeconfig([{name: 'here'}, {name: 'away', server: `https://127.0.0.1:${port}`}]);
    const dashboard = demo.open({args: ['--kubeconfig', file, '-c', 'nodes'], columns: 140, rows: 30});
    await dashboard.waitForLive();
    await dashboard.open('ctx away', 'nodes');
    await dashboard.waitForBanner(/The API server has not answered for \d+s.*refuses connections/);
    expect(dashboard.freshness()).toMatch(/^▲ no answer for/);
    dashboard.press('?');
    await dashboard.terminal.waitFor(/keys of this screen/);
    dashboard.press('?');
    await dashboard.open('ctx here', 'nodes');
    await dashboard.waitForLive();
    await dashboard.waitForRow('prod-master-0');
    await dashboard.quit();
  });

  test('one that the kubeconfig lacks is named with the nearest', async () => {
    const dashboard = demo.open({columns: 120, rows: 30});
    await dashboard.waitForLive();
    await prompt(dashboard, 'ctx dem');
    dashboard.press('enter');
    await dashboard.terminal.waitFor(lines => /no context dem in the kubeconfig: demo\?/.test(lastLine(lines)));
  });
});
