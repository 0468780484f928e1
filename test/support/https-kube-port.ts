/** A KubePort over node:https with a CA and a token: for tests that must not lean on the product's own transport. */
import type {IncomingMessage} from 'node:http';
import {request as sendRequest} from 'node:https';
import {type KubePort, type KubeRequest, type KubeResponse, type KubeStream, TransportError} from '../../src/domain/kube-port.ts';
import {phrase} from '../../src/domain/messages/phrase.ts';

export type HttpsServer = {readonly url: string; readonly caPem: string; readonly token: string};

export function httpsKubePort(server: HttpsServer): KubePort {
  return {
    request: async (request: KubeRequest): Promise<KubeResponse> => {
      const answer = await open(server, request);
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      return {...head(answer), body: Buffer.concat(chunks).toString('utf8')};
    },
    stream: async (request: KubeRequest): Promise<KubeStream> => {
      const answer = await open(server, request);
      return {...head(answer), body: answer};
    },
  };
}

function open({url, caPem, token}: HttpsServer, {method, path, headers, body, signal}: KubeRequest): Promise<IncomingMessage> {
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>();
  const outgoing = sendRequest(new URL(path, url), {
    method,
    ca: caPem,
    headers: {authorization: `Bearer ${token}`, ...headers, ...(body !== undefined && {'content-length': Buffer.byteLength(body)})},
    ...(signal !== undefined && {signal}),
  });
  outgoing.on('response', resolve);
  outgoing.on('error', error => reject(new TransportError('reset', phrase('text', error.message), {cause: error})));
  outgoing.end(body);
  return promise;
}

function head(answer: IncomingMessage): {status: number; headers: Record<string, string>} {
  const entries = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]);
  return {status: answer.statusCode ?? 0, headers: Object.fromEntries(entries)};
}
