/** The engine without a screen: how fast it carries runs out, what it takes to know ten thousand, and how soon another goes on. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ApiClient} from '../test/support/control-plane/api-client.ts';
import {loadObjects} from '../test/support/control-plane/load-objects.ts';
import {waitUntil} from '../test/support/control-plane/wait-until.ts';
import {ControllerProcess} from '../test/support/controller-process.ts';
import {LinkProxy} from '../test/support/link-proxy.ts';
import {createRun, type RunObject, readRunObject, runsNamespace} from '../test/support/runs/run-objects.ts';
import type {Figure} from './figures.ts';
import {pause} from './pause.ts';
import {readMemory} from './process-usage.ts';
import {program} from './program.ts';
import type {Target} from './target.ts';

const requestedBy = {user: 'bench', groups: ['system:masters']};
/** One way, in the figures with several replicas. */
const farMs = 10;
const manyRuns = 1_000;
const severalRuns = 200;
const fewRuns = 60;
const finishedRuns = 10_000;
const memoryMbMax = 256;
const takeOverMsMax = 16_000;
const resumeMsMax = 5_000;
/** After the last request of its start, for garbage to go. */
const settleMs = 10_000;
const deadlineMs = 900_000;

export async function measureRuns(target: Target): Promise<Figure[]> {
  const bench = new RunBench(target);
  try {
    // What a replica knows grows with each measurement: the fewest first.
    const measurements = [
      () => bench.takeOver('watching'),
      () => bench.takeOver('late'),
      () => bench.resume(),
      // Near by, two cores are soon busy; it is the way to the API server and back that replicas share.
      ...[1, 2, 3].map(replicas => () => bench.speed(replicas, fewRuns, farMs)),
      // On etcd a thousand take minutes and tell the same as two hundred.
      () => bench.speed(1, severalRuns),
      ...(target.name === 'embedded' ? [() => bench.speed(1, manyRuns), () => bench.memory()] : []),
    ];
    const figures: Figure[] = [];
    for (const measure of measurements) {
      const figure = await measure();
      process.stderr.write(`  ${figure.name}: ${figure.measured.toFixed(0)} ${figure.unit}\n`);
      figures.push(figure);
    }
    return figures;
  } finally {
    await bench.close();
  }
}

class RunBench {
  readonly #target: Target;
  readonly #api: ApiClient;
  readonly #home = mkdtempSync(join(tmpdir(), 'deckhand-bench-runs-'));
  readonly #replicas = new Set<ControllerProcess>();
  #nodes = 0;

  constructor(target: Target) {
    this.#target = target;
    this.#api = new ApiClient(target.connection);
  }

  async close(): Promise<void> {
    for (const replica of this.#replicas) await replica.ended('SIGKILL');
    this.#api.close();
    rmSync(this.#home, {recursive: true, force: true});
  }

  /** Runs of one step each, on nodes of their own, submitted all at once. */
  async speed(replicas: number, runs: number, delayMs = 0): Promise<Figure> {
    const line = await LinkProxy.open(Number(new URL(this.#target.connection.server).port), delayMs);
    const started = await Promise.all(Array.from({length: replicas}, () => this.#startReplica(line.url)));
    const targets = await this.#makeNodes(runs);
    const startMs = performance.now();
    const made: RunObject[] = [];
    for (const name of targets) made.push(await this.#submit('node-cordon', name));
    for (const run of made) await this.#until(run, ({phase}) => phase === 'Succeeded');
    const seconds = (performance.now() - startMs) / 1000;
    await Promise.all(started.map(replica => this.#end(replica, 'SIGTERM')));
    await line.close();
    const way = delayMs === 0 ? '' : `, ${delayMs} ms to the API server`;
    return {
      ...this.#figure(`${runs} one-step runs, ${replicas} replica${replicas === 1 ? '' : 's'}${way}`),
      measured: seconds * 1000,
      unit: 'ms',
      note: `${(runs / seconds).toFixed(1)} runs/s, from the first submission to the last end`,
    };
  }

  /** From the death of the holder to the first write of another, with the leases of production. */
  async takeOver(candidate: 'watching' | 'late'): Promise<Figure> {
    const first = await this.#startReplica();
    const run = await this.#startWaiting();
    const watching = candidate === 'watching' ? await this.#startReplica() : undefined;
    // Long enough for it to have seen the holder renew.
    await pause(3_000);
    await this.#end(first, 'SIGKILL');
    let startMs = performance.now();
    const second = watching ?? (await this.#startReplica());
    if (candidate === 'late') startMs = performance.now();
    await this.#until(run, ({holder}) => holder?.epoch === 2);
    const measured = performance.now() - startMs;
    await this.#finish(run);
    await this.#end(second, 'SIGTERM');
    const since =
      candidate === 'watching' ? 'the death of the holder, which is at most 2 s after its last renewal' : 'the start of the second';
    return {
      ...this.#figure(`take-over by one ${candidate === 'watching' ? 'that watches' : 'started later'}`),
      limit: takeOverMsMax,
      measured,
      unit: 'ms',
      note: `from ${since}`,
    };
  }

  /** From a holder that is told to stop to the first write of another. */
  async resume(): Promise<Figure> {
    const first = await this.#startReplica();
    const run = await this.#startWaiting();
    const second = await this.#startReplica();
    await pause(1_000);
    await this.#end(first, 'SIGTERM');
    const startMs = performance.now();
    await this.#until(run, ({holder}) => holder?.epoch === 2);
    const measured = performance.now() - startMs;
    await this.#finish(run);
    await this.#end(second, 'SIGTERM');
    return {
      ...this.#figure('resume after a handover'),
      limit: resumeMsMax,
      measured,
      unit: 'ms',
      note: 'from the end of the first process',
    };
  }

  /** Runs that ended long ago, as they are kept: most of what a replica reads at its start. */
  async memory(): Promise<Figure> {
    const [template] = (await this.#api.send<{items: RunObject[]}>({path: `${runsPath}?limit=1`})).items;
    const known = (await this.#api.send<{items: unknown[]}>({path: runsPath})).items.length;
    const objects = Array.from({length: Math.max(0, finishedRuns - known)}, (_, index) => ({
      apiVersion: 'deckhand.dev/v1alpha1',
      kind: 'RunbookRun',
      metadata: {name: `finished-${index}`, namespace: runsNamespace},
      spec: template?.spec,
      // The uid of another run would make the record count for nothing.
      status: {...template?.status, runUID: ''},
    }));
    await loadObjects({connectionOf: () => this.#target.connection}, objects);
    const replica = await this.#startReplica();
    await pause(settleMs);
    const {nowMb, peakMb} = readMemory(replica.pid);
    await this.#end(replica, 'SIGTERM');
    return {
      ...this.#figure(`memory of a replica with ${finishedRuns} finished runs`),
      limit: memoryMbMax,
      measured: nowMb,
      unit: 'MB',
      note: `resident; at most ${peakMb.toFixed(0)} MB on the way`,
    };
  }

  #figure(name: string): Pick<Figure, 'target' | 'name' | 'limit'> {
    return {target: this.#target.name, name, limit: undefined};
  }

  async #startReplica(server?: string): Promise<ControllerProcess> {
    const {command, args} = program([
      '--controller',
      '--kubeconfig',
      this.#target.kubeconfig,
      '--trust-requesters',
      ...(server === undefined ? [] : ['--server', server]),
    ]);
    const replica = await ControllerProcess.spawn([command, ...args], {PATH: process.env.PATH, HOME: this.#home, POD_NAME: 'bench'});
    this.#replicas.add(replica);
    await waitUntil('the replica is ready', async () => (await replica.probe('/readyz')).code === 200, {deadlineMs});
    return replica;
  }

  async #end(replica: ControllerProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await replica.ended(signal);
    this.#replicas.delete(replica);
  }

  async #makeNodes(count: number, annotations: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    const names = Array.from({length: count}, (_, index) => `bench-${this.#nodes + index}`);
    this.#nodes += count;
    const drafts = names.map(name => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {name, labels: {'node.deckhouse.io/group': 'worker'}, annotations},
      status: {conditions: [{type: 'Ready', status: 'True'}]},
    }));
    await loadObjects({connectionOf: () => this.#target.connection}, drafts);
    return names;
  }

  #submit(runbook: string, target: string): Promise<RunObject> {
    return createRun(this.#api, {runbook: {name: runbook}, parameters: {target}, requestedBy}, `on-${target}`);
  }

  /** A run that has had its effect and waits for the node. */
  async #startWaiting(): Promise<RunObject> {
    const [target = ''] = await this.#makeNodes(1, {'update.node.deckhouse.io/waiting-for-approval': ''});
    const run = await this.#submit('node-update-approve', target);
    await this.#until(run, ({steps}) => steps?.[0]?.state === 'Verifying');
    return run;
  }

  async #finish(run: RunObject): Promise<void> {
    const annotations = {'update.node.deckhouse.io/waiting-for-approval': null, 'update.node.deckhouse.io/approved': null};
    await this.#api.send({
      method: 'PATCH',
      path: `/api/v1/nodes/${String(Object(run.spec.parameters).target)}`,
      body: {metadata: {annotations}},
      contentType: 'application/merge-patch+json',
    });
    await this.#until(run, ({phase}) => phase === 'Succeeded');
  }

  async #until(run: RunObject, isIt: (status: Status) => boolean): Promise<void> {
    let seen: RunObject | undefined;
    await waitUntil(
      `the run ${run.metadata.name} is there`,
      async () => {
        seen = await readRunObject(this.#api, run);
        return isIt(seen.status ?? {});
      },
      {deadlineMs, explain: () => JSON.stringify(seen?.status)},
    );
  }
}

type Status = {
  readonly phase?: string;
  readonly holder?: {readonly epoch: number};
  readonly steps?: readonly {readonly state: string}[];
};

const runsPath = `/apis/deckhand.dev/v1alpha1/namespaces/${runsNamespace}/runbookruns`;
