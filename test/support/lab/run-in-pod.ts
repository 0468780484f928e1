/** Runs a command in a pod to its end: what it said, and how it ended. */
import type {PodRef, PodStreams, ProcessOutcome} from '../../../src/domain/pod-streams.ts';

export type Ran = {readonly stdout: Buffer; readonly stderr: string; readonly outcome: ProcessOutcome};

export async function runInPod(
  streams: PodStreams,
  pod: PodRef,
  container: string,
  command: readonly string[],
  input?: Uint8Array,
): Promise<Ran> {
  const process = await streams.exec({pod, container, command, hasInput: input !== undefined});
  if (input !== undefined) void process.write(input).then(() => process.endInput());
  const pieces = {stdout: [] as Uint8Array[], stderr: [] as Uint8Array[]};
  for await (const {stream, bytes} of process.output) pieces[stream].push(bytes);
  const outcome = await process.outcome;
  return {stdout: Buffer.concat(pieces.stdout), stderr: Buffer.concat(pieces.stderr).toString('utf8'), outcome};
}

/** The text on stdout of a command that must succeed. */
export async function askPod(streams: PodStreams, pod: PodRef, container: string, command: readonly string[]): Promise<string> {
  const {stdout, stderr, outcome} = await runInPod(streams, pod, container, command);
  if (outcome.kind !== 'exited' || outcome.code !== 0) throw new Error(`${command.join(' ')}: ${JSON.stringify(outcome)} ${stderr}`);
  return stdout.toString('utf8').trim();
}
