/** What the lab's stand-ins ask an API server, again and again where it does not answer. */
import {setTimeout as sleep} from 'node:timers/promises';
import {isFields} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {KubePort, KubeRequest, KubeResponse} from '../../../src/domain/kube-port.ts';

const pauseMs = 200;

export class LabRequests {
  readonly #port: KubePort;
  readonly #signal: AbortSignal;

  /** Nothing more is asked once the signal has come. */
  constructor(port: KubePort, signal: AbortSignal) {
    this.#port = port;
    this.#signal = signal;
  }

  /** undefined where there is no such object. */
  async get(path: string): Promise<KubeObject | undefined> {
    const answer = await this.#send({method: 'GET', path});
    const value: unknown = JSON.parse(answer.body);
    return answer.status === 200 && isFields(value) ? (value as KubeObject) : undefined;
  }

  /** The status of the answer. */
  async write(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body: object, contentType = 'application/json'): Promise<number> {
    return (await this.#send({method, path, body: JSON.stringify(body), headers: {'content-type': contentType}})).status;
  }

  async #send(request: KubeRequest): Promise<KubeResponse> {
    for (;;) {
      this.#signal.throwIfAborted();
      const answer = await this.#port.request(request).catch(() => undefined);
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
      await sleep(pauseMs);
    }
  }
}
