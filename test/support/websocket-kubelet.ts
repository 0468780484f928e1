/**
 * A node that speaks WebSocket, for a real kube-apiserver: the paths of a kubelet, answered by an embedded server that holds
 * the same pods. The API server passes upgrades on to it unchanged.
 */
import {once} from 'node:events';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {type ApiAnswer, type ApiCall, splitPath} from '../../src/embedded/apiserver/api-call.ts';
import type {ApiHandler} from '../../src/embedded/apiserver/api-server.ts';
import {makeServerCertificate} from '../../src/embedded/apiserver/certificates.ts';
import {createUpgradeFace} from '../../src/embedded/apiserver/upgrade-face.ts';

export type WebSocketKubelet = {readonly port: number; close(): Promise<void>};

const subresources: Readonly<Record<string, string>> = {exec: 'exec', attach: 'attach', containerLogs: 'log', portForward: 'portforward'};
/** The kubelet's names for what the API server calls otherwise. */
const parameters: Readonly<Record<string, string>> = {input: 'stdin', output: 'stdout', error: 'stderr', port: 'ports'};
const user = {username: 'kube-apiserver', uid: '', groups: ['system:masters']};

export async function startWebSocketKubelet(handle: ApiHandler, nowMs: number): Promise<WebSocketKubelet> {
  const {certPem, keyPem} = await makeServerCertificate('127.0.0.1', nowMs);
  const upgrades = createUpgradeFace();
  const server = createServer({cert: certPem, key: keyPem, ALPNProtocols: ['http/1.1']}, (request, response) => {
    void sendAnswer(handle(callOf(request)), response);
  });
  server.on('upgrade', (request, socket, head) => upgrades.answer(handle(callOf(request)), request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      upgrades.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function callOf(request: IncomingMessage): ApiCall {
  const {path, query} = splitPath(request.url ?? '/');
  const [, place = '', namespace = '', pod = '', container] = path.split('/');
  const asked = new URLSearchParams([...query].map(([name, value]): [string, string] => [parameters[name] ?? name, value]));
  if (container !== undefined) asked.set('container', container);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const target = `/api/v1/namespaces/${namespace}/pods/${pod}/${subresources[place] ?? 'none'}`;
  return {method: request.method ?? 'GET', path: target, query: asked, headers: {...headers, accept: '*/*'}, body: new Uint8Array(), user};
}

/** A kubelet refuses in plain words. */
async function sendAnswer(answer: ApiAnswer, response: ServerResponse): Promise<void> {
  if ('session' in answer) throw new Error('a stream was granted to a plain request');
  response.writeHead(answer.status, {'content-type': 'text/plain'});
  if ('body' in answer) {
    response.end(answer.status < 400 ? answer.body : JSON.parse(answer.body).message);
    return;
  }
  response.on('close', () => answer.events.close());
  response.flushHeaders();
  for (let piece = await answer.events.next(); piece !== undefined; piece = await answer.events.next()) response.write(piece);
  response.end();
}
