import {describe, expect, test} from 'vitest';
import {RateLimit, TokenBucket} from '../../../src/engine/rate-limit.ts';
import {FakeClock} from '../../support/fake-clock.ts';

describe('the rate limit', () => {
  test('doubles the delay of a key from 5 ms to 1000 s, each key for itself', () => {
    const limit = new RateLimit(new FakeClock(), {burst: 1_000});
    const delays = Array.from({length: 20}, () => limit.nextDelayMs('a'));
    expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(delays.slice(-3)).toEqual([655_360, 1_000_000, 1_000_000]);
    expect(limit.nextDelayMs('b')).toBe(5);
  });

  test('starts anew for a key that is forgotten', () => {
    const limit = new RateLimit(new FakeClock());
    for (let count = 0; count < 5; count += 1) limit.nextDelayMs('a');
    expect(limit.failures('a')).toBe(5);
    limit.forget('a');
    expect(limit.failures('a')).toBe(0);
    expect(limit.nextDelayMs('a')).toBe(5);
  });

  test('lets a hundred fail at once, then ten a second', async () => {
    const clock = new FakeClock();
    const limit = new RateLimit(clock);
    const delays = Array.from({length: 103}, (_, key) => limit.nextDelayMs(`${key}`));
    expect(delays.slice(0, 100).every(delay => delay === 5)).toBe(true);
    expect(delays.slice(100)).toEqual([100, 200, 300]);
    await clock.advance(1_000);
    expect(limit.nextDelayMs('later')).toBe(5);
  });

  test('does not wear out when a key fails for ever', () => {
    const limit = new RateLimit(new FakeClock(), {perSecond: 1_000_000});
    let last = 0;
    for (let count = 0; count < 2_000; count += 1) last = limit.nextDelayMs('a');
    expect(last).toBe(1_000_000);
  });
});

describe('a token bucket', () => {
  test('gives what it has, never owes, and fills up to its burst', () => {
    const bucket = new TokenBucket(1, 2, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, false]);
    expect([bucket.take(999), bucket.take(1_000), bucket.take(1_000)]).toEqual([false, true, false]);
    expect([1, 2, 3].map(() => bucket.take(1_000_000))).toEqual([true, true, false]);
  });
});
