/** Who holds a lease, for the screen: alive as long as it is renewed, by our own clock. */
import {expect, test} from 'vitest';
import type {LeaseFeed} from '../../../src/engine/lease.ts';
import {type LeaseRecord, readLease} from '../../../src/engine/lease-record.ts';
import {LeaseWatch} from '../../../src/engine/lease-watch.ts';
import {FakeClock} from '../../support/fake-clock.ts';

type Teller = (lease: LeaseRecord | undefined) => void;

function open() {
  const clock = new FakeClock();
  const heard: Teller[] = [];
  const stopped: string[] = [];
  const feed: LeaseFeed = {
    subscribe: (_namespace, name, onChange) => {
      heard.push(onChange);
      return {stop: () => void stopped.push(name)};
    },
  };
  let version = 0;
  const watch = new LeaseWatch({feed, clock, namespace: 'deckhand', durationMs: 15_000, onChange: () => undefined});
  const lease = (holderIdentity: string, renewTime: number, resourceVersion = `${++version}`): LeaseRecord =>
    readLease({metadata: {uid: 'u', resourceVersion}, spec: {holderIdentity, renewTime: new Date(renewTime).toISOString()}});
  const tell = (record: LeaseRecord | undefined): void => {
    for (const each of heard) each(record);
  };
  const kind = (): string => watch.holderOf('run-1').kind;
  return {clock, watch, lease, tell, kind, subscriptions: () => heard.length, stopped};
}

test('one that is renewed is alive, however wrong its clock; one that is renewed no more is silent', async () => {
  const {clock, lease, tell, kind} = open();
  expect(kind()).toBe('unseen');
  const hourAgo = clock.now() - 3_600_000;
  tell(lease('anna', hourAgo, '1'));
  expect(kind()).toBe('silent');
  await clock.advance(2_000);
  tell(lease('anna', hourAgo + 2_000, '2'));
  expect(kind()).toBe('live');
  await clock.advance(10_000);
  // Read again, not renewed.
  tell(lease('anna', hourAgo + 2_000, '2'));
  await clock.advance(6_000);
  expect(kind()).toBe('silent');
});

test('one that was given back is nobody’s, and one that is gone is not seen', () => {
  const {clock, lease, tell, kind} = open();
  kind();
  tell(lease('anna', clock.now()));
  expect(kind()).toBe('live');
  tell(lease('', clock.now()));
  expect(kind()).toBe('nobody');
  tell(undefined);
  expect(kind()).toBe('unseen');
});

test('is watched once, until it is forgotten', () => {
  const {watch, kind, subscriptions, stopped} = open();
  kind();
  kind();
  expect(subscriptions()).toBe(1);
  watch.forget('run-1');
  watch.stop();
  expect(stopped).toEqual(['run-1']);
});
