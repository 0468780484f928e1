/** Watches which members hold the newest rows, and says for each deletion of a disk or a pod how many safe copies stayed. */
import {setTimeout as sleep} from 'node:timers/promises';
import {isFields, readList, readString} from '../../../src/domain/fields.ts';
import type {NodeAgent} from './node-agent.ts';

/** By the controller, as the API server took it. */
export type Deletion = {readonly atMs: number; readonly resource: 'persistentvolumeclaims' | 'pods'; readonly name: string};

type Sample = {readonly atMs: number; readonly leaders: readonly string[]; readonly streaming: readonly string[]};

const pauseMs = 200;
const answerMsMax = 1_000;

export class SafetyWitness {
  readonly #samples: Sample[] = [];
  readonly #controller = new AbortController();

  static watch(agent: NodeAgent): SafetyWitness {
    const witness = new SafetyWitness();
    void witness.#look(agent);
    return witness;
  }

  stop(): void {
    this.#controller.abort();
  }

  /** Times at which the lead was somewhere else than before, from the first leader on. */
  get leaders(): readonly string[] {
    const names = this.#samples.flatMap(({leaders}) => (leaders.length === 1 ? leaders : []));
    return names.filter((name, index) => name !== names[index - 1]);
  }

  /** Members whose copy was safe just before, besides the one that the deletion took: the leader and who streamed from it. */
  copiesBeside({atMs, name}: Deletion): readonly string[] {
    const member = name.replace(/^pgdata-/, '');
    const before = this.#samples.findLast(sample => sample.atMs <= atMs);
    if (before === undefined) return [];
    const [leader] = before.leaders;
    return leader === undefined || leader === member ? [] : [leader, ...before.streaming.filter(each => each !== member)];
  }

  async #look(agent: NodeAgent): Promise<void> {
    const {signal} = this.#controller;
    while (!signal.aborted) {
      const members = agent.workers.filter(({pod}) => pod.metadata.labels?.application === 'spilo');
      const reports = await Promise.all(members.map(async ({pod, address}) => ({name: pod.metadata.name, report: await report(address)})));
      const leading = reports.filter(({report: said}) => ['master', 'primary'].includes(readString(said, 'role') ?? ''));
      const streaming = leading.flatMap(({report: said}) => readList(said, 'replication'));
      this.#samples.push({
        atMs: Date.now(),
        leaders: leading.map(({name}) => name),
        streaming: streaming.flatMap(each => (isFields(each) && each.state === 'streaming' ? [String(each.application_name)] : [])),
      });
      await sleep(pauseMs, undefined, {signal}).catch(() => undefined);
    }
  }
}

async function report(address: string | undefined): Promise<unknown> {
  if (address === undefined) return undefined;
  try {
    const answer = await fetch(`http://${address}:8008/patroni`, {signal: AbortSignal.timeout(answerMsMax)});
    return await answer.json();
  } catch {
    return undefined;
  }
}
