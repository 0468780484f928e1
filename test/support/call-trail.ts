/** The calls of an engine's port as they come: which of them act, and which look again at what nothing has changed since. */
import type {KubeRequest} from '../../src/domain/kube-port.ts';

/** Where a fault strikes: at the n-th call of the engine's port, from 1. */
export type Fault = {readonly call: number; readonly kind: 'kill-before' | 'kill-within' | 'kill-after' | 'answer-lost'};

export class CallTrail {
  #calls = 0;
  #writes = 0;
  readonly #seen = new Set<string>();
  readonly #strikes: Fault[] = [];

  get calls(): number {
    return this.#calls;
  }

  /**
   * Faults that differ: the engine dies before and after each act, and each answer is lost. Who dies at a look leaves what who dies
   * after the write before it leaves, and the looks of a wait are like its first.
   */
  get strikes(): readonly Fault[] {
    return this.#strikes;
  }

  /** The number of the call, from 1. */
  note(what: string, kind: 'look' | 'act'): number {
    this.#calls += 1;
    const call = this.#calls;
    const sight = `${this.#writes} ${what}`;
    if (!this.#seen.has(sight)) {
      if (kind === 'act') this.#strikes.push({call, kind: 'kill-before'}, {call, kind: 'kill-after'});
      this.#strikes.push({call, kind: 'answer-lost'});
    }
    this.#seen.add(sight);
    return call;
  }

  noteRequest({method, path}: KubeRequest): number {
    // Leases are renewed as time goes by, and reviews change nothing.
    const isWrite = method !== 'GET' && !/\/leases|accessreviews/.test(path);
    const call = this.note(`${method} ${path}`, isWrite ? 'act' : 'look');
    if (isWrite) this.#writes += 1;
    return call;
  }
}
