/** Events of either form, and which warnings still count. */
import {describe, expect, test} from 'vitest';
import {judgeEvent, readEvent} from '../../../src/domain/event.ts';
import {event, type Modifier, set} from '../../support/objects.ts';
import {spoken} from '../../support/spoken-verdict.ts';

const now = Date.parse('2026-01-02T12:10:00Z');
const at = (minute: number): string => `2026-01-02T12:0${minute}:00Z`;
const ms = (minute: number): number => Date.parse(at(minute));

const times: readonly (readonly [
  form: string,
  modifiers: readonly Modifier[],
  first: number | undefined,
  last: number | undefined,
  count: number,
])[] = [
  ['with counts', [set('firstTimestamp', at(1)), set('lastTimestamp', at(5)), set('count', 7)], ms(1), ms(5), 7],
  ['with counts, once', [set('firstTimestamp', at(1)), set('lastTimestamp', null)], ms(1), ms(1), 1],
  ['with a time of its own', [set('eventTime', '2026-01-02T12:02:00.000000Z'), set('firstTimestamp', null)], ms(2), ms(2), 1],
  [
    'with a series',
    [set('eventTime', at(2)), set('series', {count: 4, lastObservedTime: at(6)}), set('lastTimestamp', at(3)), set('count', 9)],
    ms(2),
    ms(6),
    4,
  ],
  ['without any time', [], undefined, undefined, 1],
];

const verdicts: readonly (readonly [type: string, reason: string, lastSeen: string, verdict: string])[] = [
  ['Normal', 'Pulled', at(9), 'ok'],
  ['Normal', 'Pulled', at(0), 'ok'],
  ['Warning', 'BackOff', at(9), 'broken'],
  ['Warning', 'BackOff', at(0), 'broken'],
  ['Warning', 'BackOff', '2026-01-02T11:59:59Z', 'unknown · not repeated · since 2026-01-02T11:59:59.000Z'],
  ['Warning', 'FailedScheduling', at(9), 'waiting'],
  ['Warning', 'StaticInstanceSelectionFailed', at(9), 'waiting'],
];

describe('an event', () => {
  test.each(times)('%s tells when and how often', (_, modifiers, firstSeen, lastSeen, count) => {
    expect(readEvent(event('e', ...modifiers))).toMatchObject({firstSeen, lastSeen, count});
  });

  test.each(verdicts)('%s %s last seen at %s', (type, reason, lastSeen, verdict) => {
    const object = event('e', set('type', type), set('reason', reason), set('lastTimestamp', lastSeen));
    expect(spoken(judgeEvent(readEvent(object), now))).toBe(verdict);
  });

  test('names object and source as kubectl does', () => {
    const object = event(
      'e',
      set('involvedObject', {kind: 'NodeGroup', name: 'worker', fieldPath: 'spec.x'}),
      set('source', {component: 'node-controller', host: 'master-0'}),
      set('message', ' Started \n'),
    );
    expect(readEvent(object)).toMatchObject({
      object: 'nodegroup/worker',
      subobject: 'spec.x',
      source: 'node-controller, master-0',
      message: 'Started',
    });
  });

  test('takes the reporter where there is no source, and a kind without a name', () => {
    const object = event('e', set('involvedObject', {kind: 'Node'}), set('reportingComponent', 'kubelet'), set('source', {}));
    expect(readEvent(object)).toMatchObject({object: 'node', source: 'kubelet'});
  });

  test('with a wrong time is unreadable there', () => {
    expect(() => readEvent(event('e', set('lastTimestamp', 5)))).toThrow(expect.objectContaining({path: 'lastTimestamp'}));
  });
});
