/** Events: kubectl's columns, and whether a warning still counts. */
import {readNumber, readString, readTime} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {phrase} from './messages/phrase.ts';
import {type Verdict, verdictOf} from './verdict.ts';

export type EventFacts = {
  readonly name: string;
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  readonly type: string;
  readonly reason: string;
  /** `pod/web-0`. */
  readonly object: string;
  readonly subobject: string;
  readonly source: string;
  readonly message: string;
  readonly count: number;
};

/** A warning that was not repeated for so long may be over. */
const currentForMs = 10 * 60_000;
/** Reasons by which something waits for room, a budget, a volume or a person, and is tried again by itself. */
const waitingReasons: ReadonlySet<string> = new Set([
  'FailedScheduling',
  'FailedPreemption',
  'NotTriggerScaleUp',
  'WaitForFirstConsumer',
  'ExceededGracePeriod',
  'EvictionBlocked',
  'StaticInstanceSelectionFailed',
]);

/** core/v1: both the older form with counts and the newer one with a series. */
export function readEvent(object: KubeObject): EventFacts {
  const firstSeen = readTime(object, 'firstTimestamp') ?? readTime(object, 'eventTime');
  const seriesAt = readTime(object, 'series.lastObservedTime');
  const kind = (readString(object, 'involvedObject.kind') ?? '').toLowerCase();
  const name = readString(object, 'involvedObject.name') ?? '';
  const component = readString(object, 'source.component') || readString(object, 'reportingComponent') || '';
  const host = readString(object, 'source.host') || readString(object, 'reportingInstance') || '';
  return {
    name: object.metadata.name,
    firstSeen,
    lastSeen: seriesAt ?? readTime(object, 'lastTimestamp') ?? firstSeen,
    type: readString(object, 'type') ?? '',
    reason: readString(object, 'reason') ?? '',
    object: name === '' ? kind : `${kind}/${name}`,
    subobject: readString(object, 'involvedObject.fieldPath') ?? '',
    source: host === '' ? component : `${component}, ${host}`,
    message: (readString(object, 'message') ?? '').trim(),
    count: readNumber(object, 'series.count') ?? (readNumber(object, 'count') || 1),
  };
}

/** REASON and MESSAGE stand in the row, so the verdict adds only what they do not say. */
export function judgeEvent({type, reason, lastSeen}: EventFacts, now: number): Verdict {
  if (type !== 'Warning') return verdictOf('ok');
  if (lastSeen !== undefined && now - lastSeen > currentForMs) return verdictOf('unknown', phrase('verdict.event.notRepeated'), lastSeen);
  return verdictOf(waitingReasons.has(reason) ? 'waiting' : 'broken');
}
