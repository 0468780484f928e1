/** The parts of an engine over one cluster, as the dashboard, the script face and the controller need them alike. */
import {createHash} from 'node:crypto';
import {hostname, userInfo} from 'node:os';
import type {Clock, Random} from '../../domain/clock.ts';
import type {FilePort} from '../../domain/files.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {PodStreams} from '../../domain/pod-streams.ts';
import {createClusterRunStore} from '../../engine/cluster-run-store.ts';
import {createReader} from '../../engine/live-reader.ts';
import type {EnginePorts} from '../../engine/ports.ts';
import type {Reader} from '../../engine/reader.ts';
import type {RunStore} from '../../engine/run-store.ts';
import {podExec} from '../pod-exec.ts';

export type EngineParts = {readonly ports: EnginePorts; readonly reader: Reader; readonly store: RunStore};

export type EngineConnection = {
  readonly port: KubePort;
  readonly streams?: PodStreams;
  readonly clock: Clock;
  readonly random: Random;
  readonly maskedValue?: (name: string) => string | undefined;
  /** Absent where no person sits at this machine. */
  readonly files?: FilePort;
};

export function makeEngineParts({port, streams, clock, random, maskedValue, files}: EngineConnection): EngineParts {
  const ports: EnginePorts = {
    kube: port,
    clock,
    random,
    digest: sha256,
    ...(streams === undefined ? {} : {exec: podExec(streams, files)}),
    ...(maskedValue === undefined ? {} : {maskedValue}),
    ...(files === undefined ? {} : {files}),
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
