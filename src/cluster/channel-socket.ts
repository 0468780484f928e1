/**
 * A WebSocket whose messages begin with the number of a channel, as the API server's streams do: kept alive by pings, held
 * back while its reader is slow, and ended in one way whatever ended it.
 */
import type {WebSocket} from 'ws';
import type {Clock} from '../domain/clock.ts';
import {HeldQueue} from '../domain/held-queue.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {visibleLine} from '../domain/visible-line.ts';

/** The numbers of client-go (tools/remotecommand/websocket.go). */
const pingEveryMs = 5000;
const silenceMsMax = 61_000;
/** Bytes that may wait for their reader before the connection is held back. */
const waitingBytesMax = 256 * 1024;
/** A large input is sent in pieces, so that pings come through between them. */
const pieceBytes = 64 * 1024;

export type ChannelMessage = {readonly channel: number; readonly bytes: Uint8Array};

export type ChannelSocket = {
  /** Which of the protocols that were offered the server chose. */
  readonly protocol: string;
  /** To be read once; ends with the connection. */
  readonly messages: AsyncIterable<ChannelMessage>;
  /** Why the connection ended; never rejects. */
  readonly ended: Promise<Phrase>;
  /** Resolves when the operating system has taken the bytes, or when there is no connection any more. */
  send(channel: number, bytes: Uint8Array): Promise<void>;
  /** What is on its way to us still comes. */
  finish(): void;
  /** Nothing more comes. */
  leave(): void;
};

/** Takes a socket that is paused. */
export function createChannelSocket(socket: WebSocket, clock: Clock, server: string): ChannelSocket {
  const waiting = new HeldQueue<ChannelMessage>({
    sizeOf: ({bytes}) => bytes.length,
    sizeMax: waitingBytesMax,
    hold: () => socket.pause(),
    release: () => socket.resume(),
  });
  const {promise: ended, resolve: end} = Promise.withResolvers<Phrase>();
  const stopPings = keepAlive(socket, clock, waiting, () => {
    end(phrase('stream.silent', server, silenceMsMax / 1000));
    socket.terminate();
  });
  socket.on('message', (data: Buffer) => {
    const [channel] = data;
    // An empty message says nothing: servers open their channels with one each.
    if (channel !== undefined && data.length > 1) waiting.add({channel, bytes: data.subarray(1)});
  });
  socket.once('close', (code, reason) => {
    stopPings();
    waiting.end();
    end(closing(server, code, reason.toString('utf8')));
  });
  socket.resume();
  return {
    protocol: socket.protocol,
    messages: waiting,
    ended,
    async send(channel, bytes) {
      for (let from = 0; from < Math.max(1, bytes.length); from += pieceBytes) {
        await sendPiece(socket, channel, bytes.subarray(from, from + pieceBytes));
      }
    },
    finish: () => socket.close(1000),
    leave() {
      end(phrase('stream.left'));
      waiting.end();
      socket.terminate();
    },
  };
}

function sendPiece(socket: WebSocket, channel: number, bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    // A closed socket tells it through its end; the callback comes in any case.
    socket.send(Buffer.concat([Buffer.from([channel]), bytes]), {binary: true}, () => resolve());
  });
}

/** Silence counts only while we listen. */
function keepAlive(socket: WebSocket, clock: Clock, waiting: {readonly isHeld: boolean}, giveUp: () => void): () => void {
  let heardAt = clock.monotonic();
  const hear = () => {
    heardAt = clock.monotonic();
  };
  socket.on('message', hear).on('pong', hear).on('ping', hear);
  const beat = () => {
    if (waiting.isHeld) hear();
    if (clock.monotonic() - heardAt >= silenceMsMax) {
      giveUp();
      return;
    }
    // A socket that is closing takes no pings; its end is under way.
    if (socket.readyState === socket.OPEN) socket.ping();
    timer = clock.setTimer(pingEveryMs, beat);
  };
  let timer = clock.setTimer(pingEveryMs, beat);
  return () => timer.cancel();
}

/** 1005 and 1006 only mean that nobody gave a reason. */
function closing(server: string, code: number, reason: string): Phrase {
  return code === 1005 || code === 1006 || code === 1000
    ? phrase('stream.cut', server)
    : phrase('stream.cutWith', server, code, visibleLine(reason));
}
