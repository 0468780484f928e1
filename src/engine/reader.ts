/** What a runbook may look at: live objects, never a cache. Every refusal is a typed error with a sentence for the screen. */

import type {FileReader} from '../domain/files.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {ExecEffect, KubeWrite} from '../domain/kube-write.ts';
import type {KindRef, ObjectRef} from '../domain/object-ref.ts';

export type ListOptions = {readonly namespace?: string; readonly labelSelector?: string; readonly fieldSelector?: string};

export type Reader = {
  /** undefined where there is no such object, or its kind is not served. Throws KubeRefusal or TransportError. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** All pages. [] where the kind is not served. */
  list(kind: KindRef, options?: ListOptions): Promise<readonly KubeObject[]>;
  /** The kind as this server serves it, in the first of `versions` that it has, else in its preferred one; undefined where it has none. */
  served(group: string, plural: string, versions?: readonly string[]): Promise<KindRef | undefined>;
  /** Runs one of the fixed read commands in a container and returns what it printed. Throws TransportError where nobody heard its outcome. */
  run(command: ExecEffect): Promise<CommandResult>;
  /** Why the API server would not take a write, in its own words; undefined where it would, or does not say. Nothing is written. */
  rehearse(write: KubeWrite): Promise<string | undefined>;
  /** The disk of whoever carries the run; absent where that is a controller. */
  readonly files?: FileReader;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
};

/** `exitCode` undefined: the connection ended before the outcome was known. */
export type CommandResult = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** More was said than is kept: the texts are only the beginning. */
  readonly isCut?: true;
};
