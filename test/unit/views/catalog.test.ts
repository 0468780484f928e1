/** The views: every file listed once, columns and order as kubectl prints them from the platform's CRDs. */
import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {views} from '../../../src/views/catalog.ts';
import type {Column, Seen, View} from '../../../src/views/define-view.ts';
import {
  condition,
  createdAt,
  event,
  label,
  moduleObject,
  moduleRelease,
  moduleSource,
  newInstance,
  node,
  nodeGroup,
  oldInstance,
  pod,
  postgresql,
  secret,
  set,
} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

const root = new URL('../../../', import.meta.url);
const now = Date.parse(createdAt) + 60_000;

function viewOf(name: string): View {
  const view = views.find(candidate => candidate.name === name);
  if (view === undefined) throw new Error(`no view ${name}`);
  return view;
}

/** As a table shows them: NAME, columns, AGE, columns behind it. */
function titles(view: View, version: string, isWide: boolean): readonly string[] {
  const own = view.columns.filter(({priority, versions}) => (isWide || priority !== 1) && (versions?.includes(version) ?? true));
  const name = view.hasName === false ? [] : ['NAME'];
  const age = view.hasAge ? ['AGE'] : [];
  const before = own.filter(({isAfterAge}) => isAfterAge !== true).map(({title}) => title);
  return [...name, ...before, ...age, ...own.filter(({isAfterAge}) => isAfterAge === true).map(({title}) => title)];
}

type PrinterColumn = {readonly name: string; readonly priority?: number};
type Crd = {
  readonly spec: {readonly versions: readonly {readonly name: string; readonly additionalPrinterColumns?: readonly PrinterColumn[]}[]};
};

function printerTitles(file: string, version: string, isWide: boolean): readonly string[] {
  const crd: Crd = parse(readFileSync(new URL(`deploy/crds/platform/${file}.yaml`, root), 'utf8'));
  const columns = crd.spec.versions.find(({name}) => name === version)?.additionalPrinterColumns ?? [];
  return ['NAME', ...columns.filter(({priority}) => isWide || (priority ?? 0) === 0).map(({name}) => name.toUpperCase())];
}

function seenWith(related: Readonly<Record<string, readonly unknown[] | undefined>>, digest?: unknown): Seen {
  // A view names the facts of its own related sources; the test hands over what the view itself made of them.
  return {now, related: name => related[name] as never, digest: () => digest as never};
}

function relatedFacts(view: View, name: string, ...objects: Parameters<View['facts']>[0][]): readonly unknown[] {
  const related = view.related?.find(candidate => candidate.name === name);
  if (related === undefined) throw new Error(`${view.name} has no related ${name}`);
  return objects.map(object => related.facts(object, now));
}

function cell(view: View, title: string, facts: unknown, seen: Seen): unknown {
  const column: Column<unknown> | undefined = view.columns.find(candidate => candidate.title === title);
  return column?.text?.(facts, seen) ?? column?.value(facts, seen);
}

describe('the catalogue', () => {
  test('lists each view file once', () => {
    const defined = readdirSync(new URL('src/views/', root)).filter(file => {
      return file !== 'define-view.ts' && /^export const \w+ = defineView</m.test(readFileSync(new URL(`src/views/${file}`, root), 'utf8'));
    });
    const catalogue = readFileSync(new URL('src/views/catalog.ts', root), 'utf8');
    expect(defined.filter(file => !catalogue.includes(`'./${file}'`))).toEqual([]);
    expect(views).toHaveLength(defined.length);
  });

  test('gives no name twice', () => {
    const names = views.flatMap(({name, aliases}) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('columns', () => {
  test.each([
    ['modulereleases', 'modulereleases', 'v1alpha1'],
    ['modulesources', 'modulesources', 'v1alpha1'],
    ['nodegroups', 'nodegroups', 'v1'],
    ['nodegroups', 'nodegroups', 'v1alpha1'],
    ['instances', 'instances', 'v1alpha1'],
    ['instances', 'next/instances', 'v1alpha2'],
  ])('of %s are those of %s %s', (name, file, version) => {
    expect(titles(viewOf(name), version, false)).toEqual(printerTitles(file, version, false));
  });

  test('of modules have WEIGHT always, as the documentation prints it', () => {
    const [name, ...rest] = printerTitles('modules', 'v1alpha1', false);
    expect(titles(viewOf('modules'), 'v1alpha1', false)).toEqual([name, 'WEIGHT', ...rest]);
    expect(titles(viewOf('modules'), 'v1alpha1', true)).toEqual(printerTitles('modules', 'v1alpha1', true));
  });

  test('of PostgreSQL clusters add who leads and the class of the disks, and leave what is asked of CPU and memory to the wide table', () => {
    const shown = titles(viewOf('postgres'), 'v1', true);
    expect(shown.filter(title => !['LEADER', 'CLASS'].includes(title))).toEqual(printerTitles('postgresqls', 'v1', true));
  });

  test('of node groups add the condition Ready when wide', () => {
    const wide = titles(viewOf('nodegroups'), 'v1', true);
    expect(wide.filter(title => title !== 'READY CONDITION')).toEqual(printerTitles('nodegroups', 'v1', true));
  });

  test.each([
    ['nodes', false, 'NAME STATUS ROLES AGE VERSION GROUP UPDATE'],
    ['nodes', true, 'NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME GROUP UPDATE'],
    ['pods', false, 'NAME READY STATUS RESTARTS AGE'],
    ['pods', true, 'NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES'],
    ['events', false, 'LAST SEEN TYPE REASON OBJECT MESSAGE'],
    ['events', true, 'LAST SEEN TYPE REASON OBJECT SUBOBJECT SOURCE MESSAGE FIRST SEEN COUNT NAME'],
  ])('of %s (wide: %s) are kubectl’s', (name, isWide, expected) => {
    expect(titles(viewOf(name), 'v1', isWide).join(' ')).toBe(expected);
  });
});

describe('a view', () => {
  test('of modules asks the bound source why a release does not come', () => {
    const view = viewOf('modules');
    const facts = view.facts(
      moduleObject(
        'console',
        set('properties.source', 'extra'),
        set('status.phase', 'Available'),
        condition('EnabledByModuleConfig', 'True'),
      ),
    );
    const source = moduleSource('extra', set('status.modules', [{name: 'console', error: 'MANIFEST_UNKNOWN'}]));
    expect(spoken(view.verdict(facts, seenWith({sources: relatedFacts(view, 'sources', source)})))).toBe(
      'broken · its source: MANIFEST_UNKNOWN',
    );
    expect(view.verdict(facts, seenWith({sources: undefined})).word).toBe('busy');
  });

  test('of module releases knows the deployed ones from its own rows', () => {
    const view = viewOf('modulereleases');
    const release = (version: string, phase: string) =>
      view.facts(moduleRelease(`console-v${version}`, set('spec', {moduleName: 'console', version}), set('status.phase', phase)));
    const rows = [release('1.4.1', 'Deployed'), release('1.4.2', 'Superseded')];
    const seen = seenWith({}, view.digest?.(rows));
    expect(rows.map(row => spoken(view.verdict(row, seen)))).toEqual(['ok', 'ok · skipped: newer than the deployed v1.4.1']);
  });

  test('of module sources tells of each module that has an error', () => {
    const view = viewOf('modulesources');
    const facts = view.facts(moduleSource('extra', set('status.modules', [{name: 'console', error: 'MANIFEST_UNKNOWN'}, {name: 'other'}])));
    expect(view.lines?.(facts, seenWith({})).map(({label, word, reason}) => `${label} ${spoken({word, reason})}`)).toEqual([
      'console broken · MANIFEST_UNKNOWN',
    ]);
  });

  test('of nodes joins the checksums and the groups', () => {
    const view = viewOf('nodes');
    const facts = view.facts(
      node(
        'worker-0',
        condition('Ready', 'True'),
        label('node.deckhouse.io/group', 'worker'),
        set('metadata.annotations', {'node.deckhouse.io/configuration-checksum': 'abc'}),
      ),
    );
    const groups = relatedFacts(view, 'groups', nodeGroup('worker'));
    const checksums = relatedFacts(view, 'checksums', secret('configuration-checksums', set('data', {worker: btoa('abc')})));
    expect(cell(view, 'UPDATE', facts, seenWith({groups, checksums}))).toBe('UpToDate');
    expect(cell(view, 'UPDATE', facts, seenWith({groups, checksums: undefined}))).toBe('Unknown');
  });

  test('of pods says how long ago a restart was, and sorts by how many there were', () => {
    const view = viewOf('pods');
    const lastState = {terminated: {exitCode: 1, finishedAt: createdAt}};
    const facts = view.facts(pod('web-0', set('status.containerStatuses', [{name: 'a', restartCount: 3, lastState}])));
    expect(cell(view, 'RESTARTS', facts, seenWith({}))).toBe('3 (60s ago)');
    expect(view.columns.find(({title}) => title === 'RESTARTS')?.value(facts, seenWith({}))).toBe(3);
    expect(cell(view, 'RESTARTS', view.facts(pod('web-1')), seenWith({}))).toBe('0');
  });

  test('of pods opens the containers', () => {
    const parts = viewOf('pods').parts;
    const [container] = parts?.parts(pod('web-0', set('spec.containers', [{name: 'app', image: 'registry/app:1'}]))) ?? [];
    expect(parts?.partName(container)).toBe('app');
    expect(parts?.columns.map(({title, value}) => `${title}=${value(container, seenWith({})) ?? ''}`)).toEqual([
      'TYPE=container',
      'READY=',
      'STATE=',
      'RESTARTS=',
      'LAST STATE=',
      'IMAGE=registry/app:1',
    ]);
  });

  test.each([
    ['modules', moduleObject('a')],
    ['modulereleases', moduleRelease('a')],
    ['modulesources', moduleSource('a')],
    ['nodegroups', nodeGroup('a')],
    ['instances', oldInstance('a')],
    ['instances', newInstance('a')],
    ['nodes', node('a')],
    ['pods', pod('a')],
    ['events', event('a')],
    ['postgres', postgresql('a')],
  ])('of %s shows an object of which only metadata is there', (name, object) => {
    const view = viewOf(name);
    const facts = view.facts(object);
    expect(() => view.columns.map(column => cell(view, column.title, facts, seenWith({})))).not.toThrow();
    expect(view.verdict(facts, seenWith({})).word).not.toBe('broken');
  });
});
