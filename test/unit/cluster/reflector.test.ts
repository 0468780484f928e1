import {describe, expect, test} from 'vitest';
import {phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import type {SourceStatus} from '../../../src/domain/source.ts';
import {type ScriptedPort, silence} from '../../support/scripted-port.ts';
import {openBench, pod, podList, podSpec, queryOf} from './reflector-bench.ts';

const twoPods = (port: ScriptedPort) => {
  port.onList = () => podList(10, [pod('a', 4), pod('b', 7)]);
};

function say(status: SourceStatus): string {
  return status.reason === undefined ? status.state : `${status.state}: ${sayInEnglish(status.reason)}`;
}

describe('reading', () => {
  test('lists in pages of 500 at no version, then watches with bookmarks from the version of the list', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) =>
        count === 1 ? podList(10, [pod('a', 4)], {continue: 'next', remainingItemCount: 1}) : podList(10, [pod('b', 7)]);
    });
    await bench.clock.advance(0);
    const [first, second] = bench.port.lists.map(({path}) => queryOf(path));
    expect(first).toEqual({limit: '500'});
    expect(second).toEqual({limit: '500', continue: 'next'});
    expect(queryOf(bench.port.watches[0]?.path)).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '10',
      timeoutSeconds: '300',
    });
    expect(bench.sink.shown).toEqual(['a@4', 'b@7']);
    expect(bench.sink.last).toEqual({state: 'live', restarts: 0, lastByteAt: bench.clock.now(), lastRV: '10'});
  });

  test('shows the first page while the second is still being read', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => (count === 1 ? podList(10, [pod('a', 4)], {continue: 'next', remainingItemCount: 1}) : silence());
    });
    await bench.clock.advance(0);
    expect(bench.sink.shown).toEqual(['a@4']);
    expect(bench.sink.last).toMatchObject({state: 'syncing', total: 2});
  });

  test('follows events and bookmarks, and opens the next watch from the last of them', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    bench.port.current.event('ADDED', pod('c', 11));
    bench.port.current.event('MODIFIED', pod('a', 12));
    bench.port.current.event('DELETED', pod('b', 13));
    bench.port.current.event('BOOKMARK', {kind: 'Pod', apiVersion: 'v1', metadata: {resourceVersion: '20'}});
    await bench.clock.advance(2_000);
    bench.port.current.end();
    await bench.clock.advance(0);
    expect(bench.sink.shown).toEqual(['a@12', 'c@11']);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('20');
    expect(bench.sink.last).toMatchObject({state: 'live', restarts: 0});
  });

  test('gives list items the apiVersion and kind that only a watch sends, and drops managedFields', async () => {
    const bench = openBench(podSpec, port => {
      const listed = {metadata: {name: 'a', namespace: 'default', uid: 'u', resourceVersion: '4', managedFields: [{}]}, spec: {x: 1}};
      port.onList = () => podList(10, [listed]);
    });
    await bench.clock.advance(0);
    expect(bench.sink.entries.get('u')?.row).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'a', namespace: 'default', uid: 'u', resourceVersion: '4'},
      spec: {x: 1},
    });
  });

  test('passes selectors to both requests', async () => {
    const bench = openBench({...podSpec, namespace: 'ns', labelSelector: 'a in (b,c)', fieldSelector: 'spec.nodeName=n1'});
    await bench.clock.advance(0);
    for (const request of [bench.port.lists[0], bench.port.watches[0]]) {
      expect(request?.path.startsWith('/api/v1/namespaces/ns/pods?')).toBe(true);
      expect(queryOf(request?.path)).toMatchObject({labelSelector: 'a in (b,c)', fieldSelector: 'spec.nodeName=n1'});
    }
  });

  test('after stop nothing is delivered, the connection is closed and no timer is left', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    bench.handle.stop();
    const told = bench.sink.statuses.length;
    bench.port.current.event('DELETED', pod('b', 13));
    await bench.clock.advance(600_000);
    expect(bench.port.current.isClosed).toBe(true);
    expect(bench.port.current.request.signal?.aborted).toBe(true);
    expect(bench.sink.shown).toEqual(['a@4', 'b@7']);
    expect(bench.sink.statuses.length).toBe(told);
    expect(bench.clock.timersPending).toBe(0);
  });
});

describe('the stream', () => {
  test('one that ends within a second without an event counts as a failure', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    bench.port.current.end();
    await bench.clock.advance(799);
    expect(bench.port.watches.length).toBe(1);
    expect(say(bench.sink.last)).toBe('stale: the stream ends as soon as it is opened');
    await bench.clock.advance(1);
    expect(bench.port.watches.length).toBe(2);
  });

  test('a line cut off by the end of the stream is not lost', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    bench.port.current.event('MODIFIED', pod('a', 12));
    bench.port.current.bytes(JSON.stringify({type: 'ADDED', object: pod('c', 13)}).slice(0, 40));
    bench.port.current.end();
    await bench.clock.advance(800);
    expect(bench.sink.shown).toEqual(['a@12', 'b@7']);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('12');
  });

  test('a line that cannot be read is never passed over: the last version is asked for again, then all is listed', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => (count === 1 ? podList(10, [pod('a', 4)]) : podList(20, [pod('a', 4), pod('c', 13)]));
    });
    await bench.clock.advance(0);
    bench.port.current.event('MODIFIED', pod('a', 12));
    bench.port.current.bytes('{"type":"ADDED","object":{"met\n');
    bench.port.current.event('ADDED', pod('late', 14));
    await bench.clock.advance(800);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('12');
    expect(bench.sink.shown).toEqual(['a@12']);
    bench.port.current.bytes('junk\n');
    await bench.clock.advance(1_600);
    expect(queryOf(bench.port.lists[1]?.path).resourceVersion).toBe('12');
  });

  test('silent for 90 s while the server lives, it is stale as of its last byte and opened anew', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(30_000);
    bench.port.current.event('BOOKMARK', {metadata: {resourceVersion: '11'}});
    const heardAt = bench.clock.now();
    await bench.clock.advance(89_999);
    expect(bench.sink.last).toMatchObject({state: 'live'});
    bench.port.onWatch = () => silence();
    await bench.clock.advance(1);
    expect(bench.sink.last).toMatchObject({state: 'stale', lastByteAt: heardAt, restarts: 1});
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('11');
  });

  test('where a server sends no bookmarks, a silent stream is opened anew in time, unseen, and kept so short that its end proves its life', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(74_999);
    expect(bench.port.watches.length).toBe(1);
    await bench.clock.advance(1);
    expect(queryOf(bench.port.watches[1]?.path).timeoutSeconds).toBe('60');
    for (let minute = 0; minute < 10; minute += 1) {
      await bench.clock.advance(60_000);
      bench.port.current.end();
      await bench.clock.advance(0);
    }
    expect(bench.port.watches.length).toBe(12);
    expect(bench.sink.last).toMatchObject({state: 'live', restarts: 0});
    expect(bench.sink.statuses.map(({state}) => state)).not.toContain('stale');
    bench.port.current.event('BOOKMARK', {metadata: {resourceVersion: '11'}});
    await bench.clock.advance(60_000);
    bench.port.current.end();
    await bench.clock.advance(0);
    expect(queryOf(bench.port.watches.at(-1)?.path).timeoutSeconds).toBe('300');
  });

  test('where no bookmark was ever seen, a stream that died alone is stale after 90 s all the same', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    bench.port.onWatch = () => silence();
    await bench.clock.advance(89_999);
    expect(bench.sink.last.state).toBe('live');
    await bench.clock.advance(1);
    expect(say(bench.sink.last)).toBe('stale: no answer in time');
  });

  test('one that the server does not end in time is ended half a minute later', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    for (let rv = 20; rv < 53; rv += 1) {
      bench.port.current.event('BOOKMARK', {metadata: {resourceVersion: String(rv)}});
      await bench.clock.advance(10_000);
    }
    expect(bench.port.streams[0]?.isClosed).toBe(true);
    expect(bench.sink.last.restarts).toBe(1);
  });

  test('a bookmark older than what was seen means another history: all is read anew', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => (count === 1 ? podList(100, [pod('a', 90), pod('b', 91)]) : podList(50, [pod('a', 40)]));
    });
    await bench.clock.advance(0);
    bench.port.current.event('BOOKMARK', {metadata: {resourceVersion: '49'}});
    await bench.clock.advance(0);
    expect(bench.port.lists[1] && queryOf(bench.port.lists[1].path)).toEqual({limit: '500'});
    expect(bench.sink.shown).toEqual(['a@40']);
    expect(bench.sink.stepsBack).toEqual([]);
    expect(bench.sink.changed.slice(-3).map(({type}) => type)).toEqual(['delete', 'delete', 'upsert']);
  });
});

describe('faults of our own', () => {
  test('an object that the projection cannot read becomes the row that the caller decides', async () => {
    const project = (): string => {
      throw new Error('field spec.x is not a string');
    };
    const unreadable = (_object: unknown, error: unknown) => (error instanceof Error ? error.message : 'no');
    const bench = openBench<string>({...podSpec, projection: {name: 'p', project, unreadable}}, twoPods);
    await bench.clock.advance(0);
    expect([...bench.sink.entries.values()].map(({row}) => row)).toEqual(['field spec.x is not a string', 'field spec.x is not a string']);
    expect(bench.sink.last.failures).toBeUndefined();
  });

  test('without such a row it is left out, counted and told, and the rest goes on', async () => {
    const project = (object: {readonly metadata: {readonly name: string}}): string => {
      if (object.metadata.name === 'a') throw new Error('no such luck');
      return object.metadata.name;
    };
    const bench = openBench<string>({...podSpec, projection: {name: 'p', project}}, twoPods);
    await bench.clock.advance(0);
    expect(bench.sink.shown).toEqual(['b@7']);
    expect(bench.sink.last.failures).toMatchObject({count: 1, last: phrase('text', 'no such luck')});
    expect(bench.sink.last.state).toBe('live');
  });

  test('an exception of the sink is counted and the stream goes on', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    const {changes} = bench.sink;
    bench.sink.changes = () => {
      throw new Error('the sink is full');
    };
    bench.port.current.event('ADDED', pod('c', 11));
    await bench.clock.advance(1_000);
    bench.sink.changes = changes;
    bench.port.current.event('ADDED', pod('d', 12));
    await bench.clock.advance(1_000);
    expect(bench.sink.shown).toContain('d@12');
    expect(bench.sink.last).toMatchObject({state: 'live', failures: {count: 1}});
    expect(bench.port.watches.length).toBe(1);
  });
});
