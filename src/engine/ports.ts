/** The doors of the engine: everything that is not deciding comes in through one of these. */
import type {Clock, Random} from '../domain/clock.ts';
import type {FilePort} from '../domain/files.ts';
import type {KubePort} from '../domain/kube-port.ts';
import type {ExecEffect} from '../domain/kube-write.ts';
import type {CommandResult} from './reader.ts';

export type EnginePorts = {
  readonly kube: KubePort;
  readonly clock: Clock;
  readonly random: Random;
  /** SHA-256 of a text, in hex. */
  digest(text: string): string;
  /** Runs a fixed command inside a container. Absent where there is no way to; steps that need it are refused. */
  exec?(command: ExecEffect): Promise<CommandResult>;
  /** The disk of a person's machine; absent in a controller, whose own is lost with its pod. */
  readonly files?: FilePort;
  /** A value that was typed at the dashboard into a masked field; undefined elsewhere, and after a restart. */
  maskedValue?(name: string): string | undefined;
};
