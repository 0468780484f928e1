/** What every part of the server works on: the store, the served kinds, time and chance. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {CallAdmission} from './admission/call-admission.ts';
import type {PolicyExpressions} from './admission/policy-program.ts';
import type {PodRuntime} from './pod-runtime.ts';
import type {ResourceRegistry} from './resource-registry.ts';
import type {ObjectStore} from './storage.ts';

export type ServerState = {
  readonly storage: ObjectStore;
  readonly registry: ResourceRegistry;
  readonly clock: Clock;
  readonly random: Random;
  /** Rights come from roles and their bindings; without, everybody may do everything. */
  readonly hasRbac: boolean;
  readonly expressions: PolicyExpressions;
  /** What admission policies say of the writes of one call; absent where nobody asks them. */
  readonly admission?: CallAdmission | undefined;
  /** Uids of owners that stayed outside when the server was made as a copy; they count as alive. */
  readonly absentOwners?: ReadonlySet<string> | undefined;
  /** What plays the nodes; without it no pod can be reached. */
  readonly runtime?: PodRuntime | undefined;
};

/** The wire form of a time: whole seconds, UTC. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
