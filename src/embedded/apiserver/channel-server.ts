/** The server's end of a WebSocket to a pod: bytes of a session into channels and back, and its outcome in the end. */
import {Buffer} from 'node:buffer';
import type {WebSocket} from 'ws';
import {HeldQueue} from '../../domain/held-queue.ts';
import type {TerminalSize} from '../../domain/pod-streams.ts';
import type {PodSession, ProcessExit} from './pod-runtime.ts';

const channels = {stdin: 0, stdout: 1, stderr: 2, outcome: 3, resize: 4, close: 255} as const;
const portChannels = {data: 0, error: 1} as const;
const inputBytesMax = 256 * 1024;

export async function serveSession(socket: WebSocket, session: PodSession): Promise<void> {
  const controller = new AbortController();
  const input = new HeldQueue<Uint8Array>({
    sizeOf: bytes => bytes.length,
    sizeMax: inputBytesMax,
    hold: () => socket.pause(),
    release: () => socket.resume(),
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    input.end();
    controller.abort();
  });
  if (session.kind === 'port') await servePort(socket, session, input, controller.signal);
  else await serveProcess(socket, session, input, controller.signal);
  socket.close(1000);
}

type SessionOf<Kind extends PodSession['kind']> = Extract<PodSession, {readonly kind: Kind}>;

async function serveProcess(
  socket: WebSocket,
  session: SessionOf<'process'>,
  input: HeldQueue<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const listeners: Array<(size: TerminalSize) => void> = [];
  socket.on('message', (data: Buffer) => {
    const [channel, first] = data;
    const bytes = data.subarray(1);
    if (channel === channels.stdin && bytes.length > 0) input.add(bytes);
    else if (channel === channels.close && first === channels.stdin) input.end();
    else if (channel === channels.resize) tellSize(bytes, listeners);
  });
  const exit = await session
    .run({
      input,
      signal,
      isTerminal: session.isTerminal,
      onResize: hear => listeners.push(hear),
      write: (stream, bytes) => send(socket, channels[stream], bytes),
    })
    .catch((error): ProcessExit => ({kind: 'failed', message: error instanceof Error ? error.message : String(error)}));
  await send(socket, channels.outcome, JSON.stringify(statusOf(exit)));
}

async function servePort(socket: WebSocket, session: SessionOf<'port'>, input: HeldQueue<Uint8Array>, signal: AbortSignal): Promise<void> {
  const {port} = session;
  socket.on('message', (data: Buffer) => {
    if (data[0] === portChannels.data && data.length > 1) input.add(data.subarray(1));
  });
  for (const channel of Object.values(portChannels)) await send(socket, channel, Uint8Array.of(port & 0xff, port >> 8));
  try {
    await session.run({input, signal, write: bytes => send(socket, portChannels.data, bytes)});
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await send(socket, portChannels.error, `error forwarding port ${port}: ${why}`);
  }
}

/** Resolves when the operating system has the bytes, or when there is nobody to take them. */
function send(socket: WebSocket, channel: number, bytes: Uint8Array | string): Promise<void> {
  return new Promise(resolve => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(bytes)]), () => resolve());
  });
}

/** What is no size is nobody's business. */
function tellSize(bytes: Buffer, listeners: ReadonlyArray<(size: TerminalSize) => void>): void {
  const found = /"Width":\s*(\d+).*"Height":\s*(\d+)/.exec(bytes.toString('utf8'));
  if (found !== null) for (const hear of listeners) hear({columns: Number(found[1]), rows: Number(found[2])});
}

function statusOf(exit: ProcessExit): object {
  if (exit.kind === 'failed') {
    const message = `Internal error occurred: ${exit.message}`;
    return {metadata: {}, status: 'Failure', message, reason: 'InternalError', details: {causes: [{message: exit.message}]}, code: 500};
  }
  if (exit.code === 0) return {metadata: {}, status: 'Success'};
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exit.code}`,
    reason: 'NonZeroExitCode',
    details: {causes: [{reason: 'ExitCode', message: String(exit.code)}]},
  };
}
