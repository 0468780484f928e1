/** `deckhand get` and the command line itself, over the demo's cluster: what scripts read, and the exit codes they act on. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {Demo} from '../support/demo.ts';
import {readPrintedTable} from '../support/table-text.ts';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});
afterAll(() => demo.stop());

describe('deckhand get', () => {
  test('prints a table with kubectl’s columns and the verdict, and more of them with -o wide', async () => {
    const table = await demo.get('nodes');
    expect(table).toMatchObject({code: 0, stderr: ''});
    const rows = readPrintedTable(table.stdout);
    expect(rows.find(row => row.NAME === 'prod-master-0')).toMatchObject({
      STATUS: 'Ready',
      ROLES: expect.stringContaining('control-plane'),
    });
    expect(rows.find(row => row.NAME === 'bm-rack2-02')).toMatchObject({STATUS: 'NotReady', VERDICT: expect.stringMatching(/^broken/)});
    const wide = await demo.get('nodes', '-o', 'wide');
    expect(wide.stdout.split('\n')[0]).toMatch(/INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME/);
  });

  test('prints the server’s objects as JSON and YAML, and names', async () => {
    const json = await demo.get('node', 'prod-master-0', '-o', 'json');
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({apiVersion: 'v1', kind: 'Node', metadata: {name: 'prod-master-0'}});
    const yaml = await demo.get('modulesources', '-o', 'yaml');
    expect(parse(yaml.stdout)).toMatchObject({
      kind: 'List',
      items: expect.arrayContaining([expect.objectContaining({kind: 'ModuleSource'})]),
    });
    const names = await demo.get('ng', '-o', 'name');
    expect(names.stdout.split('\n')).toContain('nodegroup.deckhouse.io/master');
  });

  test('takes namespaces, and label and field selectors', async () => {
    const all = readPrintedTable((await demo.get('pods', '-A')).stdout);
    const shop = readPrintedTable((await demo.get('pods', '-n', 'shop')).stdout);
    expect(shop.length).toBeGreaterThan(0);
    expect(all.length).toBeGreaterThan(shop.length);
    const masters = await demo.get('nodes', '-l', 'node.deckhouse.io/group=master', '-o', 'name');
    expect(masters.stdout.trim().split('\n')).toEqual(['node/prod-master-0', 'node/prod-master-1', 'node/prod-master-2']);
    const one = await demo.get('nodes', '--field-selector', 'metadata.name=prod-master-1', '-o', 'name');
    expect(one.stdout).toBe('node/prod-master-1\n');
  });

  test('--problems leaves what is not ok and exits with 1, with 0 where there is nothing of it', async () => {
    const broken = await demo.get('nodegroups', '--problems');
    expect(broken.code).toBe(1);
    for (const row of readPrintedTable(broken.stdout)) expect(row.VERDICT).not.toMatch(/^ok/);
    const fine = await demo.get('namespaces', '--problems');
    expect(fine).toMatchObject({code: 0, stdout: ''});
  });

  test('exits with 1 where the named object is missing, with 2 where it could not ask', async () => {
    const missing = await demo.get('node', 'nobody');
    expect(missing).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('nodes "nobody" is not there')});
    const unknown = await demo.get('podz');
    expect(unknown).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('podz')});
    const context = await demo.get('pods', '--context', 'nowhere');
    expect(context).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('no context nowhere')});
    const refused = await demo.get('pods', '--server', 'https://127.0.0.1:1');
    expect(refused).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('refuses connections')});
    const selector = await demo.get('pods', '-l', '=(');
    expect(selector).toMatchObject({code: 2, stdout: ''});
    for (const {stderr} of [missing, unknown, context, refused, selector]) {
      expect(stderr).toMatch(/^deckhand: .+\n$/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

describe('the command line', () => {
  test('tells its version and its help on stdout', async () => {
    const version = await demo.program.run(['--version']);
    expect(version).toMatchObject({code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: ''});
    const help = await demo.program.run(['--help']);
    expect(help).toMatchObject({code: 0, stderr: ''});
    for (const word of ['--kubeconfig', '--context', '-n, --namespace', '--all-namespaces', '--demo', '--serve', 'get '])
      expect(help.stdout).toContain(word);
    const get = await demo.program.run(['get', '--help']);
    for (const word of ['--selector', '--field-selector', '--output', '--problems']) expect(get.stdout).toContain(word);
  });

  test.each([
    ['a flag that is not there', ['--nonsense'], /unknown option '--nonsense'/],
    ['a flag without its value', ['get', 'pods', '-n'], /argument missing/],
    ['a format that is not there', ['get', 'pods', '-o', 'xml'], /Allowed choices are table, wide, json, yaml, name/],
    ['get without a kind', ['get'], /missing required argument 'kind'/],
    ['--serve alone', ['--serve'], /say --demo --serve/],
    ['--listen alone', ['--demo', '--listen', '127.0.0.1:0'], /--listen belongs to --controller or --demo --serve/],
    ['an address that is none', ['--demo', '--serve', '--listen', 'here'], /HOST:PORT/],
    ['a kubeconfig that is not there', ['get', 'pods', '--kubeconfig', '/nowhere/config'], /\/nowhere\/config does not exist/],
  ])('answers %s in words, with exit code 2', async (_, args, said) => {
    const {code, stdout, stderr} = await demo.program.run(args);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
