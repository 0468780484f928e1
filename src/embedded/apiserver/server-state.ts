/** What every part of the server works on: the store, the served kinds, time and chance. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {ResourceRegistry} from './resource-registry.ts';
import type {ObjectStore} from './storage.ts';

export type ServerState = {
  readonly storage: ObjectStore;
  readonly registry: ResourceRegistry;
  readonly clock: Clock;
  readonly random: Random;
};

/** The wire form of a time: whole seconds, UTC. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
