/** The parts of an engine over one cluster, as the dashboard, the script face and the controller need them alike. */
import {createHash} from 'node:crypto';
import {hostname, userInfo} from 'node:os';
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {ExecEffect} from '../../domain/kube-write.ts';
import type {PodStreams} from '../../domain/pod-streams.ts';
import {runCommand} from '../../domain/run-command.ts';
import {createClusterRunStore} from '../../engine/cluster-run-store.ts';
import {createReader} from '../../engine/live-reader.ts';
import type {EnginePorts} from '../../engine/ports.ts';
import type {CommandResult, Reader} from '../../engine/reader.ts';
import type {RunStore} from '../../engine/run-store.ts';

export type EngineParts = {readonly ports: EnginePorts; readonly reader: Reader; readonly store: RunStore};

export type EngineConnection = {
  readonly port: KubePort;
  readonly streams?: PodStreams;
  readonly clock: Clock;
  readonly random: Random;
  readonly maskedValue?: (name: string) => string | undefined;
};

const outputBytesMax = 1_000_000;

export function makeEngineParts({port, streams, clock, random, maskedValue}: EngineConnection): EngineParts {
  const ports: EnginePorts = {
    kube: port,
    clock,
    random,
    digest: sha256,
    ...(streams === undefined ? {} : {exec: command => execCommand(streams, command)}),
    ...(maskedValue === undefined ? {} : {maskedValue}),
  };
  return {ports, reader: createReader(ports), store: createClusterRunStore(ports)};
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `anna@bastion`: who holds a lease, for people. */
export function ownerName(): string {
  return `${userName()}@${hostname()}`;
}

/** A user id without an entry in the password file has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'deckhand';
  }
}

async function execCommand(streams: PodStreams, {namespace, pod, container, command, stdin}: ExecEffect): Promise<CommandResult> {
  const {outcome, stdout, stderr} = await runCommand(streams, {
    pod: {namespace, name: pod},
    container,
    command,
    outputBytesMax,
    ...(stdin === undefined ? {} : {input: new TextEncoder().encode(stdin)}),
  });
  return {exitCode: outcome.kind === 'exited' ? outcome.code : undefined, stdout, stderr};
}
