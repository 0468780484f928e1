import {describe, expect, test} from 'vitest';
import {FakeClock} from '../../support/fake-clock.ts';

describe('FakeClock', () => {
  test('runs timers in order of their time, at their time, also those set on the way', async () => {
    const clock = new FakeClock(0);
    const seen: string[] = [];
    clock.setTimer(30, () => seen.push(`c ${clock.now()}`));
    clock.setTimer(10, () => {
      seen.push(`a ${clock.monotonic()}`);
      void Promise.resolve().then(() => clock.setTimer(5, () => seen.push(`b ${clock.now()}`)));
    });
    await clock.advance(29);
    expect(seen).toEqual(['a 10', 'b 15']);
    await clock.advance(1);
    expect(seen).toEqual(['a 10', 'b 15', 'c 30']);
    expect(clock.timersPending).toBe(0);
  });

  test('a cancelled timer never runs', async () => {
    const clock = new FakeClock();
    let hasRun = false;
    clock
      .setTimer(1, () => {
        hasRun = true;
      })
      .cancel();
    await clock.advance(10);
    expect(hasRun).toBe(false);
  });
});
