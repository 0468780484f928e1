/** What a container of the demo writes: always the same lines at the same times for the same container, made only when asked for. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {LogLine} from '../apiserver/pod-runtime.ts';
import {second, spread} from './seeding.ts';

export type LogSpan = {
  readonly startMs: number;
  /** Absent while it runs. */
  readonly endMs?: number;
  /** What it died of. */
  readonly lastWords?: string;
};

type Tale = (pick: (choices: readonly string[]) => string, atMs: number, turn: number) => string;

const modules = ['prometheus', 'cni-cilium', 'node-manager', 'ingress-nginx', 'cert-manager', 'user-authn', 'console'];

const deckhouse: Tale = (pick, atMs) =>
  JSON.stringify({
    level: pick(['info', 'info', 'info', 'info', 'warn']),
    msg: pick([
      'Module hook success',
      'Global hook success',
      'Task added to queue',
      'Module run success',
      'ModuleRun queued',
      'Release is not ready yet',
    ]),
    module: pick(modules),
    binding: pick(['schedule', 'kubernetes', 'beforeHelm', 'afterHelm']),
    queue: pick(['main', '/modules/node-manager', '/modules/prometheus']),
    time: new Date(atMs).toISOString(),
  });

const klog: Tale = (pick, atMs, turn) => {
  const time = new Date(atMs).toISOString();
  const head = `${pick(['I', 'I', 'I', 'I', 'W'])}${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23)}000       1`;
  return `${head} ${pick([
    `controller.go:${100 + (turn % 400)}] "Reconciled" object="${pick(modules)}" duration="${2 + (turn % 90)}ms"`,
    'leaderelection.go:271] successfully renewed lease kube-system/controller',
    `reflector.go:${300 + (turn % 90)}] "Watch closed normally" type="*v1.Node" items=${turn % 17}`,
    `trace.go:236] "Update" url="/api/v1/nodes" verb="PATCH" (total time: ${501 + (turn % 700)}ms)`,
  ])}`;
};

const access: Tale = (pick, atMs, turn) =>
  `10.111.${turn % 200}.${2 + (turn % 250)} - - [${new Date(atMs).toISOString()}] "${pick(['GET', 'GET', 'GET', 'POST'])} ${pick([
    '/',
    '/healthz',
    '/api/v1/orders',
    '/api/v1/items?page=2',
    '/static/app.js',
    '/login',
  ])} HTTP/1.1" ${pick(['200', '200', '200', '200', '304', '404', '502'])} ${120 + (turn % 9000)} ${(turn % 900) / 1000}`;

const logfmt: Tale = (pick, atMs, turn) =>
  `ts=${new Date(atMs).toISOString()} level=${pick(['info', 'info', 'info', 'debug', 'warn'])} component=${pick(['store', 'api', 'worker', 'cache'])} msg="${pick(
    ['request served', 'compaction finished', 'flushed to disk', 'cache refreshed', 'slow query', 'connection pool resized'],
  )}" took=${turn % 950}ms`;

export class LogStory {
  readonly #name: string;
  readonly #tale: Tale;
  readonly #span: LogSpan;
  /** Lines come about so far apart. */
  readonly #everyMs: number;
  #turn = 0;

  constructor(pod: KubeObject, container: string, span: LogSpan) {
    const {name, namespace = ''} = pod.metadata;
    this.#name = `${namespace}/${name}/${container}`;
    this.#tale = taleOf(namespace, container);
    this.#span = span;
    this.#everyMs = Math.round((1.5 + 6 * spread(this.#name)) * second);
  }

  /** The last lines up to a moment; `next` goes on from there. */
  until(nowMs: number, linesMax: number): readonly LogLine[] {
    const {startMs, endMs, lastWords} = this.#span;
    const lastMs = Math.min(nowMs, endMs ?? nowMs);
    const turns = Math.max(0, Math.floor((lastMs - startMs) / this.#everyMs));
    const lines: LogLine[] = [];
    for (this.#turn = Math.max(0, turns - linesMax); this.#atMs(this.#turn) <= lastMs; ) lines.push(this.next());
    if (endMs !== undefined && lastWords !== undefined) lines.push({atMs: endMs, text: lastWords});
    return lines.slice(-linesMax);
  }

  next(): LogLine {
    const turn = this.#turn++;
    const atMs = this.#atMs(turn);
    let round = 0;
    const pick = (choices: readonly string[]) => choices[Math.floor(spread(`${this.#name}/${turn}/${round++}`) * choices.length)] ?? '';
    return {atMs, text: this.#tale(pick, atMs, turn)};
  }

  #atMs(turn: number): number {
    return this.#span.startMs + Math.round((turn + 0.8 * spread(`${this.#name}/${turn}`)) * this.#everyMs);
  }
}

function taleOf(namespace: string, container: string): Tale {
  if (container === 'deckhouse') return deckhouse;
  if (namespace === 'kube-system' || /controller|operator|autoscaler|webhook|proxy|agent/.test(container)) return klog;
  return /web|front|nginx|grafana|api/.test(container) ? access : logfmt;
}
