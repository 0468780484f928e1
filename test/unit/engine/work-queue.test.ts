import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {WorkQueue} from '../../../src/engine/work-queue.ts';
import {FakeClock, settle} from '../../support/fake-clock.ts';
import {RecordedMeter} from '../../support/recorded-meter.ts';

function open() {
  const clock = new FakeClock();
  const meter = new RecordedMeter();
  return {clock, meter, queue: new WorkQueue({name: 'q', clock, meter})};
}

/** What `get` has brought so far. */
function taking(queue: WorkQueue): {keys: (string | undefined)[]} {
  const taken: {keys: (string | undefined)[]} = {keys: []};
  void queue.get().then(key => taken.keys.push(key));
  return taken;
}

describe('the work queue', () => {
  test('hands a key out once however often it was added, in the order of first adding', async () => {
    const {queue} = open();
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual(['a', 'b', 'c']);
    expect(queue.depth).toBe(0);
  });

  test('brings a key back once that was added while it was worked on, and not before', async () => {
    const {queue} = open();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    const next = taking(queue);
    await settle();
    expect(next.keys).toEqual([]);
    queue.done('a');
    await settle();
    expect(next.keys).toEqual(['a']);
    queue.done('a');
    expect(queue.depth).toBe(0);
  });

  test('serves those who wait in their order', async () => {
    const {queue} = open();
    const [first, second] = [taking(queue), taking(queue)];
    queue.add('a');
    queue.add('b');
    await settle();
    expect([first.keys, second.keys]).toEqual([['a'], ['b']]);
  });

  test('adds a delayed key when its time comes; of two delays the shorter counts', async () => {
    const {queue, clock} = open();
    queue.addAfter('a', 5_000);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 9_000);
    await clock.advance(999);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(queue.depth).toBe(1);
    expect(clock.timersPending).toBe(0);
  });

  test('adds at once what is not delayed, also a delay that has passed', () => {
    const {queue} = open();
    queue.addAfter('a', 0);
    queue.addAfter('b', -5);
    expect(queue.depth).toBe(2);
  });

  test('backs off a key that fails, until it is forgotten', async () => {
    const {queue, clock} = open();
    for (const delayMs of [5, 10, 20]) {
      queue.addRateLimited('a');
      await clock.advance(delayMs - 1);
      expect(queue.depth).toBe(0);
      await clock.advance(1);
      expect(await queue.get()).toBe('a');
      queue.done('a');
    }
    expect(queue.failures('a')).toBe(3);
    queue.forget('a');
    queue.addRateLimited('a');
    await clock.advance(5);
    expect(queue.depth).toBe(1);
  });

  test('shut down, hands out what waits, takes nothing more and lets all workers go', async () => {
    const {queue, clock} = open();
    queue.add('a');
    queue.addAfter('later', 1_000);
    const {queue: other} = open();
    const idle = [taking(other), taking(other)];
    other.shutDown();
    queue.shutDown();
    queue.add('b');
    queue.addAfter('c', 10);
    expect([await queue.get(), await queue.get()]).toEqual(['a', undefined]);
    await settle();
    expect(idle.map(taken => taken.keys)).toEqual([[undefined], [undefined]]);
    expect(clock.timersPending).toBe(0);
  });

  test('drained, waits for the work in progress and for what it left to do', async () => {
    const {queue} = open();
    queue.add('a');
    await queue.get();
    queue.add('a');
    let isDrained = false;
    void queue.shutDownWithDrain().then(() => {
      isDrained = true;
    });
    await settle();
    expect(isDrained).toBe(false);
    queue.done('a');
    expect(await queue.get()).toBe('a');
    await settle();
    expect(isDrained).toBe(false);
    queue.done('a');
    await settle();
    expect(isDrained).toBe(true);
    await queue.shutDownWithDrain();
  });

  test('knows who finished what nobody gave them', () => {
    const {queue} = open();
    expect(() => queue.done('a')).toThrow('nobody works on a');
  });

  test('tells depth, adds, retries and durations', async () => {
    const {queue, clock, meter} = open();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(meter.values['workqueue_depth q']).toBe(2);
    await clock.advance(2_000);
    await queue.get();
    queue.addAfter('c', 60_000);
    await clock.advance(3_000);
    queue.measure();
    expect(meter.values).toEqual({
      'workqueue_depth q': 1,
      'workqueue_unfinished_work_seconds q': 3,
      'workqueue_longest_running_processor_seconds q': 3,
    });
    queue.done('a');
    queue.measure();
    expect(meter.values['workqueue_unfinished_work_seconds q']).toBe(0);
    expect(meter.counts).toEqual({'workqueue_adds_total q': 2, 'workqueue_retries_total q': 1});
    expect(meter.observed).toEqual({'workqueue_queue_duration_seconds q': [2], 'workqueue_work_duration_seconds q': [3]});
  });
});

describe('whatever is done to the queue', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const command = fc.oneof(
    fc.record({kind: fc.constant('add' as const), key}),
    fc.record({kind: fc.constant('addAfter' as const), key, ms: fc.integer({min: -10, max: 2_000})}),
    fc.record({kind: fc.constant('addRateLimited' as const), key}),
    fc.record({kind: fc.constant('forget' as const), key}),
    fc.record({kind: fc.constant('take' as const)}),
    fc.record({kind: fc.constant('finish' as const), index: fc.nat(9)}),
    fc.record({kind: fc.constant('advance' as const), ms: fc.integer({min: 0, max: 1_000})}),
  );

  test('no key is worked on twice at a time, and every key that was added is worked on after that', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, {maxLength: 60}), async commands => {
        const {queue, clock} = open();
        const working: string[] = [];
        /** Keys added since they were last handed out. */
        const owed = new Set<string>();
        const take = () =>
          queue.get().then(taken => {
            if (taken === undefined) return;
            expect(working).not.toContain(taken);
            working.push(taken);
            owed.delete(taken);
          });
        for (const each of commands) {
          if ('key' in each && each.kind !== 'forget') owed.add(each.key);
          if (each.kind === 'add') queue.add(each.key);
          else if (each.kind === 'addAfter') queue.addAfter(each.key, each.ms);
          else if (each.kind === 'addRateLimited') queue.addRateLimited(each.key);
          else if (each.kind === 'forget') queue.forget(each.key);
          else if (each.kind === 'take') void take();
          else if (each.kind === 'finish') for (const finished of working.splice(each.index, 1)) queue.done(finished);
          else await clock.advance(each.ms);
          await Promise.resolve();
          expect([...queue.processing].sort()).toEqual([...working].sort());
        }
        // The longest back-off is 1000 s: after that, each key has come back to a worker who never rests.
        await clock.advance(1_000_000);
        for (let round = 0; round < 10; round += 1) {
          for (const finished of working.splice(0)) queue.done(finished);
          if (queue.depth > 0) void take();
          await Promise.resolve();
        }
        expect([...owed]).toEqual([]);
        expect(queue.depth).toBe(0);
      }),
      {numRuns: 500},
    );
  });
});
