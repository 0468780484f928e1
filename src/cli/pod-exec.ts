/** The engine's way into containers, over the streams of pods. */
import type {ExecEffect} from '../domain/kube-write.ts';
import type {PodStreams} from '../domain/pod-streams.ts';
import {runCommand} from '../domain/run-command.ts';
import type {CommandResult} from '../engine/reader.ts';

/** Commands of runbooks answer in a few lines; what is beyond is dropped. */
const outputBytesMax = 4 * 1024 * 1024;

export function podExec(streams: PodStreams): (command: ExecEffect) => Promise<CommandResult> {
  return async ({namespace, pod, container, command, stdin}) => {
    const {outcome, stdout, stderr} = await runCommand(streams, {
      pod: {namespace, name: pod},
      container,
      command,
      outputBytesMax,
      ...(stdin === undefined ? {} : {input: new TextEncoder().encode(stdin)}),
    });
    return {exitCode: outcome.kind === 'exited' ? outcome.code : undefined, stdout, stderr};
  };
}
