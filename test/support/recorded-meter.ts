/** A meter that remembers what it was told, by name and labels. */
import type {CounterName, GaugeName, HistogramName, LabelsOf, Meter} from '../../src/engine/metrics.ts';

export class RecordedMeter implements Meter {
  readonly counts: Record<string, number> = {};
  readonly values: Record<string, number> = {};
  readonly observed: Record<string, number[]> = {};

  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): void {
    const series = seriesOf(name, labels);
    this.counts[series] = (this.counts[series] ?? 0) + 1;
  }

  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.values[seriesOf(name, labels)] = value;
  }

  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
    const series = seriesOf(name, labels);
    this.observed[series] = [...(this.observed[series] ?? []), seconds];
  }
}

/** `workqueue_depth runs`, `controller_runtime_reconcile_total runs success`: label values in their order. */
function seriesOf(name: string, labels: Readonly<Record<string, string>>): string {
  return [name, ...Object.values(labels)].join(' ');
}
