/** Runs a command in a pod and gathers what it says, up to a limit. */
import type {ExecRequest, PodProcess, PodStreams, ProcessOutcome} from './pod-streams.ts';

export type CommandResult = {
  readonly outcome: ProcessOutcome;
  readonly stdout: string;
  readonly stderr: string;
  /** More was said than `outputBytesMax`; the rest was read and dropped. */
  readonly isCut: boolean;
};

/** `input` is all that the command reads. Throws where the process was not reached. */
export async function runCommand(
  streams: PodStreams,
  request: Omit<ExecRequest, 'hasInput' | 'isTerminal'> & {readonly input?: Uint8Array; readonly outputBytesMax: number},
): Promise<CommandResult> {
  const {input, outputBytesMax, ...rest} = request;
  const running = await streams.exec({...rest, hasInput: input !== undefined});
  const fed = input === undefined ? Promise.resolve() : running.write(input).then(() => running.endInput());
  const result = await gatherOutput(running, outputBytesMax);
  await fed;
  return result;
}

/** `take` gets what the process writes, piece by piece, in place of `stdout`; the process is held back until it has taken it. */
export async function gatherOutput(
  running: PodProcess,
  outputBytesMax: number,
  take?: (bytes: Uint8Array) => Promise<void>,
): Promise<CommandResult> {
  const decoders = {stdout: new TextDecoder(), stderr: new TextDecoder()};
  const texts = {stdout: '', stderr: ''};
  let bytesLeft = outputBytesMax;
  let isCut = false;
  for await (const {stream, bytes} of running.output) {
    if (take !== undefined && stream === 'stdout') {
      await take(bytes);
      continue;
    }
    const kept = bytes.subarray(0, bytesLeft);
    isCut ||= kept.length < bytes.length;
    bytesLeft -= kept.length;
    texts[stream] += decoders[stream].decode(kept, {stream: true});
  }
  const {stdout, stderr} = decoders;
  return {outcome: await running.outcome, stdout: texts.stdout + stdout.decode(), stderr: texts.stderr + stderr.decode(), isCut};
}
