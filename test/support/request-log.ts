/** Remembers what was asked of an embedded server, by whom and with what answer. */
import type {EventSource} from '../../src/embedded/apiserver/api-call.ts';
import type {ApiHandler} from '../../src/embedded/apiserver/api-server.ts';

export type LoggedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** As the User-Agent has it before its first slash; client-go sends the file's name. */
  readonly program: string;
  readonly status: number;
  /** The message of a refusal. */
  readonly refusal: string;
};

export class RequestLog {
  readonly #requests: LoggedRequest[] = [];
  #streams: EventSource[] = [];

  /** For `startEmbeddedServer({wrap})`. */
  readonly wrap =
    (handle: ApiHandler): ApiHandler =>
    call => {
      const answer = handle(call);
      const [program = ''] = (call.headers['user-agent'] ?? '').split('/');
      const refusal = answer.status >= 400 && 'body' in answer ? answer.body : '';
      this.#requests.push({method: call.method, path: call.path, query: call.query, program, status: answer.status, refusal});
      if ('events' in answer) this.#streams.push(answer.events);
      return answer;
    };

  /** Of a program so far, in their order. */
  of(program: string): readonly LoggedRequest[] {
    return this.#requests.filter(request => request.program === program);
  }

  /** Ends every watch that is open, as an API server does with each after some minutes. */
  endStreams(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams = [];
  }
}

/** How many watches of each collection were opened: a client whose watches are served well opens one and keeps it. */
export function countWatches(requests: readonly LoggedRequest[]): Record<string, number> {
  return countByPath(requests.filter(request => isWatch(request) && request.status === 200));
}

/** How many times each collection was read whole, as informers do: by a watch that begins with it, or by a LIST before the watch. */
export function countStarts(requests: readonly LoggedRequest[]): Record<string, number> {
  return countByPath(requests.filter(request => (isList(request) || isWatchList(request)) && request.status === 200));
}

export function isWatch({method, query}: LoggedRequest): boolean {
  return method === 'GET' && query.has('watch');
}

function isWatchList(request: LoggedRequest): boolean {
  return isWatch(request) && request.query.get('sendInitialEvents') === 'true';
}

function isList(request: LoggedRequest): boolean {
  return request.method === 'GET' && !isWatch(request) && (request.query.has('limit') || request.query.has('resourceVersion'));
}

/** How many of the requests went to each path. */
export function countByPath(requests: readonly LoggedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const {path} of requests) counts[path] = (counts[path] ?? 0) + 1;
  return counts;
}
