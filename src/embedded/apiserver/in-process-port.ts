/** The in-process face of the server: the same requests and answers, without a socket. */

import {type KubePort, type KubeRequest, type KubeResponse, type KubeStream, TransportError} from '../../domain/kube-port.ts';
import {phrase} from '../../domain/messages/phrase.ts';
import {type ApiAnswer, type ApiCall, type EventSource, splitPath, type UserInfo} from './api-call.ts';

export class InProcessPort implements KubePort {
  readonly #handle: (call: ApiCall) => ApiAnswer;
  readonly #user: UserInfo;

  constructor(handle: (call: ApiCall) => ApiAnswer, user: UserInfo) {
    this.#handle = handle;
    this.#user = user;
  }

  async request(request: KubeRequest): Promise<KubeResponse> {
    const answer = this.#ask(request);
    if ('body' in answer) return answer;
    if ('session' in answer) throw upgraded();
    let body = '';
    for await (const piece of pieces(answer.events, request.signal)) body += piece;
    return {status: answer.status, headers: answer.headers, body};
  }

  async stream(request: KubeRequest): Promise<KubeStream> {
    const answer = this.#ask(request);
    const {status, headers} = answer;
    if ('session' in answer) throw upgraded();
    return {status, headers, body: encoded('body' in answer ? [answer.body] : pieces(answer.events, request.signal))};
  }

  #ask({method, path, headers = {}, body = '', signal}: KubeRequest): ApiAnswer {
    if (signal?.aborted === true) throw aborted();
    return this.#handle({
      ...splitPath(path),
      method,
      headers,
      user: this.#user,
      body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    });
  }
}

/** Listens to the signal from now on, also while nobody reads. */
function pieces(events: EventSource, signal: AbortSignal | undefined): AsyncIterable<string> {
  const close = () => events.close();
  signal?.addEventListener('abort', close, {once: true});
  return drain(events, signal, () => {
    signal?.removeEventListener('abort', close);
    events.close();
  });
}

async function* drain(events: EventSource, signal: AbortSignal | undefined, leave: () => void): AsyncGenerator<string> {
  try {
    for (let piece = await events.next(); piece !== undefined; piece = await events.next()) yield piece;
    if (signal?.aborted === true) throw aborted();
  } finally {
    leave();
  }
}

async function* encoded(source: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of source) yield encoder.encode(piece);
}

function aborted(): TransportError {
  return new TransportError('aborted', phrase('connect.aborted'));
}

/** Only a call that asks for an upgrade is granted one, and this port makes none. */
function upgraded(): Error {
  return new Error('a stream into a pod was granted to a plain request');
}
