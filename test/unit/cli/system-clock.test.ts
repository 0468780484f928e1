import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {systemClock} from '../../../src/cli/system-clock.ts';

const dayMs = 86_400_000;

describe('a timer of the system clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('may wait longer than Node allows', () => {
    const runs: number[] = [];
    systemClock.setTimer(60 * dayMs, () => runs.push(systemClock.now()));
    const dueAt = systemClock.now() + 60 * dayMs;
    vi.advanceTimersByTime(60 * dayMs - 1);
    expect(runs).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(runs).toEqual([dueAt]);
  });

  test('can be cancelled at any time of its wait', () => {
    const runs: number[] = [];
    const timer = systemClock.setTimer(60 * dayMs, () => runs.push(1));
    vi.advanceTimersByTime(30 * dayMs);
    timer.cancel();
    vi.advanceTimersByTime(60 * dayMs);
    expect([runs, vi.getTimerCount()]).toEqual([[], 0]);
  });
});
