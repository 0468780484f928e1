import {expect, test} from 'vitest';
import {createListOnce} from '../../../src/cluster/list-once.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {phrase} from '../../../src/domain/messages/phrase.ts';
import {settle} from '../../support/fake-clock.ts';
import {RecordingSink} from '../../support/recording-sink.ts';
import {ScriptedPort, silence} from '../../support/scripted-port.ts';
import {pod, podList, podSpec, statusAnswer} from './reflector-bench.ts';

function open(script: (port: ScriptedPort) => void, spec = podSpec) {
  const port = new ScriptedPort();
  script(port);
  const sink = new RecordingSink<KubeObject>();
  const handle = createListOnce(port)(spec, sink);
  return {port, sink, handle};
}

test('reads every page once, watches nothing, and is live when all was read', async () => {
  const {port, sink} = open(each => {
    each.onList = (_request, count) => (count === 1 ? podList(10, [pod('a', 4)], {continue: 'next'}) : podList(10, [pod('b', 7)]));
  });
  await settle();
  expect(sink.shown).toEqual(['a@4', 'b@7']);
  expect(sink.statuses).toEqual([{state: 'live', restarts: 0}]);
  expect(port.watches).toEqual([]);
});

test('more than it may keep is counted', async () => {
  const {sink} = open(
    each => {
      each.onList = () => podList(10, [pod('a', 4), pod('b', 7)], {continue: 'next', remainingItemCount: 61});
    },
    {...podSpec, rowsMax: 1},
  );
  await settle();
  expect(sink.shown).toEqual(['a@4']);
  expect(sink.last).toEqual({state: 'live', restarts: 0, total: 63});
});

test('a listing that expires between two pages is begun anew, and what vanished meanwhile is not shown', async () => {
  const {sink} = open(each => {
    each.onList = (_request, count) => {
      if (count === 1) return podList(10, [pod('a', 4), pod('gone', 5)], {continue: 'next'});
      return count === 2 ? statusAnswer(410, 'Expired') : podList(20, [pod('a', 14)]);
    };
  });
  await settle();
  expect(sink.shown).toEqual(['a@14']);
  expect(sink.last).toEqual({state: 'live', restarts: 1});
});

test('begun anew, it may be larger than the arguments of one call', async () => {
  const many = Array.from({length: 150_000}, (_none, index) => pod(`p${index}`, 4));
  const {sink} = open(
    each => {
      each.onList = (_request, count) => {
        if (count === 1) return podList(10, [pod('a', 4)], {continue: 'next'});
        return count === 2 ? statusAnswer(410, 'Expired') : podList(20, many);
      };
    },
    {...podSpec, rowsMax: 1_000_000},
  );
  await settle();
  expect(sink.last).toEqual({state: 'live', restarts: 1});
  expect(sink.entries.size).toBe(many.length);
});

test('one that expires each time says so', async () => {
  const {port, sink} = open(each => {
    each.onList = (_request, count) => (count % 2 === 1 ? podList(10, [pod('a', 4)], {continue: 'next'}) : statusAnswer(410, 'Expired'));
  });
  await settle();
  expect(port.lists.length).toBe(6);
  expect(sink.last).toMatchObject({state: 'stale', reason: phrase('source.expired')});
});

test.each([
  [403, 'Forbidden', 'forbidden', phrase('source.forbiddenInAll', 'list', 'pods')],
  [404, 'NotFound', 'absent', phrase('source.absent', 'pods')],
  [401, 'Unauthorized', 'stale', phrase('source.unauthorized', 'Unauthorized it is')],
  [500, 'InternalError', 'stale', phrase('source.answered', 500, 'InternalError it is')],
] as const)('an answer %i is told as it is', async (code, reason, state, sentence) => {
  const {sink} = open(each => {
    each.onList = () => statusAnswer(code, reason);
  });
  await settle();
  expect(sink.last).toEqual({state, restarts: 0, reason: sentence});
});

test('an answer that is no list is told as such', async () => {
  const {sink} = open(each => {
    each.onList = () => ({body: '<html>'});
  });
  await settle();
  expect(sink.last).toMatchObject({state: 'stale', reason: phrase('source.garbled')});
});

test('an object that cannot be projected at all is an error, not a hole in the answer', async () => {
  const project = (object: KubeObject): KubeObject => {
    if (object.metadata.name === 'a') throw new Error('field spec.x is not a string');
    return object;
  };
  const {sink} = open(
    each => {
      each.onList = () => podList(10, [pod('a', 4), pod('b', 7)]);
    },
    {...podSpec, projection: {name: 'p', project}},
  );
  await settle();
  expect(sink.statuses).toEqual([{state: 'stale', restarts: 0, reason: phrase('text', 'field spec.x is not a string')}]);
});

test('after stop nothing is delivered, and the request is given up', async () => {
  const {promise, resolve} = Promise.withResolvers<{body: unknown}>();
  const {port, sink, handle} = open(each => {
    each.onList = (_request, count) => (count === 1 ? promise : silence());
  });
  handle.stop();
  resolve(podList(10, [pod('a', 4)], {continue: 'next'}));
  await settle();
  expect(port.lists[0]?.signal?.aborted).toBe(true);
  expect(sink.shown).toEqual([]);
  expect(sink.statuses).toEqual([]);
});
