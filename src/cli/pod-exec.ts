/**
 * The engine's way into containers, over the streams of pods. What a command writes may go to a file on this machine or into
 * another command, and what it reads may come from a file: however large, only a piece of it is in memory.
 */
import {createHash} from 'node:crypto';
import type {FilePort, NewFile} from '../domain/files.ts';
import type {CommandPlace, ExecEffect} from '../domain/kube-write.ts';
import type {PodProcess, PodStreams} from '../domain/pod-streams.ts';
import {gatherOutput} from '../domain/run-command.ts';
import type {CommandResult} from '../engine/reader.ts';

/** Commands of runbooks answer in a few lines; what is beyond is dropped, and the result says so. */
const outputBytesMax = 4 * 1024 * 1024;

/** What a shell says of a command that it cannot run. */
const notRun = 126;

/** Takes what a command writes. */
type Sink = {
  write(bytes: Uint8Array): Promise<void>;
  /** The command has ended well: what it wrote is whole. */
  keep(): Promise<CommandResult>;
  drop(): Promise<void>;
};

type Place = Omit<CommandPlace, 'kind' | 'podUid'>;

export function podExec(streams: PodStreams, files?: FilePort): (command: ExecEffect) => Promise<CommandResult> {
  return async command => {
    const {stdin, input, output} = command;
    const sink = output === undefined ? undefined : await openSink(streams, files, output);
    const source = input === undefined ? textSource(stdin) : needed(files).read(input.path);
    try {
      const result = await runFed(streams, command, source, sink?.write);
      if (sink === undefined) return result;
      if (result.exitCode === 0) return await sink.keep();
      await sink.drop();
      return result;
    } catch (error) {
      await sink?.drop();
      throw error;
    }
  };
}

async function openSink(streams: PodStreams, files: FilePort | undefined, output: NonNullable<ExecEffect['output']>): Promise<Sink> {
  return output.kind === 'file' ? fileSink(await needed(files).create(output.path)) : commandSink(streams, output);
}

function fileSink(file: NewFile): Sink {
  return {
    write: bytes => file.write(bytes),
    keep: async () => passed(await file.keep()),
    drop: () => file.drop(),
  };
}

/** The second command reads what the first one writes; both must end well. */
async function commandSink(streams: PodStreams, place: Place): Promise<Sink> {
  const process = await open(streams, place, true);
  const hash = createHash('sha256');
  let bytes = 0;
  const answer = gather(process);
  return {
    write: async chunk => {
      hash.update(chunk);
      bytes += chunk.length;
      await process.write(chunk);
    },
    keep: async () => {
      process.endInput();
      const result = await answer;
      return result.exitCode === 0 ? passed({bytes, sha256: hash.digest('hex')}) : result;
    },
    drop: async () => {
      process.close();
      await answer.catch(() => undefined);
    },
  };
}

function passed({bytes, sha256}: {readonly bytes: number; readonly sha256: string}): CommandResult {
  return {exitCode: 0, stdout: `${bytes} ${sha256}`, stderr: ''};
}

async function runFed(
  streams: PodStreams,
  place: Place,
  source: AsyncIterable<Uint8Array> | undefined,
  write: Sink['write'] | undefined,
): Promise<CommandResult> {
  const process = await open(streams, place, source !== undefined);
  const fed = source === undefined ? Promise.resolve() : feed(process, source);
  // A source that breaks must not end as the end of the input: the command would take the piece for the whole.
  fed.catch(() => process.close());
  const result = await gather(process, write);
  await fed;
  return result;
}

function open(streams: PodStreams, {namespace, pod, container, command}: Place, hasInput: boolean): Promise<PodProcess> {
  return streams.exec({pod: {namespace, name: pod}, container, command, hasInput});
}

async function feed(process: PodProcess, source: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const bytes of source) await process.write(bytes);
  process.endInput();
}

/** What goes to `write` is not kept. */
async function gather(process: PodProcess, write?: Sink['write']): Promise<CommandResult> {
  const {outcome, isCut, ...texts} = await gatherOutput(process, outputBytesMax, write);
  const said = isCut ? {...texts, isCut} : texts;
  switch (outcome.kind) {
    case 'exited':
      return {exitCode: outcome.code, ...said};
    case 'failed':
      return {exitCode: notRun, ...said, stderr: outcome.status.message};
    case 'unknown':
      return {exitCode: undefined, ...said};
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

function textSource(stdin: string | undefined): AsyncIterable<Uint8Array> | undefined {
  return stdin === undefined ? undefined : bytesOf(stdin);
}

function needed(files: FilePort | undefined): FilePort {
  if (files === undefined) throw new Error('a command with a file was let through to an engine without files');
  return files;
}
