/** Listens on the loopback address and leads each connection to a port of a pod. */
import {createServer, type Server, type Socket} from 'node:net';
import {TransportError} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {PodConnection, PodRef, PodStreams} from '../domain/pod-streams.ts';
import type {PortForward} from '../domain/port-forward.ts';
import {StatusError} from '../domain/status-error.ts';

const loopback = '127.0.0.1';
const connectionsMax = 128;

/** Throws what the system says where not even a free port can be listened on. */
export async function forwardPort(
  streams: PodStreams,
  {pod, port}: {readonly pod: PodRef; readonly port: number},
  onChange: () => void,
): Promise<PortForward> {
  const open = new Set<Socket>();
  let failure: Phrase | undefined;
  const serve = async (socket: Socket): Promise<void> => {
    open.add(socket);
    onChange();
    const abort = new AbortController();
    socket.once('close', () => {
      abort.abort();
      open.delete(socket);
      onChange();
    });
    try {
      await lead(socket, await streams.connectPort({pod, port, signal: abort.signal}));
      failure = undefined;
    } catch (error) {
      // A client that hangs up early is no failure of the pod.
      if (!abort.signal.aborted) failure = reasonOf(error);
    }
    socket.destroy();
    onChange();
  };
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy());
    void serve(socket);
  });
  server.maxConnections = connectionsMax;
  const localPort = await listen(server, port).catch(() => listen(server, 0));
  return {
    pod,
    port,
    localPort,
    connectionCount: () => open.size,
    failure: () => failure,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Each side is read as fast as the other takes it. */
async function lead(socket: Socket, connection: PodConnection): Promise<void> {
  socket.on('data', bytes => {
    socket.pause();
    connection.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes).then(
      () => socket.resume(),
      () => socket.destroy(),
    );
  });
  try {
    for await (const bytes of connection.data) await written(socket, bytes);
    await new Promise<void>(resolve => socket.end(resolve));
  } finally {
    connection.close();
  }
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => socket.write(bytes, error => (error ? reject(error) : resolve())));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({host: loopback, port}, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function reasonOf(error: unknown): Phrase {
  if (error instanceof TransportError) return error.phrase;
  if (error instanceof StatusError) return phrase('source.answered', error.status.code, error.message);
  return phrase('text', error instanceof Error ? error.message : String(error));
}
