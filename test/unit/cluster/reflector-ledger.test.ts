import {describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {SourceSpec} from '../../../src/domain/source.ts';
import {openBench, pod, podList, podSpec, queryOf, statusAnswer} from './reflector-bench.ts';

async function openWith(items: readonly KubeObject[], more: Record<string, unknown> = {}, spec: SourceSpec<KubeObject> = podSpec) {
  const bench = openBench(spec, port => {
    port.onList = () => podList(10, items, more);
  });
  await bench.clock.advance(0);
  const send = async (type: string, object: KubeObject) => {
    bench.port.current.event(type, object);
    await bench.clock.advance(1_000);
  };
  return {...bench, send};
}

describe('replays and duplicates', () => {
  test('an event seen before changes nothing', async () => {
    const bench = await openWith([pod('a', 4)]);
    await bench.send('MODIFIED', pod('a', 12));
    const told = bench.sink.changed.length;
    await bench.send('MODIFIED', pod('a', 12));
    await bench.send('ADDED', pod('a', 4));
    await bench.send('DELETED', pod('a', 11));
    expect(bench.sink.changed.length).toBe(told);
    expect(bench.sink.shown).toEqual(['a@12']);
    bench.port.current.end();
    await bench.clock.advance(0);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('12');
  });

  test('an event of a deleted object does not bring it back', async () => {
    const bench = await openWith([pod('a', 4)]);
    await bench.send('DELETED', pod('a', 13));
    await bench.send('MODIFIED', pod('a', 12));
    await bench.send('ADDED', pod('a', 4));
    expect(bench.sink.shown).toEqual([]);
  });

  test('an object that leaves the selector and comes again is shown again', async () => {
    const bench = await openWith([pod('a', 4)]);
    await bench.send('DELETED', pod('a', 13));
    await bench.send('ADDED', pod('a', 14));
    expect(bench.sink.shown).toEqual(['a@14']);
  });

  test('versions are compared as numbers', async () => {
    const bench = await openWith([pod('a', 9)]);
    await bench.send('MODIFIED', pod('a', 10));
    await bench.send('MODIFIED', pod('a', '100000000000000000001'));
    await bench.send('MODIFIED', pod('a', '100000000000000000000'));
    expect(bench.sink.shown).toEqual(['a@100000000000000000001']);
  });
});

describe('another object under the same name', () => {
  test('takes the place of the first even if the deletion was never told', async () => {
    const bench = await openWith([pod('a', 4, 'first')]);
    await bench.send('ADDED', pod('a', 14, 'second'));
    expect(bench.sink.changed.slice(-2).map(change => (change.type === 'delete' ? change.uid : change.entry.uid))).toEqual([
      'first',
      'second',
    ]);
    await bench.send('DELETED', pod('a', 13, 'first'));
    expect([...bench.sink.entries.keys()]).toEqual(['second']);
  });

  test('in a new listing the old one is deleted before the new one is added', async () => {
    const bench = await openWith([pod('a', 4, 'first'), pod('b', 5)]);
    bench.port.onList = () => podList(30, [pod('a', 20, 'second'), pod('b', 5)]);
    bench.port.current.event('ERROR', {kind: 'Status', code: 410, reason: 'Expired'});
    await bench.clock.advance(0);
    expect(bench.sink.changed.slice(2)).toEqual([
      {type: 'delete', uid: 'first', namespace: 'default'},
      {type: 'upsert', entry: expect.objectContaining({uid: 'second', resourceVersion: '20'})},
    ]);
  });
});

describe('the cap', () => {
  const capped = {...podSpec, rowsMax: 2};
  const three = [pod('a', 4), pod('b', 5), pod('c', 6)];

  test('keeps the first and counts the rest without reading further pages', async () => {
    const bench = await openWith(three, {continue: 'next', remainingItemCount: 60}, capped);
    expect(bench.sink.shown).toEqual(['a@4', 'b@5']);
    expect(bench.sink.last.total).toBe(63);
    expect(bench.port.lists.length).toBe(1);
  });

  test('counts by reading on where the server gives no count, as with selectors', async () => {
    const bench = openBench(capped, port => {
      port.onList = (_request, count) => (count === 1 ? podList(10, three, {continue: 'next'}) : podList(10, [pod('d', 7), pod('e', 8)]));
    });
    await bench.clock.advance(0);
    expect(bench.sink.last.total).toBe(5);
    expect(bench.port.lists.map(({path}) => queryOf(path).continue)).toEqual([undefined, 'next']);
  });

  test('the total follows the events of what is shown and of what is not, replays not counted', async () => {
    const bench = await openWith(three, {}, capped);
    expect(bench.sink.last.total).toBe(3);
    await bench.send('ADDED', pod('d', 11));
    await bench.send('ADDED', pod('d', 11));
    expect(bench.sink.last.total).toBe(4);
    await bench.send('MODIFIED', pod('c', 12));
    expect(bench.sink.last.total).toBe(4);
    await bench.send('DELETED', pod('c', 13));
    await bench.send('DELETED', pod('c', 13));
    expect(bench.sink.last.total).toBe(3);
    await bench.send('DELETED', pod('a', 14));
    expect(bench.sink.last.total).toBe(2);
    await bench.send('MODIFIED', pod('d', 15));
    expect(bench.sink.shown).toEqual(['b@5', 'd@15']);
    expect(bench.sink.last.total).toBeUndefined();
  });

  test('a replayed event of an object that was only counted, and is deleted, does not bring it up', async () => {
    const bench = await openWith(three, {}, capped);
    await bench.send('DELETED', pod('c', 13));
    await bench.send('DELETED', pod('a', 14));
    await bench.send('ADDED', pod('c', 6));
    expect(bench.sink.shown).toEqual(['b@5']);
    expect(bench.sink.last.total).toBeUndefined();
  });

  test('a replayed event of an object that was only counted shows it where there is room, and counts it once', async () => {
    const bench = await openWith(three, {}, capped);
    await bench.send('DELETED', pod('a', 14));
    await bench.send('ADDED', pod('c', 6));
    expect(bench.sink.shown).toEqual(['b@5', 'c@6']);
    expect(bench.sink.last.total).toBeUndefined();
  });

  test('of a kind that vanishes nothing remains, no count either', async () => {
    const bench = await openWith(three, {}, capped);
    bench.port.onList = () => statusAnswer(404, 'NotFound');
    bench.port.current.event('ERROR', {kind: 'Status', code: 404, reason: 'NotFound'});
    await bench.clock.advance(0);
    expect(bench.sink.shown).toEqual([]);
    expect(bench.sink.last).toMatchObject({state: 'absent'});
    expect(bench.sink.last.total).toBeUndefined();
  });
});

describe('objects that are not as they should be', () => {
  test('without uid and version, as aggregated APIs make them, they go by their name and every copy is news', async () => {
    const bare = (cpu: string) => ({metadata: {name: 'n', namespace: 'default'}, cpu});
    const bench = openBench(podSpec, port => {
      port.onList = () => podList('', [bare('1')]);
    });
    await bench.clock.advance(0);
    bench.port.current.event('MODIFIED', bare('2'));
    await bench.clock.advance(0);
    expect([...bench.sink.entries]).toMatchObject([['default/n', {name: 'n', row: {cpu: '2'}}]]);
  });

  test('without a name they are counted, and the others shown', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = () => podList(10, [{metadata: {}}, 'junk', null, pod('a', 4)]);
    });
    await bench.clock.advance(0);
    expect(bench.sink.shown).toEqual(['a@4']);
    expect(bench.sink.last.failures?.count).toBe(1);
  });
});
