import {expect, test} from 'vitest';
import {TransportError} from '../../../src/domain/kube-port.ts';
import {phrase} from '../../../src/domain/messages/phrase.ts';
import {openBench, pod, podList, podSpec} from './reflector-bench.ts';

test('a stream opened anew while etcd is frozen makes the data no younger', async () => {
  const bench = openBench(podSpec, port => {
    port.onList = () => podList(10, [pod('a', 4)]);
  });
  await bench.clock.advance(0);
  const provenAt = bench.clock.now();
  bench.port.onProbe = () => ({status: 500, body: ''});
  await bench.clock.advance(5_000);
  bench.port.current.break(new TransportError('reset', phrase('text', 'reset')));
  await bench.clock.advance(60_000);
  expect(bench.port.streams.length).toBe(2);
  expect(bench.sink.last).toMatchObject({state: 'stale', lastByteAt: provenAt});
});
