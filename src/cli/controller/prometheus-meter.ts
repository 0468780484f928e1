/** What the engine measures, as Prometheus reads it: the engine's own metrics, and those of the process that Node's dashboards know. */
import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from 'prom-client';
import {engineMetrics, type Meter} from '../../engine/metrics.ts';

export type PrometheusMeter = Meter & {
  readonly contentType: string;
  text(): Promise<string>;
};

export function createPrometheusMeter(): PrometheusMeter {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, metric] of Object.entries(engineMetrics)) {
    const settings = {name, help: metric.help, labelNames: [...metric.labels], registers: [registry]};
    switch (metric.kind) {
      case 'counter':
        counters.set(name, new Counter(settings));
        break;
      case 'gauge':
        gauges.set(name, new Gauge(settings));
        break;
      case 'histogram':
        histograms.set(name, new Histogram({...settings, buckets: [...metric.buckets]}));
        break;
    }
  }
  collectDefaultMetrics({register: registry});
  return {
    count: (name, labels) => counters.get(name)?.inc(labels),
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    observe: (name, labels, seconds) => histograms.get(name)?.observe(labels, seconds),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
