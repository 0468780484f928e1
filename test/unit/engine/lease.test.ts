import {describe, expect, test} from 'vitest';
import {type Candidate, LeaseRig, openTerm} from '../../support/lease-rig.ts';

/** When the last write of the candidate that got through was sent. */
async function stopRenewing({rig, holder}: {rig: LeaseRig; holder: Candidate}): Promise<number> {
  const lease = await rig.lease();
  holder.freeze();
  return Date.parse(lease?.renewedAt ?? '') - (rig.clock.now() - rig.clock.monotonic());
}

describe('the first candidate', () => {
  test('makes the lease, with what others and people need to know', async () => {
    const rig = await LeaseRig.open();
    const candidate = rig.add('ivan@bastion', {annotations: {'deckhand.dev/run': 'approve-1'}}).campaign();
    await rig.clock.advance(0);
    expect(candidate.acquired).toEqual({kind: 'acquired'});
    expect(await rig.lease()).toMatchObject({
      holder: candidate.elector.identity,
      durationMs: 15_000,
      transitions: 0,
      acquiredAt: '2026-01-01T00:00:00.000000Z',
      renewedAt: '2026-01-01T00:00:00.000000Z',
      annotations: {'deckhand.dev/run': 'approve-1'},
    });
    expect(candidate.elector.identity).toMatch(/^ivan@bastion_[0-9a-z]+$/);
  });

  test('renews every two seconds and keeps the beginning of its term', async () => {
    const {rig, holder} = await openTerm();
    expect(await rig.lease()).toMatchObject({
      transitions: 0,
      acquiredAt: '2026-01-01T00:00:00.000000Z',
      renewedAt: '2026-01-01T00:01:00.000000Z',
    });
    expect(holder.requests.filter(request => request.method === 'PUT')).toHaveLength(30);
    expect(holder.requests.filter(request => request.method === 'GET')).toHaveLength(1);
  });
});

test('a candidate that slept through the term it had just been given begins another', async () => {
  const rig = await LeaseRig.open();
  const candidate = rig.add('a');
  candidate.faults.push({}, {fromMs: 1_000});
  candidate.campaign();
  await rig.clock.advance(500);
  candidate.freeze();
  await rig.clock.advance(30_000);
  candidate.thaw();
  await rig.clock.advance(0);
  expect(candidate.acquired).toBeUndefined();
  await rig.clock.advance(5_000);
  expect(rig.fresh()).toEqual(['a']);
  expect(candidate.losses).toEqual([]);
});

describe('freshness', () => {
  test('ends ten seconds, less the margin, after the last renewal that got through was sent', async () => {
    const {rig, holder} = await openTerm();
    holder.fault = {isLost: 'before'};
    await rig.clock.advance(6_999);
    expect([holder.elector.isFresh(3_000), holder.elector.isFresh(0)]).toEqual([true, true]);
    await rig.clock.advance(1);
    expect([holder.elector.isFresh(3_000), holder.elector.isFresh(0)]).toEqual([false, true]);
    await rig.clock.advance(3_000);
    expect(holder.elector.isFresh(0)).toBe(false);
    expect(holder.losses).toEqual(['late']);
  });

  test('counts from the sending, not from a slow answer', async () => {
    const {rig, holder} = await openTerm();
    holder.faults.push({fromMs: 4_000});
    holder.fault = {isLost: 'before'};
    await rig.clock.advance(2_000 + 9_999);
    expect(holder.elector.isFresh(0)).toBe(true);
    await rig.clock.advance(1);
    expect(holder.elector.isFresh(0)).toBe(false);
  });

  test('ends as well when only the wall clock went on, as after the sleep of a laptop, until the next renewal', async () => {
    const {rig, holder} = await openTerm();
    holder.wallSkewMs = 8 * 3_600_000;
    expect(holder.elector.isFresh(0)).toBe(false);
    await rig.clock.advance(2_000);
    expect(holder.elector.isFresh(0)).toBe(true);
    holder.wallSkewMs = -8 * 3_600_000;
    expect(holder.elector.isFresh(0)).toBe(true);
    expect(holder.losses).toEqual([]);
  });
});

describe('a take-over', () => {
  test('comes within 16 s of the last renewal by one who watched', async () => {
    const term = await openTerm();
    await term.rig.clock.advance(1_300);
    const renewedAtMs = await stopRenewing(term);
    await term.rig.clock.advance(60_000);
    expect(term.watcher.acquired).toEqual({kind: 'acquired'});
    expect(term.watcher.acquiredAtMs - renewedAtMs).toBeGreaterThanOrEqual(15_000);
    expect(term.watcher.acquiredAtMs - renewedAtMs).toBeLessThanOrEqual(16_000);
    expect(await term.rig.lease()).toMatchObject({holder: term.watcher.elector.identity, transitions: 1});
  });

  test('comes within 16 s of the first look by one who came later and hears nothing', async () => {
    const rig = await LeaseRig.open();
    const holder = rig.add('a').campaign();
    await rig.clock.advance(10_000);
    holder.freeze();
    await rig.clock.advance(3_000);
    const late = rig.add('c');
    late.isFeedSilent = true;
    late.campaign();
    await rig.clock.advance(60_000);
    expect(late.acquiredAtMs).toBeGreaterThanOrEqual(13_000 + 15_000);
    expect(late.acquiredAtMs).toBeLessThanOrEqual(13_000 + 16_000);
  });

  test('is won by one of many', async () => {
    const term = await openTerm();
    for (const owner of 'cdefg') term.rig.add(owner).campaign();
    await term.rig.clock.advance(1_000);
    await stopRenewing(term);
    await term.rig.clock.advance(15_000);
    expect(term.rig.fresh()).toHaveLength(1);
    await term.rig.clock.advance(60_000);
    expect(term.rig.candidates.filter(candidate => candidate.acquired?.kind === 'acquired')).toHaveLength(2);
  });

  test('does not come while the holder renews, even where the feed is silent', async () => {
    const {rig, watcher} = await openTerm();
    watcher.isFeedSilent = true;
    await rig.clock.advance(600_000);
    expect(rig.fresh()).toEqual(['a']);
    expect(watcher.requests.length).toBeLessThan(60);
  });

  test('leaves a holder that wakes later without freshness, without a write and told once', async () => {
    const term = await openTerm();
    await stopRenewing(term);
    await term.rig.clock.advance(20_000);
    expect(term.rig.fresh()).toEqual(['b']);
    const sent = term.holder.requests.length;
    term.holder.thaw();
    expect(term.holder.elector.isFresh(0)).toBe(false);
    await term.rig.clock.advance(60_000);
    expect(term.holder.losses).toEqual(['late']);
    expect(term.holder.requests.length).toBe(sent);
    expect(await term.rig.lease()).toMatchObject({holder: term.watcher.elector.identity});
  });

  test('refuses the renewal that the old holder had under way', async () => {
    const term = await openTerm();
    term.watcher.isFeedSilent = true;
    term.holder.faults.push({toMs: 40_000});
    await term.rig.clock.advance(2_000);
    term.holder.freeze();
    await term.rig.clock.advance(60_000);
    expect(await term.rig.lease()).toMatchObject({holder: term.watcher.elector.identity});
    term.holder.thaw();
    await term.rig.clock.advance(0);
    expect(term.holder.losses).toEqual(['late']);
    expect(term.rig.fresh()).toEqual(['b']);
  });

  test('is judged by no time of another clock', async () => {
    const rig = await LeaseRig.open();
    const [ahead, behind] = [rig.add('ahead'), rig.add('behind')];
    ahead.wallSkewMs = 3_600_000;
    behind.wallSkewMs = -3_600_000;
    behind.campaign();
    await rig.clock.advance(0);
    ahead.campaign();
    await rig.clock.advance(120_000);
    expect(rig.fresh()).toEqual(['behind']);
    behind.freeze();
    await rig.clock.advance(16_000);
    expect(rig.fresh()).toEqual(['ahead']);
    behind.thaw();
    await rig.clock.advance(120_000);
    expect(rig.fresh()).toEqual(['ahead']);
  });
});
