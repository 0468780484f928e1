import {describe, expect, test} from 'vitest';
import {EventCorrelator, type EventNote} from '../../../src/engine/event-correlator.ts';

function note(message: string, more: Partial<EventNote> = {}): EventNote {
  return {about: {apiVersion: 'v1', kind: 'Node', name: 'worker-1', uid: 'u1'}, type: 'Normal', reason: 'Drained', message, ...more};
}

function open() {
  let [names, atMs] = [0, 0];
  const correlator = new EventCorrelator(() => {
    names += 1;
    return `event-${names}`;
  });
  return {
    wait: (ms: number) => {
      atMs += ms;
    },
    take: (each: EventNote) => correlator.take(each, {now: 1_000_000 + atMs, monotonic: atMs}),
  };
}

describe('an event', () => {
  test('that is repeated is counted on the first one', () => {
    const {take, wait} = open();
    expect(take(note('a'))).toMatchObject({name: 'event-1', count: 1, firstAt: 1_000_000, lastAt: 1_000_000});
    wait(5_000);
    expect(take(note('a'))).toMatchObject({name: 'event-1', count: 2, firstAt: 1_000_000, lastAt: 1_005_000});
  });

  test('is another one when its object, type, reason or message is another', () => {
    const {take} = open();
    const others = [
      note('a'),
      note('b'),
      note('a', {type: 'Warning'}),
      note('a', {reason: 'Cordoned'}),
      note('a', {about: {...note('a').about, uid: 'u2'}}),
    ];
    expect(others.map(each => take(each)?.name)).toEqual(['event-1', 'event-2', 'event-3', 'event-4', 'event-5']);
  });
});

describe('similar events', () => {
  test('are one from the tenth message on', () => {
    const {take} = open();
    const taken = Array.from({length: 12}, (_, index) => take(note(`pod ${index}`)));
    expect(taken.slice(0, 9).map(event => event?.message)).toEqual(Array.from({length: 9}, (_, index) => `pod ${index}`));
    expect(taken.slice(9).map(event => event?.message)).toEqual([9, 10, 11].map(index => `(combined from similar events): pod ${index}`));
    expect(taken.slice(9).map(event => [event?.name, event?.count])).toEqual([
      ['event-10', 1],
      ['event-10', 2],
      ['event-10', 3],
    ]);
  });

  test('are told apart again after ten quiet minutes', () => {
    const {take, wait} = open();
    for (let index = 0; index < 10; index += 1) take(note(`pod ${index}`));
    wait(600_000);
    expect(take(note('late'))?.message).toBe('(combined from similar events): late');
    wait(600_001);
    expect(take(note('later'))?.message).toBe('later');
  });
});

describe('an object', () => {
  test('has 25 events, then one in five minutes; others do not suffer', () => {
    const {take, wait} = open();
    const taken = Array.from({length: 30}, () => take(note('a')));
    expect(taken.filter(event => event !== undefined)).toHaveLength(25);
    expect(take(note('a', {about: {...note('a').about, name: 'worker-2'}}))).toBeDefined();
    wait(299_999);
    expect(take(note('a'))).toBeUndefined();
    wait(1);
    expect(take(note('a'))).toMatchObject({count: 32});
    expect(take(note('a'))).toBeUndefined();
  });

  test('of four thousand others is forgotten', () => {
    const {take} = open();
    for (let count = 0; count < 3; count += 1) take(note('a'));
    for (let index = 0; index < 4_096; index += 1) take(note('a', {about: {...note('a').about, name: `worker-x${index}`}}));
    expect(take(note('a'))).toMatchObject({count: 1});
  });
});
