/** Upgrades on the HTTPS face: a granted stream becomes a WebSocket, anything else is answered as to an ordinary request. */
import {Buffer} from 'node:buffer';
import {type IncomingMessage, STATUS_CODES} from 'node:http';
import type {Duplex} from 'node:stream';
import {WebSocketServer} from 'ws';
import type {ApiAnswer} from './api-call.ts';
import {serveSession} from './channel-server.ts';
import {chooseProtocol, portProtocols, processProtocols} from './pod-connect.ts';
import type {PodSession} from './pod-runtime.ts';

export type UpgradeFace = {
  answer(answer: ApiAnswer, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends the streams that are open. */
  close(): void;
};

/** Clients send input in pieces far smaller than this. */
const messageBytesMax = 32 * 1024 * 1024;

export function createUpgradeFace(): UpgradeFace {
  const faces = {process: facing(processProtocols), port: facing(portProtocols)};
  return {
    answer(answer, request, socket, head) {
      socket.on('error', () => undefined);
      if ('session' in answer) accept(faces[answer.session.kind], answer.session, request, socket, head);
      else refuse(answer, socket);
    },
    close() {
      for (const face of Object.values(faces)) for (const client of face.clients) client.terminate();
    },
  };
}

function facing(protocols: readonly string[]): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
    handleProtocols: offered => chooseProtocol([...offered].join(), protocols) ?? false,
  });
}

function accept(face: WebSocketServer, session: PodSession, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  face.handleUpgrade(request, socket, head, webSocket => void serveSession(webSocket, session));
}

function refuse(answer: ApiAnswer, socket: Duplex): void {
  const {status, headers} = answer;
  const body = 'body' in answer ? answer.body : '';
  if ('events' in answer) answer.events.close();
  const lines = Object.entries({...headers, 'content-length': Buffer.byteLength(body), connection: 'close'}).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
