import {describe, expect, test} from 'vitest';
import {TransportError} from '../../../src/domain/kube-port.ts';
import {phrase} from '../../../src/domain/messages/phrase.ts';
import {ControllerLoop, type ControllerLoopOptions, type Outcome, type Reconcile} from '../../../src/engine/controller-loop.ts';
import {FakeClock, settle} from '../../support/fake-clock.ts';
import {RecordedMeter} from '../../support/recorded-meter.ts';

const done: Outcome = {kind: 'done'};

function open(reconcile: Reconcile, more: Partial<ControllerLoopOptions> = {}) {
  const clock = new FakeClock();
  const meter = new RecordedMeter();
  const lines: string[] = [];
  const log: ControllerLoopOptions['log'] = (level, message, fields) => void lines.push(`${level} ${message} ${fields?.key ?? ''}`);
  return {clock, meter, lines, loop: new ControllerLoop({name: 'runs', reconcile, clock, meter, log, ...more})};
}

/** A reconciler that answers when the test says so. */
function heldReconciler() {
  const held = new Map<string, {readonly signal: AbortSignal; readonly answer: (outcome: Outcome) => void}>();
  const reconcile: Reconcile = (key, signal) => new Promise(answer => held.set(key, {signal, answer}));
  const answer = (key: string) => {
    const one = held.get(key);
    held.delete(key);
    one?.answer(done);
  };
  return {held, reconcile, answer};
}

describe('an outcome', () => {
  test('done ends the work on a key and its back-off', async () => {
    const answers: Outcome[] = [{kind: 'error', error: new Error('once')}, done, {kind: 'error', error: new Error('again')}, done];
    const seenAtMs: number[] = [];
    const {loop, clock, meter, lines} = open(async () => {
      seenAtMs.push(clock.monotonic());
      return answers.shift() ?? done;
    });
    await loop.start();
    loop.queue.add('a');
    await clock.advance(1_000);
    loop.queue.add('a');
    await clock.advance(1_000);
    expect(seenAtMs).toEqual([0, 5, 1_000, 1_005]);
    expect(meter.counts).toMatchObject({
      'controller_runtime_reconcile_total runs success': 2,
      'controller_runtime_reconcile_total runs error': 2,
      'controller_runtime_reconcile_errors_total runs': 2,
    });
    expect(lines).toEqual(['warn reconcile failed a', 'debug reconciled a', 'warn reconcile failed a', 'debug reconciled a']);
    expect(clock.timersPending).toBe(0);
  });

  test('requeue looks again after its time, without back-off', async () => {
    const seenAtMs: number[] = [];
    const {loop, clock, meter} = open(async () => {
      seenAtMs.push(clock.monotonic());
      return {kind: 'requeue', afterMs: 10_000};
    });
    await loop.start();
    loop.queue.add('a');
    await clock.advance(30_000);
    expect(seenAtMs).toEqual([0, 10_000, 20_000, 30_000]);
    expect(meter.counts['controller_runtime_reconcile_total runs requeue_after']).toBe(4);
    expect(meter.counts['controller_runtime_reconcile_errors_total runs']).toBeUndefined();
  });

  test('error is tried again, each time later', async () => {
    const seenAtMs: number[] = [];
    const {loop, clock} = open(async () => {
      seenAtMs.push(clock.monotonic());
      return {kind: 'error', error: new Error('no')};
    });
    await loop.start();
    loop.queue.add('a');
    await clock.advance(80);
    expect(seenAtMs).toEqual([0, 5, 15, 35, 75]);
  });

  test('terminal is counted and not tried again', async () => {
    let seen = 0;
    const {loop, clock, meter, lines} = open(async () => {
      seen += 1;
      return {kind: 'terminal', error: new Error('no such runbook')};
    });
    await loop.start();
    loop.queue.add('a');
    await clock.advance(3_600_000);
    expect(seen).toBe(1);
    expect(meter.counts).toMatchObject({
      'controller_runtime_terminal_reconcile_errors_total runs': 1,
      'controller_runtime_reconcile_errors_total runs': 1,
      'controller_runtime_reconcile_total runs error': 1,
    });
    expect(lines).toEqual(['error reconcile failed for good a']);
  });

  test('that is thrown is an error; only what nobody foresaw counts as a broken reconciler', async () => {
    const thrown: unknown[] = [new TransportError('reset', phrase('connect.aborted')), new TypeError('x is undefined'), 'a word'];
    const {loop, clock, meter, lines} = open(async () => {
      if (thrown.length > 0) throw thrown.shift();
      return done;
    });
    await loop.start();
    loop.queue.add('a');
    await clock.advance(100);
    expect(meter.counts).toMatchObject({
      'controller_runtime_reconcile_panics_total runs': 2,
      'controller_runtime_reconcile_errors_total runs': 3,
      'controller_runtime_reconcile_total runs success': 1,
    });
    expect(lines.filter(line => line.includes('broken'))).toHaveLength(2);
  });
});

describe('the loop', () => {
  test('works on as many keys at once as it may, one by default', async () => {
    for (const concurrency of [undefined, 1, 3]) {
      const {held, reconcile, answer} = heldReconciler();
      const {loop, meter} = open(reconcile, concurrency === undefined ? {} : {concurrency});
      await loop.start();
      for (const key of 'abcd') loop.queue.add(key);
      await settle();
      expect([...held.keys()]).toEqual([...'abcd'].slice(0, concurrency ?? 1));
      expect(meter.values['controller_runtime_active_workers runs']).toBe(concurrency ?? 1);
      expect(meter.values['controller_runtime_max_concurrent_reconciles runs']).toBe(concurrency ?? 1);
      for (const key of 'abcd') {
        answer(key);
        await settle();
      }
      expect(meter.values['controller_runtime_active_workers runs']).toBe(0);
    }
  });

  test('looks at no key before every cache has synced', async () => {
    const synced = Promise.withResolvers<void>();
    const seen: string[] = [];
    const {loop, clock} = open(
      async key => {
        seen.push(key);
        return done;
      },
      {
        caches: [
          {name: 'modules', synced: Promise.resolve()},
          {name: 'runs', synced: synced.promise},
        ],
      },
    );
    const started = loop.start();
    loop.queue.add('a');
    await clock.advance(119_000);
    expect(seen).toEqual([]);
    synced.resolve();
    expect(await started).toEqual({kind: 'started'});
    await settle();
    expect(seen).toEqual(['a']);
    expect(clock.timersPending).toBe(0);
  });

  test('names the caches that did not sync in two minutes, and does not start', async () => {
    const caches = [
      {name: 'modules', synced: Promise.resolve()},
      {name: 'runs', synced: new Promise<void>(() => {})},
      {name: 'nodes', synced: Promise.reject(new Error('forbidden'))},
    ];
    const {loop, clock} = open(async () => done, {caches});
    const started = loop.start();
    await clock.advance(120_000);
    expect(await started).toEqual({kind: 'unsynced', caches: ['runs', 'nodes']});
    loop.queue.add('a');
    await settle();
    expect(loop.queue.depth).toBe(1);
  });

  test('stopped while caches sync, does not start', async () => {
    const {loop, clock} = open(async () => done, {caches: [{name: 'runs', synced: new Promise<void>(() => {})}]});
    const started = loop.start();
    expect(await loop.stop(30_000)).toEqual({kind: 'stopped'});
    expect(await started).toEqual({kind: 'stopped'});
    expect(clock.timersPending).toBe(0);
  });

  test('is stalled for as long as there is work and none gets finished', async () => {
    const {reconcile, answer} = heldReconciler();
    const {loop, clock} = open(reconcile);
    await loop.start();
    await clock.advance(60_000);
    expect(loop.stalledMs).toBe(0);
    loop.queue.add('a');
    loop.queue.add('b');
    await clock.advance(5_000);
    expect(loop.stalledMs).toBe(5_000);
    answer('a');
    await clock.advance(2_000);
    expect(loop.stalledMs).toBe(2_000);
    answer('b');
    await clock.advance(60_000);
    expect(loop.stalledMs).toBe(0);
  });

  test('aborts work that takes too long and counts it', async () => {
    const {held, reconcile} = heldReconciler();
    const {loop, clock, meter} = open(reconcile, {reconcileTimeoutMs: 10_000});
    await loop.start();
    loop.queue.add('a');
    await clock.advance(9_999);
    expect(held.get('a')?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(held.get('a')?.signal.aborted).toBe(true);
    expect(meter.counts['controller_runtime_reconcile_timeouts_total runs']).toBe(1);
  });

  test('stopping, lets the work in progress end and begins no other', async () => {
    const {held, reconcile, answer} = heldReconciler();
    const {loop, clock} = open(reconcile);
    await loop.start();
    loop.queue.add('a');
    loop.queue.add('b');
    await settle();
    const stopped = loop.stop(30_000);
    await clock.advance(29_000);
    expect(held.get('a')?.signal.aborted).toBe(false);
    answer('a');
    expect(await stopped).toEqual({kind: 'stopped'});
    expect(held.size).toBe(0);
    expect(clock.timersPending).toBe(0);
  });

  test('aborts what does not end in time, and says what did not end even then', async () => {
    const {held, reconcile} = heldReconciler();
    const obedient: Reconcile = (key, signal) =>
      key === 'good' ? new Promise(answer => signal.addEventListener('abort', () => answer(done))) : reconcile(key, signal);
    for (const [keys, outcome] of [
      [['good'], {kind: 'stopped'}],
      [['good', 'bad'], {kind: 'abandoned', keys: ['bad']}],
    ] as const) {
      const {loop, clock} = open(obedient, {concurrency: 2});
      await loop.start();
      for (const key of keys) loop.queue.add(key);
      await settle();
      const stopped = loop.stop(30_000);
      await clock.advance(31_000);
      expect(await stopped).toEqual(outcome);
    }
    expect(held.get('bad')?.signal.aborted).toBe(true);
  });
});
