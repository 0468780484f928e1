import {describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {SourceSpec} from '../../../src/domain/source.ts';
import type {ScriptedPort} from '../../support/scripted-port.ts';
import {openBench, pod, podList, podSpec} from './reflector-bench.ts';

type Row = {readonly object: KubeObject; readonly cells: readonly unknown[] | undefined};
const tableSpec: SourceSpec<Row> = {
  ...podSpec,
  form: 'table',
  projection: {name: 'cells', project: (object, cells) => ({object, cells})},
};
const columnDefinitions = [
  {name: 'Name', type: 'string', format: 'name', description: 'long', priority: 0},
  {name: 'Phase', type: 'string', format: '', description: 'long', priority: 1},
];

function row(name: string, resourceVersion: number, phase: string) {
  const {metadata} = pod(name, resourceVersion);
  const managed = {...metadata, managedFields: [{manager: 'kubectl'}]};
  return {cells: [name, phase], object: {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: managed}};
}

function table(resourceVersion: number, rows: readonly unknown[], columns: unknown = columnDefinitions) {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {resourceVersion: String(resourceVersion)},
    columnDefinitions: columns,
    rows,
  };
}

const cellsOf = (sink: {readonly entries: ReadonlyMap<string, {readonly row: Row}>}) =>
  [...sink.entries.values()].map(entry => entry.row.cells);

function openTable(script: (port: ScriptedPort) => void = () => {}) {
  return openBench(tableSpec, port => {
    port.onList = () => ({body: table(10, [row('a', 4, 'Running')])});
    script(port);
  });
}

describe('the table form', () => {
  test('asks for tables and brings columns before cells, metadata without managedFields', async () => {
    const bench = openTable();
    await bench.clock.advance(0);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    expect([bench.port.lists[0]?.headers?.accept, bench.port.watches[0]?.headers?.accept]).toEqual([accept, accept]);
    expect(bench.sink.columnSets).toEqual([
      [
        {name: 'Name', type: 'string', format: 'name', priority: 0},
        {name: 'Phase', type: 'string', format: '', priority: 1},
      ],
    ]);
    expect(bench.sink.entries.get('uid-a')?.row).toEqual({object: pod('a', 4), cells: ['a', 'Running']});
  });

  test('an event carries a table of one row; columns come with the first only', async () => {
    const bench = openTable();
    await bench.clock.advance(0);
    bench.port.current.event('MODIFIED', table(0, [row('a', 11, 'Failed')]));
    bench.port.current.event('ADDED', table(0, [row('b', 12, 'Pending')], null));
    await bench.clock.advance(0);
    expect(cellsOf(bench.sink)).toEqual([
      ['a', 'Failed'],
      ['b', 'Pending'],
    ]);
    expect(bench.sink.columnSets.length).toBe(1);
  });

  test('a bookmark is a table too, with its version in the row or in the table', async () => {
    const bench = openTable();
    await bench.clock.advance(1_000);
    bench.port.current.event('BOOKMARK', table(0, [row('', 21, '')], []));
    await bench.clock.advance(1_000);
    expect(bench.sink.last.lastRV).toBe('21');
    bench.port.current.event('BOOKMARK', table(22, [], []));
    await bench.clock.advance(1_000);
    expect(bench.sink.last.lastRV).toBe('22');
    expect(bench.sink.last.state).toBe('live');
  });

  test('new columns mean a new listing: cells of two shapes never stand side by side', async () => {
    const bench = openTable();
    await bench.clock.advance(0);
    const wider = [...columnDefinitions, {name: 'Node', type: 'string', priority: 0}];
    const widerRow = (name: string, rv: number) => ({...row(name, rv, 'Running'), cells: [name, 'Running', 'n1']});
    bench.port.onList = () => ({body: table(30, [widerRow('a', 4), widerRow('b', 25)], wider)});
    bench.port.current.event('ADDED', table(0, [widerRow('b', 25)], wider));
    await bench.clock.advance(500);
    expect(cellsOf(bench.sink)).toEqual([
      ['a', 'Running', 'n1'],
      ['b', 'Running', 'n1'],
    ]);
    expect(bench.sink.columnSets.length).toBe(2);
    expect(bench.sink.last.state).toBe('live');
  });

  test('two API servers that do not yet agree on the columns cost some listings, not the columns', async () => {
    const wider = [...columnDefinitions, {name: 'Node', type: 'string', priority: 0}];
    const bench = openTable();
    for (let round = 0; round < 3; round += 1) {
      await bench.clock.advance(5_000);
      bench.port.current.event('MODIFIED', table(0, [{...row('a', 11 + round, 'Failed'), cells: ['a', 'Failed', 'n1']}], wider));
    }
    bench.port.onList = () => ({body: table(30, [{...row('a', 13, 'Failed'), cells: ['a', 'Failed', 'n1']}], wider)});
    await bench.clock.advance(5_000);
    expect(bench.port.lists.every(({headers}) => headers?.accept?.includes('as=Table'))).toBe(true);
    expect(cellsOf(bench.sink)).toEqual([['a', 'Failed', 'n1']]);
    expect(bench.sink.last.state).toBe('live');
  });

  test('a server that makes no tables gives a name, on both paths', async () => {
    const bench = openTable(port => {
      port.onList = () => podList(10, [pod('a', 4)]);
    });
    await bench.clock.advance(0);
    bench.port.current.event('ADDED', pod('b', 11));
    await bench.clock.advance(0);
    expect(bench.sink.columnSets).toEqual([[{name: 'Name', type: 'string', format: 'name', priority: 0}]]);
    expect(cellsOf(bench.sink)).toEqual([['a'], ['b']]);
  });

  test('a server that lists tables and watches objects is asked for objects in both', async () => {
    const bench = openTable(port => {
      port.onList = request => {
        const wantsTable = request.headers?.accept?.includes('Table') === true;
        return wantsTable ? {body: table(10, [row('a', 4, 'Running')])} : podList(12, [pod('a', 4), pod('b', 11)]);
      };
    });
    await bench.clock.advance(0);
    bench.port.current.event('ADDED', pod('b', 11));
    await bench.clock.advance(0);
    bench.port.current.event('ADDED', pod('b', 11));
    await bench.clock.advance(800);
    expect(cellsOf(bench.sink)).toEqual([['a'], ['b']]);
    bench.port.current.event('ADDED', pod('c', 13));
    await bench.clock.advance(0);
    expect(cellsOf(bench.sink)).toEqual([['a'], ['b'], ['c']]);
  });
});
