/** Sources whose freshness and restarts are measured: a watch that is silently dead is seen from outside. */
import type {Clock} from '../../domain/clock.ts';
import {resourceName} from '../../domain/resource.ts';
import type {OpenSource, SourceStatus} from '../../domain/source.ts';
import type {Meter} from '../../engine/metrics.ts';

export type MeasuredSources = {
  readonly open: OpenSource;
  /** Sets the ages as they are now. */
  measure(): void;
  /** Of those that are open and not live, why. */
  troubles(): readonly string[];
};

export function measureSources(open: OpenSource, clock: Clock, meter: Meter): MeasuredSources {
  const statuses = new Map<object, {readonly source: string; readonly status: SourceStatus}>();
  return {
    open: (spec, sink) => {
      const source = resourceName(spec.resource);
      const key = {};
      const handle = open(spec, {
        ...sink,
        status: status => {
          const restarts = status.restarts - (statuses.get(key)?.status.restarts ?? 0);
          for (let count = 0; count < restarts; count += 1) {
            meter.count('watch_restarts_total', {source, reason: status.reason?.key ?? 'unknown'});
          }
          statuses.set(key, {source, status});
          sink.status(status);
        },
      });
      return {
        stop: () => {
          statuses.delete(key);
          handle.stop();
        },
      };
    },
    measure: () => {
      for (const {source, status} of statuses.values()) {
        if (status.lastByteAt !== undefined) {
          meter.set('watch_last_byte_age_seconds', {source}, Math.max(0, clock.now() - status.lastByteAt) / 1000);
        }
      }
    },
    troubles: () =>
      [...statuses.values()].filter(({status}) => status.state !== 'live').map(({source, status}) => `${source} is ${status.state}`),
  };
}
