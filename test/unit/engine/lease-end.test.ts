import {describe, expect, test} from 'vitest';
import {leaseSettings} from '../../../src/engine/lease.ts';
import {LeaseRig, leasesPath, openTerm} from '../../support/lease-rig.ts';
import {RecordedMeter} from '../../support/recorded-meter.ts';

describe('a holder', () => {
  test('takes what it wrote for its own when the answer was lost', async () => {
    const rig = await LeaseRig.open();
    const holder = rig.add('a');
    holder.faults.push({}, {isLost: 'after'});
    holder.campaign();
    await rig.clock.advance(5_000);
    expect(holder.acquired).toEqual({kind: 'acquired'});
    expect(await rig.lease()).toMatchObject({transitions: 0});
    holder.faults.push({isLost: 'after'}, {}, {isLost: 'after'});
    await rig.clock.advance(60_000);
    expect(holder.losses).toEqual([]);
    expect(rig.fresh()).toEqual(['a']);
  });

  test('keeps the lease when somebody writes a label on it', async () => {
    const {rig, holder} = await openTerm();
    holder.isFeedSilent = true;
    await rig.send('PATCH', `${leasesPath}/leader`, {metadata: {labels: {team: 'dba'}}});
    await rig.clock.advance(4_000);
    expect(rig.fresh()).toEqual(['a']);
    expect((await rig.lease())?.object).toMatchObject({metadata: {labels: {team: 'dba'}}});
  });

  test('bears slow answers, and gives up when they take too long', async () => {
    const {rig, holder, watcher} = await openTerm();
    holder.fault = {toMs: 2_000, fromMs: 2_500};
    await rig.clock.advance(120_000);
    expect(rig.fresh()).toEqual(['a']);
    holder.fault = {toMs: 2_000, fromMs: 3_500};
    await rig.clock.advance(12_000);
    expect(holder.losses).toEqual(['late']);
    await rig.clock.advance(30_000);
    expect(watcher.acquired).toEqual({kind: 'acquired'});
  });

  test('rides out an outage shorter than its deadline', async () => {
    const {rig, holder} = await openTerm();
    holder.faults.push({status: 503}, {isLost: 'before'}, {status: 403});
    await rig.clock.advance(60_000);
    expect(holder.losses).toEqual([]);
    expect(rig.fresh()).toEqual(['a']);
  });

  test('knows at once when somebody else is written in, also without a feed at its next renewal', async () => {
    for (const isFeedSilent of [false, true]) {
      const {rig, holder} = await openTerm();
      holder.isFeedSilent = isFeedSilent;
      await rig.send('PATCH', `${leasesPath}/leader`, {spec: {holderIdentity: 'by-hand'}});
      await rig.clock.advance(isFeedSilent ? 2_000 : 0);
      expect(holder.losses).toEqual(['taken']);
      expect(holder.elector.isFresh(0)).toBe(false);
      expect(await rig.lease()).toMatchObject({holder: 'by-hand'});
    }
  });

  test('makes a lease anew that was deleted, before those who know of it dare to', async () => {
    for (const isFeedSilent of [false, true]) {
      const {rig, holder} = await openTerm();
      holder.isFeedSilent = isFeedSilent;
      await rig.send('DELETE', `${leasesPath}/leader`);
      await rig.clock.advance(30_000);
      expect(rig.fresh()).toEqual(['a']);
      expect(await rig.lease()).toMatchObject({holder: holder.elector.identity});
      expect(holder.losses).toEqual([]);
    }
  });

  test('loses it once and is dead from then on', async () => {
    const {rig, holder} = await openTerm();
    holder.fault = {isLost: 'before'};
    await rig.clock.advance(20_000);
    holder.fault = {};
    const sent = holder.requests.length;
    holder.elector.observe(undefined);
    await rig.clock.advance(120_000);
    await holder.elector.release();
    expect(holder.losses).toEqual(['late']);
    expect(holder.requests.length).toBe(sent);
    expect(holder.isSubscribed).toBe(false);
  });
});

describe('a release', () => {
  test('lets the next one in at once', async () => {
    const {rig, holder} = await openTerm();
    await holder.elector.release();
    expect(holder.elector.isFresh(0)).toBe(false);
    expect(await rig.lease()).toMatchObject({holder: '', durationMs: 1_000});
    await rig.clock.advance(0);
    expect(rig.fresh()).toEqual(['b']);
    expect(holder.losses).toEqual([]);
  });

  test('waits for a renewal under way and comes after it', async () => {
    const {rig, holder} = await openTerm();
    holder.faults.push({toMs: 1_000, fromMs: 1_000});
    await rig.clock.advance(2_500);
    const released = holder.elector.release();
    await rig.clock.advance(5_000);
    await released;
    expect(rig.fresh()).toEqual(['b']);
  });

  test('does not give back what somebody else has', async () => {
    const {rig, holder} = await openTerm();
    holder.isFeedSilent = true;
    await rig.send('PATCH', `${leasesPath}/leader`, {spec: {holderIdentity: 'by-hand'}});
    await holder.elector.release();
    expect(await rig.lease()).toMatchObject({holder: 'by-hand'});
  });

  test('ends a candidacy', async () => {
    const {rig, watcher} = await openTerm();
    const sent = watcher.requests.length;
    await watcher.elector.release();
    await rig.clock.advance(600_000);
    expect(watcher.acquired).toEqual({kind: 'stopped'});
    expect(watcher.isSubscribed).toBe(false);
    expect(watcher.requests).toHaveLength(sent);
  });

  test('of a candidate whose write is under way leaves the lease free', async () => {
    const rig = await LeaseRig.open();
    const candidate = rig.add('a');
    candidate.faults.push({}, {toMs: 500, fromMs: 500});
    candidate.campaign();
    await rig.clock.advance(600);
    const released = candidate.elector.release();
    await rig.clock.advance(600);
    await released;
    expect(candidate.acquired).toEqual({kind: 'stopped'});
    expect(await rig.lease()).toMatchObject({holder: ''});
    expect(rig.fresh()).toEqual([]);
    expect(rig.clock.timersPending).toBe(0);
  });
});

describe('a refusal', () => {
  test('names the missing verb and is not tried again', async () => {
    for (const verb of ['get', 'create', 'update'] as const) {
      const rig = await LeaseRig.open();
      if (verb === 'update') await rig.send('PUT', `${leasesPath}/leader`, {metadata: {name: 'leader'}, spec: {holderIdentity: ''}});
      const poor = rig.add('poor');
      poor.faults.push(...(verb === 'get' ? [] : [{}]), {status: 403});
      poor.campaign();
      await rig.clock.advance(600_000);
      expect(poor.acquired).toEqual({kind: 'refused', verb, message: 'refused with 403'});
      expect(poor.requests).toHaveLength(verb === 'get' ? 1 : 2);
      expect(rig.clock.timersPending).toBe(0);
    }
  });

  test('for want of the namespace says so', async () => {
    const rig = new LeaseRig();
    const candidate = rig.add('a').campaign();
    await rig.clock.advance(600_000);
    expect(candidate.acquired).toEqual({kind: 'namespaceAbsent'});
    expect(candidate.requests).toHaveLength(2);
    expect(rig.clock.timersPending).toBe(0);
  });

  test('that may pass is tried again at intervals', async () => {
    const rig = await LeaseRig.open();
    const candidate = rig.add('a');
    candidate.faults.push({status: 503}, {status: 401}, {status: 429}, {isLost: 'before'});
    candidate.campaign();
    await rig.clock.advance(7_900);
    expect(candidate.acquired).toBeUndefined();
    expect(candidate.requests.length).toBeLessThanOrEqual(4);
    await rig.clock.advance(10_000);
    expect(candidate.acquired).toEqual({kind: 'acquired'});
  });
});

describe('one look', () => {
  test('says who holds it, and takes it when it is free', async () => {
    const {rig, holder, watcher} = await openTerm();
    const looking = rig.add('c');
    expect(await looking.elector.tryAcquire()).toMatchObject({kind: 'held', lease: {holder: holder.elector.identity}, freeInMs: 15_000});
    await watcher.elector.release();
    await holder.elector.release();
    expect(await looking.elector.tryAcquire()).toEqual({kind: 'acquired'});
    await rig.clock.advance(60_000);
    expect(rig.fresh()).toEqual(['c']);
    await looking.elector.release();
    await rig.clock.advance(0);
    expect(rig.clock.timersPending).toBe(0);
  });

  test('that fails says so and may be repeated', async () => {
    const rig = await LeaseRig.open();
    const looking = rig.add('a');
    looking.faults.push({status: 503});
    expect(await looking.elector.tryAcquire()).toEqual({kind: 'failed', message: 'refused with 503', retryAfterMs: 0});
    expect(await looking.elector.tryAcquire()).toEqual({kind: 'acquired'});
  });
});

test('who is master, and how often a renewal had to look first, are measured for leases that ask for it', async () => {
  const rig = await LeaseRig.open();
  const meter = new RecordedMeter();
  const holder = rig.add('a', {meter}).campaign();
  await rig.clock.advance(0);
  expect(meter.values['leader_election_master_status leader']).toBe(1);
  holder.isFeedSilent = true;
  await rig.send('PATCH', `${leasesPath}/leader`, {metadata: {labels: {team: 'dba'}}});
  await rig.clock.advance(2_000);
  expect(meter.counts['leader_election_slowpath_total leader']).toBe(1);
  await holder.elector.release();
  expect(meter.values['leader_election_master_status leader']).toBe(0);
});

test('settings under which two could hold it are a mistake', async () => {
  const rig = await LeaseRig.open();
  expect(() => rig.add('a', {settings: {...leaseSettings, renewDeadlineMs: 15_000}})).toThrow('a lease lasts longer');
});
