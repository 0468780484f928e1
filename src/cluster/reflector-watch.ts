/** One WATCH from its opening to its end, with every way in which it can end. */
import type {Clock} from '../domain/clock.ts';
import type {KubePort, KubeStream} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {readStreamStatus} from '../domain/read-status.ts';
import type {Decoder, WatchEvent} from './reflector-decode.ts';
import {type Asked, type Failure, failureOfError, failureOfStatus} from './reflector-failure.ts';
import {Interrupted, type Interruption} from './reflector-interrupt.ts';
import {LineSplitter} from './reflector-lines.ts';

const openTimeoutMs = 15_000;
/** What a stream may live beyond the timeoutSeconds that the server was asked to end it after. */
const overrunMsMax = 30_000;
/** Bookmarks come once a minute. */
const silenceMsMax = 90_000;
/** Where none was ever seen: with the time to open it anew, a dead stream is found out as soon as where they are. */
const silenceMsMaxWithoutBookmarks = silenceMsMax - openTimeoutMs;
/** A stream that ends sooner than this, and without an event, was no success. */
const shortLivedMs = 1_000;

export type Caller = 'stopped' | 'recovered' | 'kindsChanged' | 'timeout' | 'overrun' | 'silent' | 'done';

export type WatchEnd =
  /** By the server, in good order. */
  | {readonly kind: 'ended'}
  | {readonly kind: 'failed'; readonly failure: Failure}
  /** No byte for as long as a bookmark takes at most: the server lives, this stream does not. */
  | {readonly kind: 'silent'}
  /** The server was away and is back: whatever this stream still brings is not to be trusted to be all. */
  | {readonly kind: 'recovered'}
  | {readonly kind: 'stopped'};

export type Watch = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly interruption: Interruption<Caller>;
  readonly decoder: Decoder;
  readonly asked: Asked;
  readonly path: string;
  readonly accept: string;
  readonly timeoutSeconds: number;
  readonly hasBookmarks: () => boolean;
  readonly onOpen: () => void;
  /** The events of one chunk, in order; a failure ends the watch. */
  readonly onEvents: (events: readonly WatchEvent[]) => Failure | undefined;
};

export async function runWatch(watch: Watch): Promise<WatchEnd> {
  const {clock, interruption} = watch;
  const opening = clock.setTimer(openTimeoutMs, () => interruption.interrupt('timeout'));
  try {
    const {port, path, accept} = watch;
    const asking = port.stream({method: 'GET', path, headers: {accept}, signal: interruption.signal, timeoutMs: openTimeoutMs});
    const stream = await interruption.wait(asking);
    if (stream.status !== 200) {
      return {kind: 'failed', failure: failureOfStatus(await interruption.wait(readStreamStatus(stream)), watch.asked)};
    }
    opening.cancel();
    return await readStream(watch, stream);
  } catch (error) {
    return endOfError(error);
  } finally {
    opening.cancel();
    interruption.interrupt('done');
  }
}

async function readStream(watch: Watch, stream: KubeStream): Promise<WatchEnd> {
  const {clock, interruption} = watch;
  const openedAtMs = clock.monotonic();
  let byteAtMs = openedAtMs;
  const listen = (delayMs: number) =>
    clock.setTimer(delayMs, () => {
      const limitMs = watch.hasBookmarks() ? silenceMsMax : silenceMsMaxWithoutBookmarks;
      const leftMs = limitMs - (clock.monotonic() - byteAtMs);
      if (leftMs <= 0) interruption.interrupt('silent');
      else silence = listen(leftMs);
    });
  let silence = listen(silenceMsMaxWithoutBookmarks);
  const overrun = clock.setTimer(watch.timeoutSeconds * 1000 + overrunMsMax, () => interruption.interrupt('overrun'));
  const chunks = stream.body[Symbol.asyncIterator]();
  try {
    watch.onOpen();
    const lines = new LineSplitter();
    let hasEvents = false;
    for (;;) {
      const next = await interruption.wait(chunks.next());
      if (next.done === true) break;
      byteAtMs = clock.monotonic();
      const events = lines.push(next.value).map(line => watch.decoder.event(line));
      if (events.length === 0) continue;
      hasEvents = true;
      const failure = watch.onEvents(events);
      if (failure !== undefined) return {kind: 'failed', failure};
    }
    if (lines.isInsideLine) return {kind: 'failed', failure: {kind: 'failed', reason: phrase('source.truncated')}};
    if (!hasEvents && clock.monotonic() - openedAtMs < shortLivedMs) {
      return {kind: 'failed', failure: {kind: 'failed', reason: phrase('source.shortLived')}};
    }
    return {kind: 'ended'};
  } finally {
    silence.cancel();
    overrun.cancel();
    leave(chunks);
  }
}

/** Closes the connection without waiting for it: a stream that hangs may never answer, and one that breaks now says nothing new. */
function leave(chunks: AsyncIterator<Uint8Array>): void {
  chunks.return?.().catch(() => undefined);
}

function endOfError(error: unknown): WatchEnd {
  if (!(error instanceof Interrupted)) return {kind: 'failed', failure: failureOfError(error)};
  switch (error.reason) {
    case 'stopped':
    case 'recovered':
    case 'silent':
      return {kind: error.reason};
    case 'overrun':
      return {kind: 'failed', failure: {kind: 'failed', reason: phrase('source.overrun')}};
    default:
      return {kind: 'failed', failure: failureOfError(error)};
  }
}
