/** Which events belong to an object, and how equal ones are joined. */
import {describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../../src/domain/kube-object.ts';
import {objectEvents} from '../../../../src/domain/page/object-events.ts';

const target = {kind: 'Pod', name: 'web-1', namespace: 'default', uid: 'u1'};
const about = {kind: 'Pod', name: 'web-1', namespace: 'default', uid: 'u1'};

function event(fields: Record<string, unknown>): KubeObject {
  return {
    metadata: {name: 'e', uid: 'e', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z'},
    involvedObject: about,
    ...fields,
  };
}

function minute(count: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, count)).toISOString();
}

describe('an event belongs to the object', () => {
  test.each([
    ['with its UID', about, 1],
    ['with its name and no UID', {...about, uid: undefined}, 1],
    ['with its name in place of the UID, as the kubelet writes of nodes', {...about, uid: 'web-1'}, 1],
    ['but not to its namesake that is gone', {...about, uid: 'u0'}, 0],
    ['but not to its namesake in another namespace', {...about, uid: '', namespace: 'other'}, 0],
    ['but not to another kind of its name', {...about, uid: '', kind: 'Job'}, 0],
    ['unless it says nothing', 'odd', 0],
  ])('%s', (_, involvedObject, count) => {
    expect(objectEvents([event({involvedObject})], target)).toHaveLength(count);
  });
});

test('the latest comes first, and equal ones are joined', () => {
  const pulled = {type: 'Normal', reason: 'Pulled', message: 'image pulled', source: {component: 'kubelet'}};
  const rows = objectEvents(
    [
      event({...pulled, count: 2, firstTimestamp: minute(1), lastTimestamp: minute(3)}),
      event({type: 'Warning', reason: 'BackOff', message: 'restarting\n', count: 7, firstTimestamp: minute(2), lastTimestamp: minute(9)}),
      event({...pulled, firstTimestamp: minute(0), lastTimestamp: minute(5)}),
    ],
    target,
  );
  expect(rows).toEqual([
    {
      type: 'Warning',
      reason: 'BackOff',
      message: 'restarting',
      source: '',
      count: 7,
      first: Date.parse(minute(2)),
      last: Date.parse(minute(9)),
    },
    {...pulled, source: 'kubelet', count: 3, first: Date.parse(minute(0)), last: Date.parse(minute(5))},
  ]);
});

test('events of the newer API are read alike', () => {
  const [row] = objectEvents(
    [
      event({
        involvedObject: undefined,
        regarding: about,
        type: 'Normal',
        reason: 'Scheduled',
        note: 'placed',
        reportingController: 'scheduler',
        eventTime: minute(1),
        series: {count: 4, lastObservedTime: minute(8)},
      }),
    ],
    target,
  );
  expect(row).toEqual({
    type: 'Normal',
    reason: 'Scheduled',
    message: 'placed',
    source: 'scheduler',
    count: 4,
    first: Date.parse(minute(1)),
    last: Date.parse(minute(8)),
  });
});

test('an event without any time still stands, at the end', () => {
  const bare = {metadata: {name: 'e', uid: 'e', resourceVersion: '1'}, involvedObject: about, reason: 'Bare'};
  expect(objectEvents([bare, event({reason: 'Timed'})], target).map(row => row.reason)).toEqual(['Timed', 'Bare']);
});
