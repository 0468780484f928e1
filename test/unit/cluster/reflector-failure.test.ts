import {describe, expect, test} from 'vitest';
import {TransportError} from '../../../src/domain/kube-port.ts';
import {phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import type {SourceStatus} from '../../../src/domain/source.ts';
import {type ScriptedPort, silence} from '../../support/scripted-port.ts';
import {openBench, pod, podList, podSpec, queryOf, statusAnswer} from './reflector-bench.ts';

/** A stream opened after a failure counts as live when no refusal has come on it for this long. */
const proofMs = 500;
const reset = () => new TransportError('reset', phrase('text', 'connection reset'));
const twoPods = (port: ScriptedPort) => {
  port.onList = () => podList(10, [pod('a', 4), pod('b', 7)]);
};

function say(status: SourceStatus): string {
  return status.reason === undefined ? status.state : `${status.state}: ${sayInEnglish(status.reason)}`;
}

describe('410', () => {
  test('an ERROR event lists not older than the last version; what vanished is deleted, what changed is told', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) =>
        count === 1 ? podList(10, [pod('a', 4), pod('b', 7)]) : podList(30, [pod('a', 25), pod('d', 26)]);
    });
    await bench.clock.advance(0);
    bench.port.current.event('ERROR', {kind: 'Status', code: 410, reason: 'Expired'});
    await bench.clock.advance(proofMs);
    expect(queryOf(bench.port.lists[1]?.path)).toEqual({limit: '500', resourceVersion: '10', resourceVersionMatch: 'NotOlderThan'});
    expect(bench.sink.shown).toEqual(['a@25', 'd@26']);
    expect(bench.sink.statuses.map(say)).toContain('stale: the API server no longer remembers so far back: reading anew');
    expect(bench.sink.last).toMatchObject({state: 'live', lastRV: '30', restarts: 1});
  });

  test('as an answer to the list it asked for, it lists at no version at once', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => (count === 2 ? statusAnswer(410, 'Expired') : podList(10 * count, [pod('a', 4)]));
      port.onWatch = (_request, count) => (count === 1 ? statusAnswer(410, 'Gone') : undefined);
    });
    await bench.clock.advance(0);
    expect(bench.port.lists.map(({path}) => queryOf(path).resourceVersion)).toEqual([undefined, '10', undefined]);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('30');
  });

  test('again and again, it waits longer and longer', async () => {
    const bench = openBench(podSpec, port => {
      port.onWatch = () => statusAnswer(410, 'Gone');
    });
    await bench.clock.advance(60_000);
    expect(bench.port.lists.length).toBeLessThan(12);
  });

  test('in the middle of a listing, it begins the listing anew', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => {
        if (count === 1) return podList(10, [pod('a', 4), pod('z', 5)], {continue: 'next'});
        return count === 2 ? statusAnswer(410, 'Expired') : podList(20, [pod('a', 4), pod('b', 17)]);
      };
    });
    await bench.clock.advance(0);
    expect(bench.port.lists.map(({path}) => queryOf(path).continue)).toEqual([undefined, 'next', undefined]);
    expect(bench.sink.shown).toEqual(['a@4', 'b@17']);
  });

  test('a version that the server has not reached yet is asked for no more', async () => {
    const tooLarge = statusAnswer(
      504,
      'Timeout',
      {},
      {causes: [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version'}]},
    );
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => (count === 2 ? tooLarge : podList(10, []));
      port.onWatch = (_request, count) => (count === 1 ? statusAnswer(410, 'Gone') : undefined);
    });
    await bench.clock.advance(0);
    expect(bench.port.lists.map(({path}) => queryOf(path).resourceVersion)).toEqual([undefined, '10', undefined]);
  });
});

test('a stream that is opened only to say 410 is never taken for live', async () => {
  const bench = openBench(podSpec, twoPods);
  await bench.clock.advance(0);
  bench.port.current.break(reset());
  await bench.clock.advance(800);
  const told = bench.sink.statuses.length;
  await bench.clock.advance(20);
  bench.port.current.event('ERROR', {kind: 'Status', code: 410, reason: 'Expired'});
  await bench.clock.advance(0);
  expect(bench.sink.statuses.slice(told).map(({state}) => state)).not.toContain('live');
  expect(bench.port.lists.length).toBe(2);
});

describe('the server cannot answer now', () => {
  test('429 waits as long as it says and asks for the same version', async () => {
    const bench = openBench(podSpec, port => {
      twoPods(port);
      port.onWatch = (_request, count) => (count === 1 ? statusAnswer(429, 'TooManyRequests', {'retry-after': '7'}) : undefined);
    });
    await bench.clock.advance(6_999);
    expect(bench.port.watches.length).toBe(1);
    expect(say(bench.sink.last)).toBe('stale: the API server is busy and asks to wait');
    await bench.clock.advance(1);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('10');
    expect(bench.port.lists.length).toBe(1);
    await bench.clock.advance(proofMs);
    expect(bench.sink.last).toMatchObject({state: 'live', restarts: 1});
  });

  test('503 without a time backs off: 0.8 s, doubled each time', async () => {
    const bench = openBench(podSpec, port => {
      port.onWatch = (_request, count) => (count <= 3 ? statusAnswer(503, 'ServiceUnavailable') : undefined);
    });
    await bench.clock.advance(799);
    expect(bench.port.watches.length).toBe(1);
    await bench.clock.advance(1);
    expect(bench.port.watches.length).toBe(2);
    await bench.clock.advance(1_600);
    expect(bench.port.watches.length).toBe(3);
    await bench.clock.advance(3_200 + proofMs);
    expect(bench.sink.last.state).toBe('live');
    expect(bench.port.lists.length).toBe(1);
  });

  test('the back-off never exceeds 30 s and is forgotten after two good minutes', async () => {
    let isSick = true;
    const bench = openBench(podSpec, port => {
      port.onWatch = () => (isSick ? statusAnswer(500, 'InternalError') : undefined);
    });
    await bench.clock.advance(300_000);
    const tries = bench.port.watches.length;
    await bench.clock.advance(30_000);
    expect(bench.port.watches.length).toBe(tries + 1);
    isSick = false;
    await bench.clock.advance(30_000);
    bench.port.current.event('ADDED', pod('x', 5));
    await bench.clock.advance(121_000);
    bench.port.current.event('ADDED', pod('y', 6));
    bench.port.current.break(reset());
    const before = bench.port.watches.length;
    await bench.clock.advance(800);
    expect(bench.port.watches.length).toBe(before + 1);
  });

  test('a reset in mid-watch is stale with its reason, then live again from the same version, with no new list', async () => {
    const bench = openBench(podSpec, twoPods);
    await bench.clock.advance(0);
    bench.port.current.event('MODIFIED', pod('a', 12));
    bench.port.current.break(reset());
    await bench.clock.advance(0);
    expect(say(bench.sink.last)).toBe('stale: connection reset');
    await bench.clock.advance(800 + proofMs);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('12');
    expect(bench.sink.last).toMatchObject({state: 'live', restarts: 1});
    expect(bench.port.lists.length).toBe(1);
  });

  test('a page that fails is asked for again, not the whole listing', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => {
        if (count === 1) return podList(10, [pod('a', 4)], {continue: 'next'});
        return count === 2 ? Promise.reject(reset()) : podList(10, [pod('b', 7)]);
      };
    });
    await bench.clock.advance(0);
    expect(say(bench.sink.last)).toBe('stale: connection reset');
    await bench.clock.advance(800);
    expect(bench.port.lists.map(({path}) => queryOf(path).continue)).toEqual([undefined, 'next', 'next']);
    expect(bench.sink.shown).toEqual(['a@4', 'b@7']);
  });

  test('a page that is never answered is given up after 30 s, a watch that is not opened after 15 s', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => (count === 1 ? silence() : podList(10, []));
      port.onWatch = (_request, count) => (count === 1 ? silence() : undefined);
    });
    await bench.clock.advance(30_000);
    expect(bench.port.lists[0]?.signal?.aborted).toBe(true);
    await bench.clock.advance(800);
    expect(bench.port.watches.length).toBe(1);
    await bench.clock.advance(15_000);
    expect(say(bench.sink.last)).toBe('stale: no answer in time');
    await bench.clock.advance(1_600 + proofMs);
    expect(bench.sink.last.state).toBe('live');
  });

  test('401 is stale with what the server says, and asked again', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = (_request, count) => (count === 1 ? statusAnswer(401, 'Unauthorized') : podList(10, []));
    });
    await bench.clock.advance(0);
    expect(say(bench.sink.last)).toBe('stale: the API server does not accept these credentials: Unauthorized it is');
    await bench.clock.advance(800 + proofMs);
    expect(bench.sink.last.state).toBe('live');
  });
});

describe('the server will not answer', () => {
  test('403 is forbidden, in words that name the missing right, and asked again after five minutes', async () => {
    let mayList = false;
    const bench = openBench(podSpec, port => {
      port.onList = () => (mayList ? podList(10, [pod('a', 4)]) : statusAnswer(403, 'Forbidden'));
    });
    await bench.clock.advance(299_999);
    expect(say(bench.sink.last)).toBe('forbidden: no right to list pods in all namespaces');
    expect(bench.port.lists.length).toBe(1);
    mayList = true;
    await bench.clock.advance(1);
    expect(bench.sink.last.state).toBe('live');
    expect(bench.sink.shown).toEqual(['a@4']);
  });

  test('a right to list without a right to watch is read anew every five minutes', async () => {
    const bench = openBench({...podSpec, namespace: 'ns'}, port => {
      twoPods(port);
      port.onWatch = () => statusAnswer(403, 'Forbidden');
    });
    await bench.clock.advance(0);
    expect(say(bench.sink.last)).toBe('forbidden: no right to watch pods in the namespace ns');
    expect(bench.sink.shown).toEqual(['a@4', 'b@7']);
    await bench.clock.advance(300_000);
    expect(bench.port.lists.length).toBe(2);
  });

  test('404 is absent and empties the table; the kind is asked for as soon as discovery knows of a change', async () => {
    let isServed = true;
    const bench = openBench(podSpec, port => {
      port.onList = () => (isServed ? podList(10, [pod('a', 4)]) : statusAnswer(404, 'NotFound'));
      port.onWatch = () => (isServed ? undefined : statusAnswer(404, 'NotFound'));
    });
    await bench.clock.advance(0);
    isServed = false;
    bench.port.current.break(reset());
    await bench.clock.advance(800);
    expect(say(bench.sink.last)).toBe('absent: the API server does not serve pods');
    expect(bench.sink.shown).toEqual([]);
    isServed = true;
    bench.kindsChanged();
    await bench.clock.advance(0);
    expect(bench.sink.last.state).toBe('live');
    expect(bench.sink.shown).toEqual(['a@4']);
  });

  test('404 is asked again at growing intervals even if nobody speaks of a change', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = () => statusAnswer(404, 'NotFound');
    });
    await bench.clock.advance(4_999);
    expect(bench.port.lists.length).toBe(1);
    await bench.clock.advance(1);
    expect(bench.port.lists.length).toBe(2);
    await bench.clock.advance(3_600_000);
    expect(bench.port.lists.length).toBeLessThan(20);
  });

  test('405 on the watch keeps what was read and says that it cannot be watched', async () => {
    const bench = openBench(podSpec, port => {
      twoPods(port);
      port.onWatch = () => statusAnswer(405, 'MethodNotAllowed');
    });
    await bench.clock.advance(0);
    expect(say(bench.sink.last)).toBe('stale: the API server cannot watch this kind: this is how it was when it was read');
    expect(bench.sink.shown).toEqual(['a@4', 'b@7']);
    await bench.clock.advance(299_000);
    expect(bench.port.lists.length).toBe(1);
  });

  test('405 on the list is absent, another 4xx stale with what the server says', async () => {
    const unlistable = openBench(podSpec, port => {
      port.onList = () => statusAnswer(405, 'MethodNotAllowed');
    });
    const badSelector = openBench(podSpec, port => {
      port.onList = () => statusAnswer(400, 'BadRequest');
    });
    await unlistable.clock.advance(0);
    await badSelector.clock.advance(0);
    expect(say(unlistable.sink.last)).toBe('absent: the API server cannot list this kind');
    expect(say(badSelector.sink.last)).toBe('stale: the API server answers 400: BadRequest it is');
  });
});
