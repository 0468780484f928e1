import {describe, expect, test} from 'vitest';
import {TransportError} from '../../../src/domain/kube-port.ts';
import {phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import {type ScriptedPort, silence} from '../../support/scripted-port.ts';
import {openBench, pod, podList, podSpec, queryOf, statusAnswer} from './reflector-bench.ts';

const onePod = (port: ScriptedPort) => {
  port.onList = () => podList(10, [pod('a', 4)]);
};
const bookmark = {kind: 'Pod', metadata: {resourceVersion: '10'}};

async function openLive() {
  const bench = openBench(podSpec, onePod);
  await bench.clock.advance(0);
  return bench;
}

describe('proof of life', () => {
  test('one GET /readyz every 5 s while nothing happens, and no other request', async () => {
    const bench = await openLive();
    await bench.clock.advance(60_000);
    expect(bench.port.probes.length).toBe(12);
    expect(bench.port.probes[0]?.path).toBe('/readyz');
    expect(bench.port.lists.length + bench.port.watches.length).toBe(2);
    expect(bench.sink.last).toMatchObject({state: 'live', lastByteAt: bench.clock.now()});
  });

  test('none while events come; bookmarks are no events', async () => {
    const bench = await openLive();
    for (let rv = 11; rv < 20; rv += 1) {
      bench.port.current.event('MODIFIED', pod('a', rv));
      await bench.clock.advance(4_000);
    }
    expect(bench.port.probes.length).toBe(0);
    for (let count = 0; count < 5; count += 1) {
      bench.port.current.event('BOOKMARK', bookmark);
      await bench.clock.advance(4_000);
    }
    expect(bench.port.probes.length).toBe(4);
  });

  test('the events of one source prove the server to the others', async () => {
    const bench = await openLive();
    const proofs: number[] = [];
    const seat = bench.liveness.join({alive: agoMs => proofs.push(bench.clock.now() - agoMs), failing: () => {}, recovered: () => {}});
    await bench.clock.advance(3_000);
    seat.heard();
    const heardAt = bench.clock.now();
    await bench.clock.advance(2_000);
    expect(proofs).toEqual([heardAt]);
    expect(bench.sink.last.lastByteAt).toBe(heardAt);
    expect(bench.port.probes.length).toBe(0);
  });

  test('none when nobody watches any more', async () => {
    const bench = await openLive();
    bench.handle.stop();
    await bench.clock.advance(60_000);
    expect(bench.port.probes.length).toBe(0);
    expect(bench.clock.timersPending).toBe(0);
  });

  test.each([200, 403, 404])('an answer %i is a sign of life', async status => {
    const bench = await openLive();
    bench.port.onProbe = () => ({status, body: ''});
    await bench.clock.advance(30_000);
    expect(bench.sink.last.state).toBe('live');
  });

  test('an answer 401 is a failure that names the credentials, as the requests of the sources would', async () => {
    const bench = await openLive();
    bench.port.onProbe = () => statusAnswer(401, 'Unauthorized');
    await bench.clock.advance(5_000);
    expect(bench.sink.last).toMatchObject({state: 'stale', reason: phrase('source.unauthorized', 'Unauthorized it is')});
  });

  test.each([429, 500, 503])('an answer %i is a failure', async status => {
    const bench = await openLive();
    bench.port.onProbe = () => ({status, body: ''});
    await bench.clock.advance(5_000);
    expect(bench.sink.last.state).toBe('stale');
    expect(bench.sink.last.reason).toEqual(phrase('source.notReady', status));
  });
});

describe('a frozen server', () => {
  test('is stale within 15 s of any moment of freezing, as of its last sign of life, though bookmarks go on', async () => {
    for (let freezesAtMs = 0; freezesAtMs <= 10_000; freezesAtMs += 500) {
      const bench = await openLive();
      await bench.clock.advance(freezesAtMs);
      bench.port.onProbe = () => silence();
      const frozenAt = bench.clock.now();
      for (let second = 0; second < 15; second += 1) {
        await bench.clock.advance(1_000);
        bench.port.current.event('BOOKMARK', bookmark);
      }
      expect(bench.sink.last.state).toBe('stale');
      expect(sayInEnglish(bench.sink.last.reason ?? phrase('text', ''))).toBe('no answer within 5 s');
      await bench.clock.advance(60_000);
      // Bookmarks before the outage is known count; none after it does.
      expect(bench.sink.last.lastByteAt).toBeLessThanOrEqual(frozenAt + 10_000);
    }
  });

  test('when it is back, the open stream is opened anew from the last version before it counts as live', async () => {
    const bench = await openLive();
    bench.port.current.event('MODIFIED', pod('a', 12));
    bench.port.onProbe = () => silence();
    await bench.clock.advance(20_000);
    bench.port.onProbe = () => ({body: 'ok'});
    bench.port.onWatch = () => silence();
    await bench.clock.advance(5_000);
    expect(queryOf(bench.port.watches[1]?.path).resourceVersion).toBe('12');
    expect(bench.port.streams[0]?.isClosed).toBe(true);
    expect(bench.sink.last.state).toBe('stale');
    expect(bench.port.lists.length).toBe(1);
  });

  test('a watch that it grants while etcd is frozen is not taken for life', async () => {
    const bench = await openLive();
    bench.port.onProbe = () => ({status: 500, body: ''});
    await bench.clock.advance(5_000);
    bench.port.current.break(new TransportError('reset', phrase('text', 'reset')));
    await bench.clock.advance(2_000);
    expect(bench.port.streams.length).toBe(2);
    expect(bench.sink.last.state).toBe('stale');
    bench.port.onProbe = () => ({body: 'ok'});
    await bench.clock.advance(5_000);
    expect(bench.port.streams.length).toBe(3);
    expect(bench.sink.last.state).toBe('live');
  });

  test('from the first: a list that is never answered is stale too, with the reason', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = () => silence();
      port.onProbe = () => silence();
    });
    await bench.clock.advance(10_000);
    expect(bench.sink.last).toMatchObject({state: 'stale', reason: phrase('source.frozen', 5)});
    expect(bench.sink.last.lastByteAt).toBeUndefined();
  });
});

describe('a server that comes back', () => {
  test('ends the back-off of every source with its first good answer', async () => {
    let isUp = true;
    const down = () => Promise.reject(new TransportError('refused', phrase('text', 'connection refused')));
    const bench = openBench(podSpec, port => {
      port.onList = () => podList(10, [pod('a', 4)]);
      port.onWatch = () => (isUp ? undefined : down());
      port.onProbe = () => (isUp ? {body: 'ok'} : down());
    });
    await bench.clock.advance(0);
    isUp = false;
    bench.port.current.break(new TransportError('reset', phrase('text', 'reset')));
    await bench.clock.advance(200_000);
    expect(bench.sink.last).toMatchObject({state: 'stale', reason: phrase('text', 'connection refused')});
    isUp = true;
    await bench.clock.advance(5_500);
    expect(bench.sink.last.state).toBe('live');
    expect(bench.port.lists.length).toBe(1);
  });

  test('a forbidden source stays forbidden through an outage', async () => {
    const bench = openBench(podSpec, port => {
      port.onList = () => statusAnswer(403, 'Forbidden');
      port.onProbe = () => silence();
    });
    await bench.clock.advance(30_000);
    expect(bench.sink.last.state).toBe('forbidden');
  });

  test('one probe serves all sources of the cluster, and one that joins in an outage is told at once', async () => {
    const bench = await openLive();
    const told: string[] = [];
    const member = {alive: () => told.push('alive'), failing: () => told.push('failing'), recovered: () => told.push('recovered')};
    const seat = bench.liveness.join(member);
    await bench.clock.advance(10_000);
    expect(bench.port.probes.length).toBe(2);
    bench.port.onProbe = () => silence();
    await bench.clock.advance(10_000);
    bench.liveness.join({...member, failing: () => told.push('late')});
    seat.leave();
    expect(told).toEqual(['alive', 'alive', 'failing', 'late']);
  });
});
