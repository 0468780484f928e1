/** The HTTPS face of the embedded server, on loopback unless told otherwise: bearer token, streams sent event by event. */
import {Buffer} from 'node:buffer';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer, type Server} from 'node:https';
import type {AddressInfo} from 'node:net';
import {type ApiAnswer, type ApiCall, type EventSource, splitPath, textAnswer, type UserInfo} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import type {ApiHandler} from './api-server.ts';
import {makeServerCertificate} from './certificates.ts';
import {isPublicPath} from './discovery-handlers.ts';
import type {InFlightLimit} from './in-flight-limit.ts';
import {masters} from './rbac/authorize.ts';
import {anonymous, type KnownUser, userOfHeader} from './rbac/users.ts';
import {faultAnswer} from './request-handler.ts';
import {bodyBytesMax} from './size-limits.ts';
import {createUpgradeFace, type UpgradeFace} from './upgrade-face.ts';

export type Listening = {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
  /** Ends all streams and connections. */
  close(): Promise<void>;
};

export type ListenOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Wall clock, milliseconds since the epoch: the certificate is valid around it. */
  readonly nowMs: number;
  /** Besides the owner of the server's own token; with them one who shows no token is let in as anonymous. */
  readonly users?: readonly KnownUser[];
  /** None unless given. */
  readonly limit?: InFlightLimit;
};

const IDLE_MS = 90_000;

const owner: UserInfo = {username: 'demo', uid: '', groups: [masters]};

export async function listen(handle: ApiHandler, {host, port, nowMs, users, limit}: ListenOptions): Promise<Listening> {
  const {caPem, certPem, keyPem} = await makeServerCertificate(host, nowMs);
  const token = randomBytes(24).toString('base64url');
  const admission: Admission = {known: [{token, user: owner}, ...(users ?? [])], nobody: users === undefined ? undefined : anonymous};
  const server = createServer({cert: certPem, key: keyPem, ALPNProtocols: ['http/1.1']}, (request, response) => {
    // A client that goes away in the middle is its own business; anything else is answered inside.
    answerWithin(limit, handle, admission, request, response).catch(() => response.destroy());
  });
  const upgrades = createUpgradeFace();
  server.on('upgrade', (request, socket, head) => {
    const granted = (call: ApiCall | ApiFault) => (call instanceof ApiFault ? faultAnswer(call) : handle(call));
    readCall(admission, request).then(
      call => upgrades.answer(granted(call), request, socket, head),
      () => socket.destroy(),
    );
  });
  // Watches are long and may be quiet; idle connections are kept as long as kube-apiserver keeps them.
  server.requestTimeout = 0;
  server.keepAliveTimeout = IDLE_MS;
  server.on('secureConnection', socket => socket.setNoDelay(true));
  server.listen(port, host);
  await once(server, 'listening');
  return {url: urlOf(server, host), caPem, token, close: () => close(server, upgrades)};
}

type Admission = {readonly known: readonly KnownUser[]; readonly nobody: UserInfo | undefined};

async function answerWithin(
  limit: InFlightLimit | undefined,
  handle: ApiHandler,
  admission: Admission,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (limit === undefined) return answer(handle, admission, request, response);
  const leave = limit.enter(request.url ?? '/');
  if (leave === undefined) {
    request.resume();
    const {status, headers, body} = textAnswer(429, 'Too many requests, please try again later.\n');
    sendWhole({status, headers: {...headers, 'retry-after': String(limit.retryAfterSeconds)}, body}, response);
    return;
  }
  try {
    await answer(handle, admission, request, response);
  } finally {
    leave();
  }
}

async function answer(handle: ApiHandler, admission: Admission, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await readCall(admission, request);
  const result = call instanceof ApiFault ? faultAnswer(call) : handle(call);
  if ('body' in result) sendWhole(result, response);
  else if ('events' in result) await sendEvents(result, result.events, response);
}

async function readCall({known, nobody}: Admission, request: IncomingMessage): Promise<ApiCall | ApiFault> {
  const target = splitPath(request.url ?? '/');
  const body = await readBody(request);
  if (body === undefined) return ApiFault.tooLarge(bodyBytesMax);
  const user = userOfHeader(request.headers.authorization, known, isPublicPath(target.path) ? anonymous : nobody);
  if (user === undefined) return ApiFault.unauthorized();
  return {...target, method: request.method ?? 'GET', headers: flatHeaders(request), body, user};
}

/** undefined when there is more than the limit; the rest is read and dropped, so that the answer can be heard. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes <= bodyBytesMax) chunks.push(piece);
    else chunks.length = 0;
  }
  return bytes > bodyBytesMax ? undefined : Buffer.concat(chunks);
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]);
  return Object.fromEntries(entries);
}

function sendWhole({status, headers, body}: ApiAnswer & {readonly body: string}, response: ServerResponse): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {'cache-control': 'no-cache, private', ...headers, 'content-length': bytes.length});
  response.end(bytes);
}

/** Pulls the next piece only when the client has taken the last one: a slow client holds up nobody and costs no memory. */
async function sendEvents({status, headers}: ApiAnswer, events: EventSource, response: ServerResponse): Promise<void> {
  response.on('close', () => events.close());
  response.writeHead(status, {'cache-control': 'no-cache, private', ...headers});
  response.flushHeaders();
  for (let piece = await events.next(); piece !== undefined; piece = await events.next()) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

function urlOf(server: Server, host: string): string {
  const {port} = server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `https://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

async function close(server: Server, upgrades: UpgradeFace): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  upgrades.close();
  server.closeAllConnections();
  await closed;
}
