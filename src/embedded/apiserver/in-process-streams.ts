/** The in-process face of what runs inside pods: the same sessions as over a WebSocket, without a socket. */
import {type KubePort, TransportError} from '../../domain/kube-port.ts';
import {phrase} from '../../domain/messages/phrase.ts';
import {attachPath, execPath, logPath, portPath} from '../../domain/pod-paths.ts';
import type {
  LogRequest,
  OutputChunk,
  PodConnection,
  PodProcess,
  PodStreams,
  ProcessOutcome,
  TerminalSize,
} from '../../domain/pod-streams.ts';
import {readStatus, readStreamStatus} from '../../domain/read-status.ts';
import {StatusError} from '../../domain/status-error.ts';
import {type ApiAnswer, type ApiCall, splitPath, type UserInfo} from './api-call.ts';
import {Pipe} from './pipe.ts';
import {portProtocols, processProtocols} from './pod-connect.ts';
import type {PodSession, ProcessExit} from './pod-runtime.ts';

const waitingBytesMax = 256 * 1024;

export function createInProcessStreams(handle: (call: ApiCall) => ApiAnswer, port: KubePort, user: UserInfo): PodStreams {
  const open = (path: string, protocols: readonly string[], signal: AbortSignal | undefined): PodSession => {
    if (signal?.aborted === true) throw new TransportError('aborted', phrase('connect.aborted'));
    const headers = {upgrade: 'websocket', 'sec-websocket-protocol': protocols.join(', ')};
    const call: ApiCall = {...splitPath(path), method: 'GET', headers, user, body: new Uint8Array()};
    const answer = handle(call);
    if ('session' in answer) return answer.session;
    throw new StatusError(readStatus({...answer, body: 'body' in answer ? answer.body : ''}));
  };
  const process = (path: string, signal: AbortSignal | undefined) => {
    const session = open(path, processProtocols, signal);
    if (session.kind !== 'process') throw new Error(`${path} leads to no process`);
    return startProcess(session, signal);
  };
  return {
    exec: async request => process(execPath(request), request.signal),
    attach: async request => process(attachPath(request), request.signal),
    log: request => readLog(port, request),
    async connectPort(request) {
      const session = open(portPath(request.pod, request.port), portProtocols, request.signal);
      if (session.kind !== 'port') throw new Error('a port-forward leads to no port');
      return startPort(session, request.signal);
    },
  };
}

async function* readLog(port: KubePort, request: LogRequest): AsyncGenerator<Uint8Array> {
  const {signal} = request;
  const stream = await port.stream({method: 'GET', path: logPath(request), ...(signal && {signal})});
  if (stream.status >= 300) throw new StatusError(await readStreamStatus(stream));
  yield* stream.body;
}

function startProcess(session: Extract<PodSession, {kind: 'process'}>, signal: AbortSignal | undefined): PodProcess {
  const leaving = leavingBy(signal);
  const input = new Pipe<Uint8Array>(bytes => bytes.length, waitingBytesMax, leaving.signal);
  const output = new Pipe<OutputChunk>(({bytes}) => bytes.length, waitingBytesMax, leaving.signal);
  const listeners: Array<(size: TerminalSize) => void> = [];
  const {promise: outcome, resolve} = Promise.withResolvers<ProcessOutcome>();
  leaving.signal.addEventListener('abort', () => resolve({kind: 'unknown', phrase: phrase('stream.left')}), {once: true});
  const io = {
    input: input.items,
    isTerminal: session.isTerminal,
    signal: leaving.signal,
    onResize: (hear: (size: TerminalSize) => void) => void listeners.push(hear),
    write: (stream: OutputChunk['stream'], bytes: Uint8Array | string) => output.add({stream, bytes: toBytes(bytes)}),
  };
  const end = (exit: ProcessExit) => {
    resolve(outcomeOf(exit));
    output.end();
  };
  session.run(io).then(end, (error: unknown) => end({kind: 'failed', message: messageOf(error)}));
  return {
    output: leaveWithLoop(output.items, leaving.leave),
    outcome,
    write: bytes => input.add(bytes),
    endInput: () => input.end(),
    resize: size => {
      for (const hear of listeners) hear(size);
    },
    close: leaving.leave,
  };
}

function startPort(session: Extract<PodSession, {kind: 'port'}>, signal: AbortSignal | undefined): PodConnection {
  const leaving = leavingBy(signal);
  const input = new Pipe<Uint8Array>(bytes => bytes.length, waitingBytesMax, leaving.signal);
  const output = new Pipe<Uint8Array>(bytes => bytes.length, waitingBytesMax, leaving.signal);
  const running = session.run({input: input.items, signal: leaving.signal, write: bytes => output.add(toBytes(bytes))});
  const ended = running.then(
    () => {
      output.end();
      return undefined;
    },
    (error: unknown) => {
      output.end();
      return new TransportError('refused', phrase('stream.portRefused', session.port, messageOf(error)));
    },
  );
  return {data: dataOf(output.items, ended), write: bytes => input.add(bytes), close: leaving.leave};
}

async function* dataOf(items: AsyncIterable<Uint8Array>, ended: Promise<TransportError | undefined>): AsyncGenerator<Uint8Array> {
  yield* items;
  const error = await ended;
  if (error !== undefined) throw error;
}

function outcomeOf(exit: ProcessExit): ProcessOutcome {
  if (exit.kind === 'exited') return exit;
  const message = `Internal error occurred: ${exit.message}`;
  return {kind: 'failed', status: {code: 500, reason: 'InternalError', message, causes: [{message: exit.message}]}};
}

function leavingBy(signal: AbortSignal | undefined): {readonly signal: AbortSignal; leave(): void} {
  const controller = new AbortController();
  const leave = () => controller.abort();
  signal?.addEventListener('abort', leave, {once: true});
  return {signal: controller.signal, leave};
}

async function* leaveWithLoop<Item>(items: AsyncIterable<Item>, leave: () => void): AsyncGenerator<Item> {
  try {
    yield* items;
  } finally {
    leave();
  }
}

function toBytes(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
