/** JSON over HTTP to an API server or to etcd, over a fixed number of kept connections; only for tests. */
import {Agent as HttpAgent, request as requestHttp} from 'node:http';
import {Agent as HttpsAgent, request as requestHttps} from 'node:https';

const TIMEOUT_MS = 30_000;
const CONNECTIONS = 16;

export type ApiClientOptions = {
  readonly server: string;
  readonly certificateAuthority?: string;
  readonly token?: string;
  readonly connections?: number;
};

export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly timeoutMs?: number;
};

/** An answer of 400 and above; the message is that of the Status object the server sent. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
  }
}

export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #isSecure: boolean;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#isSecure = options.server.startsWith('https:');
    const pool = {keepAlive: true, maxSockets: options.connections ?? CONNECTIONS};
    this.#agent = this.#isSecure ? new HttpsAgent({...pool, ca: options.certificateAuthority}) : new HttpAgent(pool);
  }

  /** The answer's JSON (text where it is no JSON), trusted to be a `Body`. */
  async send<Body = unknown>(request: ApiRequest): Promise<Body> {
    const {status, text} = await this.#exchange(request);
    if (status >= 400) throw toApiError(request, status, text);
    return parseBody(text);
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(request: ApiRequest): Promise<{status: number; text: string}> {
    const {promise, resolve, reject} = Promise.withResolvers<{status: number; text: string}>();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const signal = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    const open = this.#isSecure ? requestHttps : requestHttp;
    const outgoing = open(new URL(request.path, this.#options.server), {
      agent: this.#agent,
      method: request.method ?? 'GET',
      headers: this.#headers(request, body),
      signal,
    });
    const fail = (error: Error): void => reject(signal.aborted ? toTimeout(request) : error);
    outgoing.on('error', fail);
    outgoing.on('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => resolve({status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8')}));
    });
    outgoing.end(body);
    return promise;
  }

  #headers(request: ApiRequest, body: string | undefined): Record<string, string> {
    const headers: Record<string, string> = {accept: 'application/json'};
    if (this.#options.token !== undefined) headers.authorization = `Bearer ${this.#options.token}`;
    if (body !== undefined) {
      headers['content-type'] = request.contentType ?? 'application/json';
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    return headers;
  }
}

/** Whether a GET is answered with success soon; a server that is away is a plain no. */
export async function answersGet(options: ApiClientOptions, path: string): Promise<boolean> {
  const client = new ApiClient(options);
  try {
    await client.send({path, timeoutMs: 2_000});
    return true;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

function parseBody<Body>(text: string): Body;
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toTimeout(request: ApiRequest): Error {
  return new Error(`${request.method ?? 'GET'} ${request.path}: no answer within ${request.timeoutMs ?? TIMEOUT_MS} ms`);
}

function toApiError(request: ApiRequest, status: number, text: string): ApiError {
  const {reason, message} = parseBody<{reason?: string; message?: string}>(text);
  return new ApiError(status, reason ?? '', `${request.method ?? 'GET'} ${request.path}: ${status} ${message ?? text}`);
}
