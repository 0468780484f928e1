/** A process in a pod over the channels of `v5.channel.k8s.io`: input, output, errors, outcome, terminal size. */
import {type Fields, isFields} from '../domain/fields.ts';
import type {Phrase} from '../domain/messages/phrase.ts';
import type {OutputChunk, PodProcess, ProcessOutcome} from '../domain/pod-streams.ts';
import {readStatus} from '../domain/read-status.ts';
import type {KubeStatus} from '../domain/status-error.ts';
import type {ChannelSocket} from './channel-socket.ts';

const channels = {stdin: 0, stdout: 1, stderr: 2, outcome: 3, resize: 4, close: 255} as const;
const withHalfClose = 'v5.channel.k8s.io';
const withoutHalfClose = 'v4.channel.k8s.io';

/** Only the newer protocol can tell a process that its input has ended; without input the older one will do for older servers. */
export function protocolsFor(hasInput: boolean): readonly string[] {
  return hasInput ? [withHalfClose] : [withHalfClose, withoutHalfClose];
}

export function createPodProcess(socket: ChannelSocket): PodProcess {
  const {promise: told, resolve: tell} = Promise.withResolvers<ProcessOutcome>();
  const unknown = socket.ended.then((phrase: Phrase): ProcessOutcome => ({kind: 'unknown', phrase}));
  let isOver = false;
  void socket.ended.then(() => {
    isOver = true;
  });
  return {
    output: readOutput(socket, outcome => {
      tell(outcome);
      socket.finish();
    }),
    outcome: Promise.race([told, unknown]),
    async write(bytes) {
      if (!isOver && bytes.length > 0) await socket.send(channels.stdin, bytes);
    },
    endInput() {
      if (socket.protocol === withHalfClose) void socket.send(channels.close, Uint8Array.of(channels.stdin));
    },
    resize({columns, rows}) {
      void socket.send(channels.resize, Buffer.from(JSON.stringify({Width: columns, Height: rows})));
    },
    close: () => socket.leave(),
  };
}

async function* readOutput(socket: ChannelSocket, onOutcome: (outcome: ProcessOutcome) => void): AsyncGenerator<OutputChunk> {
  try {
    for await (const {channel, bytes} of socket.messages) {
      if (channel === channels.stdout) yield {stream: 'stdout', bytes};
      else if (channel === channels.stderr) yield {stream: 'stderr', bytes};
      else if (channel === channels.outcome) onOutcome(readOutcome(bytes));
    }
  } finally {
    socket.leave();
  }
}

/** The Status of a process may lack its kind. */
function readOutcome(bytes: Uint8Array): ProcessOutcome {
  const text = Buffer.from(bytes).toString('utf8');
  const said = parseFields(text);
  if (said?.status === 'Success') return {kind: 'exited', code: 0};
  const body = said === undefined ? text : JSON.stringify({...said, kind: 'Status'});
  const status = readStatus({status: 500, headers: {}, body});
  const code = exitCode(status);
  return code === undefined ? {kind: 'failed', status} : {kind: 'exited', code};
}

function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function exitCode({reason, causes}: KubeStatus): number | undefined {
  const message = reason === 'NonZeroExitCode' ? causes.find(cause => cause.reason === 'ExitCode')?.message : undefined;
  return message !== undefined && /^\d+$/.test(message) ? Number(message) : undefined;
}
