/** What the engine counts and measures, under the names that dashboards made for controller-runtime know, and the port that takes it. */

type MetricShape = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, seconds; of histograms only. */
  readonly buckets?: readonly number[];
};

/** The buckets of controller-runtime and client-go, bound for bound. */
const reconcileBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5,
  5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
const queueBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 45, 60];
const stepBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 21_600];
const gateBuckets = [10, 60, 300, 900, 3600, 14_400, 86_400, 604_800];

export const engineMetrics = {
  controller_runtime_reconcile_total: counter('Reconciliations by outcome', ['controller', 'result']),
  controller_runtime_reconcile_errors_total: counter('Reconciliations that failed', ['controller']),
  controller_runtime_terminal_reconcile_errors_total: counter('Reconciliations that failed for good', ['controller']),
  controller_runtime_reconcile_panics_total: counter('Programmer errors in reconcilers', ['controller']),
  controller_runtime_reconcile_timeouts_total: counter('Reconciliations that ran out of time', ['controller']),
  controller_runtime_reconcile_time_seconds: histogram('Duration of a reconciliation', ['controller'], reconcileBuckets),
  controller_runtime_max_concurrent_reconciles: gauge('Reconciliations that may run at once', ['controller']),
  controller_runtime_active_workers: gauge('Reconciliations that run', ['controller']),
  workqueue_depth: gauge('Keys that wait', ['name']),
  workqueue_adds_total: counter('Keys added', ['name']),
  workqueue_queue_duration_seconds: histogram('Time a key waits before it is taken', ['name'], queueBuckets),
  workqueue_work_duration_seconds: histogram('Time a key is worked on', ['name'], queueBuckets),
  workqueue_unfinished_work_seconds: gauge('Seconds of work in progress, all workers together', ['name']),
  workqueue_longest_running_processor_seconds: gauge('Seconds of the longest work in progress', ['name']),
  workqueue_retries_total: counter('Keys added for later', ['name']),
  leader_election_master_status: gauge('1 while this process holds the lease', ['name']),
  leader_election_slowpath_total: counter('Renewals that had to read the lease first', ['name']),
  rest_client_requests_total: counter('Requests to the API server', ['code', 'method', 'host']),
  rest_client_request_duration_seconds: histogram('Duration of a request', ['verb', 'host'], requestBuckets),
  watch_last_byte_age_seconds: gauge('Age of the last byte of a watch', ['source']),
  watch_restarts_total: counter('Watches opened anew', ['source', 'reason']),
  cache_miss_total: counter('Differences between cache and server that the watch did not bring', ['source']),
  runbook_step_seconds: histogram('Duration of a step', ['runbook', 'step', 'outcome'], stepBuckets),
  runbook_gate_wait_seconds: histogram('Time a run waited for people', ['runbook', 'gate'], gateBuckets),
  runbook_unknown_outcomes_total: counter('Effects whose outcome nobody can tell', ['runbook', 'step']),
} as const satisfies Readonly<Record<string, MetricShape>>;

type Metrics = typeof engineMetrics;
type NamesOf<Kind extends MetricShape['kind']> = {
  [Name in keyof Metrics]: Metrics[Name]['kind'] extends Kind ? Name : never;
}[keyof Metrics];
export type LabelsOf<Name extends keyof Metrics> = Readonly<Record<Metrics[Name]['labels'][number], string>>;
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;

export type Meter = {
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): void;
  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  observe<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, seconds: number): void;
};

function counter<const Labels extends readonly string[]>(help: string, labels: Labels) {
  return {kind: 'counter', help, labels} as const;
}

function gauge<const Labels extends readonly string[]>(help: string, labels: Labels) {
  return {kind: 'gauge', help, labels} as const;
}

function histogram<const Labels extends readonly string[]>(help: string, labels: Labels, buckets: readonly number[]) {
  return {kind: 'histogram', help, labels, buckets} as const;
}
