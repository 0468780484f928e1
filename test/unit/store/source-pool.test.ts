import {describe, expect, test} from 'vitest';
import type {Entry, OpenSource, SourceSink, SourceSpec} from '../../../src/domain/source.ts';
import {createSourcePool, lingerMs} from '../../../src/store/source-pool.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {pods} from '../cluster/reflector-bench.ts';

const spec: SourceSpec<string> = {
  resource: pods,
  form: 'object',
  projection: {name: 'name', project: object => object.metadata.name},
  rowsMax: 100,
};

function entry(name: string, resourceVersion = '1', namespace = 'default'): Entry<string> {
  return {uid: `uid-${name}`, resourceVersion, name, namespace, row: `${name}@${resourceVersion}`};
}

type Opened = {
  readonly spec: SourceSpec<unknown>;
  upsert(...entries: Entry<string>[]): void;
  remove(name: string, namespace?: string): void;
  isStopped: boolean;
};

function openPool() {
  const clock = new FakeClock();
  const opened: (Opened & {readonly sink: Pick<SourceSink<unknown>, 'status' | 'columns'>})[] = [];
  const open: OpenSource = (opening, sink) => {
    const source = {
      spec: opening,
      sink,
      isStopped: false,
      upsert: (...entries: Entry<string>[]) => {
        // The rows of these tests are what the projection of these tests makes.
        const changes = entries.map(made => ({type: 'upsert' as const, entry: made}));
        (sink as SourceSink<unknown>).changes(changes);
      },
      remove: (name: string, namespace = 'default') => sink.changes([{type: 'delete', uid: `uid-${name}`, namespace}]),
    };
    opened.push(source);
    return {
      stop: () => {
        source.isStopped = true;
      },
    };
  };
  const pool = createSourcePool({open, clock});
  const first = () => {
    const [source] = opened;
    if (source === undefined) throw new Error('nothing was opened');
    return source;
  };
  return {clock, pool, opened, first};
}

describe('sharing', () => {
  test('two views of the same rows share one source, other selectors or projections do not', () => {
    const {pool, opened} = openPool();
    const one = pool.acquire(spec);
    expect(pool.acquire({...spec}).collection).toBe(one.collection);
    pool.acquire({...spec, namespace: 'x'});
    pool.acquire({...spec, labelSelector: 'a=b'});
    pool.acquire({...spec, fieldSelector: 'a=b'});
    pool.acquire({...spec, form: 'table'});
    pool.acquire({...spec, projection: {name: 'other', project: () => ''}});
    expect(opened.length).toBe(6);
  });

  test('a source closes 45 s after the last view has left, not before, and is forgotten', async () => {
    const {clock, pool, first} = openPool();
    const [one, two] = [pool.acquire(spec), pool.acquire(spec)];
    one.release();
    one.release();
    await clock.advance(lingerMs * 2);
    expect(first().isStopped).toBe(false);
    two.release();
    await clock.advance(lingerMs - 1);
    expect(first().isStopped).toBe(false);
    await clock.advance(1);
    expect(first().isStopped).toBe(true);
    expect(pool.store.getState()).toEqual({versions: {}, statuses: {}});
  });

  test('a view that comes back in time finds its rows, with no new list', async () => {
    const {clock, pool, opened, first} = openPool();
    const lease = pool.acquire(spec);
    first().upsert(entry('a'));
    await clock.advance(100);
    lease.release();
    await clock.advance(lingerMs - 1);
    const again = pool.acquire(spec);
    await clock.advance(lingerMs);
    expect(opened.length).toBe(1);
    expect(again.collection.get('uid-a')?.row).toBe('a@1');
  });

  test('close stops all at once, held or not', () => {
    const {clock, pool, opened} = openPool();
    pool.acquire(spec);
    pool.acquire({...spec, namespace: 'x'}).release();
    pool.close();
    expect(opened.every(({isStopped}) => isStopped)).toBe(true);
    expect(clock.timersPending).toBe(0);
  });
});

describe('flushing', () => {
  test('what comes in a burst is seen once, at most ten times a second', async () => {
    const {clock, pool, first} = openPool();
    const lease = pool.acquire(spec);
    const seen: (number | undefined)[] = [];
    pool.store.subscribe(({versions}) => seen.push(versions[lease.key]?.all));
    first().upsert(entry('a'));
    await clock.advance(0);
    for (let version = 2; version <= 100; version += 1) {
      first().upsert(entry('a', String(version)));
      await clock.advance(10);
    }
    expect(lease.collection.get('uid-a')?.resourceVersion).toBe('91');
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await clock.advance(100);
    expect(lease.collection.get('uid-a')?.resourceVersion).toBe('100');
  });

  test('readers see no change between two flushes', async () => {
    const {clock, pool, first} = openPool();
    const {collection} = pool.acquire(spec);
    first().upsert(entry('a'));
    await clock.advance(1);
    first().remove('a');
    expect(collection.size).toBe(1);
    await clock.advance(100);
    expect(collection.size).toBe(0);
  });

  test('an object that comes and goes between two flushes was never there', async () => {
    const {clock, pool, first} = openPool();
    const lease = pool.acquire(spec);
    await clock.advance(0);
    first().upsert(entry('a'));
    first().remove('a');
    await clock.advance(100);
    expect(lease.collection.versions.all).toBe(0);
    first().upsert(entry('b'));
    await clock.advance(100);
    first().remove('b');
    first().upsert(entry('b', '2'));
    await clock.advance(100);
    expect([...lease.collection.entries()].map(({row}) => row)).toEqual(['b@2']);
  });

  test('only the namespaces that changed get a new version', async () => {
    const {clock, pool, first} = openPool();
    const lease = pool.acquire(spec);
    first().upsert(entry('a', '1', 'x'), entry('b', '1', 'y'));
    await clock.advance(100);
    first().upsert(entry('b', '2', 'y'));
    await clock.advance(100);
    expect(pool.store.getState().versions[lease.key]).toEqual({all: 2, namespaces: {x: 1, y: 2}});
  });

  test('namespaces that come and go leave nothing behind, and one that returns is not taken for its former self', async () => {
    const {clock, pool, first} = openPool();
    const lease = pool.acquire(spec);
    first().upsert(entry('a'));
    for (let round = 0; round < 100; round += 1) {
      first().upsert(entry('passing', '1', `ns-${round}`));
      await clock.advance(100);
      first().remove('passing', `ns-${round}`);
      await clock.advance(100);
    }
    expect(lease.collection.versions).toEqual({all: 200, namespaces: {default: 1}});
    first().upsert(entry('passing', '1', 'ns-0'));
    await clock.advance(100);
    expect(lease.collection.versions.namespaces['ns-0']).toBe(201);
  });

  test('rows and the status that goes with them are seen together', async () => {
    const {clock, pool, first} = openPool();
    const lease = pool.acquire(spec);
    expect(lease.status()).toEqual({state: 'syncing', restarts: 0});
    const seen: string[] = [];
    pool.store.subscribe(() => seen.push(`${lease.status().state} ${lease.collection.size}`));
    first().upsert(entry('a'));
    first().sink.status({state: 'live', restarts: 0, lastRV: '1'});
    await clock.advance(0);
    expect(seen).toEqual(['live 1']);
    first().sink.status({state: 'stale', restarts: 1});
    await clock.advance(100);
    expect(pool.store.getState().versions[lease.key]?.all).toBe(1);
    expect(pool.store.getState().statuses[lease.key]?.state).toBe('stale');
  });

  test('columns count as a change', async () => {
    const {clock, pool, first} = openPool();
    const lease = pool.acquire(spec);
    const columns = [{name: 'Name', type: 'string', format: 'name', priority: 0}];
    first().sink.columns(columns);
    await clock.advance(0);
    expect(lease.collection.columns).toEqual(columns);
    expect(lease.collection.versions.all).toBe(1);
  });
});
