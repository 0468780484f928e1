/** Three replicas share a queue while they are killed, frozen and cut off at random: every effect happens once, and no run is lost. */
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {loadObjects} from '../support/control-plane/load-objects.ts';
import type {ControllerProcess} from '../support/controller-process.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {LinkProxy} from '../support/link-proxy.ts';
import {countWrites, isOver, RunCluster} from '../support/runs/run-cluster.ts';

const runCount = Number(process.env.DECKHAND_QUEUED_RUNS ?? 200);
const seed = Number(process.env.DECKHAND_SEED ?? 1);
const leases = ['--leases', '4/3.2/0.7'];
/** Longer than a lease lasts. */
const awayMs = 5_500;
const troubleEveryMs = 2_500;
const kinds = 4;
const deadlineMs = 120_000 + 3_000 * runCount;

let program: Program;
let cluster: RunCluster;
let replicas: Replica[] = [];

beforeAll(async () => {
  program = await buildProgram();
  cluster = await RunCluster.start(program, {
    groups: 'nodes',
    people: {ivan: [{apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch']}]},
  });
  await loadObjects(
    cluster.plane,
    Array.from({length: runCount}, (_, index) => ({apiVersion: 'v1', kind: 'Node', metadata: {name: `worker-${index}`}})),
  );
});
afterAll(async () => {
  await Promise.all(replicas.map(replica => replica.close()));
  await cluster?.stop();
  await program?.remove();
});

test(`${runCount} runs, seed ${seed}`, {timeout: deadlineMs + 60_000}, async () => {
  replicas = await Promise.all(['a', 'b', 'c'].map(name => Replica.start(name)));
  const names = Array.from({length: runCount}, (_, index) => `cordon-${index}`);
  await Promise.all(names.map((name, index) => cluster.submit('ivan', name, 'node-cordon', {target: `worker-${index}`})));
  const random = drawFrom(seed);
  let isQuiet = false;
  const troubles = (async () => {
    for (let count = 0; !isQuiet; ) {
      await sleep(troubleEveryMs);
      // Those who are in trouble already are left to get out of it.
      const well = replicas.filter(replica => replica.isWell);
      if (well.length === 0) continue;
      // Each kind once, then at random.
      const share = count < kinds ? (count + 0.5) / kinds : random();
      await well[Math.floor(random() * well.length)]?.suffer(share);
      count += 1;
    }
  })();
  // One after another: a list of all, asked for again and again, would keep the API server from its work.
  for (const name of names) await cluster.untilRun(name, isOver, () => replicas.map(({suffered}) => suffered), deadlineMs);
  const runs = await cluster.runs();
  isQuiet = true;
  await troubles;
  expect(runs.filter(({status}) => status?.phase !== 'Succeeded').map(({metadata, status}) => [metadata.name, status])).toEqual([]);
  const writes = countWrites(await cluster.audit(), 'nodes', 'patch');
  expect([...writes].filter(([, count]) => count !== 1)).toEqual([]);
  expect(writes.size).toBe(runCount);
  const suffered = replicas.flatMap(replica => replica.suffered);
  for (const kind of ['killed', 'frozen', 'cut off', 'unheard']) expect(suffered, `${suffered}`).toContain(kind);
  expect(Math.max(...runs.map(({status}) => Number(Object(status?.holder).epoch)))).toBeGreaterThan(1);
});

/** One place among the replicas, with a line to the API server of its own. */
class Replica {
  readonly suffered: string[] = [];
  readonly #name: string;
  readonly #line: LinkProxy;
  #process: ControllerProcess;
  #away: Promise<unknown> | undefined;

  private constructor(name: string, line: LinkProxy, process: ControllerProcess) {
    this.#name = name;
    this.#line = line;
    this.#process = process;
  }

  static async start(name: string): Promise<Replica> {
    const line = await LinkProxy.open(Number(new URL(cluster.plane.server).port));
    return new Replica(name, line, await cluster.startReplica(name, {server: line.url, args: leases}));
  }

  get isWell(): boolean {
    return this.#away === undefined;
  }

  /** `share` from 0 to 1 picks what happens; it is over some seconds later. */
  async suffer(share: number): Promise<void> {
    const [kind, trouble] = share < 0.25 ? this.#kill() : share < 0.5 ? this.#freeze() : share < 0.75 ? this.#cut() : this.#mute();
    this.suffered.push(kind);
    this.#away = trouble.finally(() => {
      this.#away = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#away;
    await this.#process.ended('SIGKILL');
    await this.#line.close();
  }

  #kill(): [string, Promise<void>] {
    const restart = async () => {
      await this.#process.ended('SIGKILL');
      this.#process = await cluster.startReplica(this.#name, {server: this.#line.url, args: leases});
    };
    return ['killed', restart()];
  }

  #freeze(): [string, Promise<void>] {
    this.#process.signal('SIGSTOP');
    return ['frozen', sleep(awayMs).then(() => this.#process.signal('SIGCONT'))];
  }

  #cut(): [string, Promise<void>] {
    this.#line.refuse();
    return ['cut off', sleep(awayMs).then(() => this.#line.restore())];
  }

  /** What it sends waits on the line, and arrives when nobody expects it any more. */
  #mute(): [string, Promise<void>] {
    this.#line.stop();
    return ['unheard', sleep(awayMs).then(() => this.#line.restore())];
  }
}

function drawFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
