/** Ends requests: by the caller's signal, by their time-out, and all of them when the transport closes. */
import type {Clock} from '../domain/clock.ts';
import {type KubeRequest, TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';

export type RequestLimit = {
  readonly signal: AbortSignal;
  stopTimeout(): void;
  /** The request has ended: nothing points to it any more. */
  release(): void;
};

export type RequestLimits = {start(request: KubeRequest): RequestLimit; closeAll(): void};

/** Listeners by hand: AbortSignal.any would leave a trace on a signal that lives as long as the program. */
export function createRequestLimits(clock: Clock, server: string): RequestLimits {
  const active = new Set<AbortController>();
  let isClosed = false;
  return {
    start({signal, timeoutMs}) {
      const controller = new AbortController();
      const abort = () => controller.abort(new TransportError('aborted', phrase('connect.aborted')));
      const timeout = () =>
        controller.abort(new TransportError('timeout', phrase('connect.timeoutAfter', server, (timeoutMs ?? 0) / 1000)));
      const isTimed = timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY;
      const timer = !isTimed ? undefined : clock.setTimer(timeoutMs, timeout);
      active.add(controller);
      if (isClosed) controller.abort(closed());
      if (signal?.aborted === true) abort();
      signal?.addEventListener('abort', abort, {once: true});
      return {
        signal: controller.signal,
        stopTimeout: () => timer?.cancel(),
        release() {
          timer?.cancel();
          signal?.removeEventListener('abort', abort);
          active.delete(controller);
        },
      };
    },
    closeAll() {
      isClosed = true;
      for (const controller of active) controller.abort(closed());
    },
  };
}

/** Rejects as soon as the signal is aborted, whatever becomes of the work. */
export function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, {once: true});
    const forget = () => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).then(forget, forget);
  });
}

function closed(): TransportError {
  return new TransportError('aborted', phrase('connect.closed'));
}
