/** Events as the controllers around a database write them: one object for each thing said about an object, counted up. */
import type {Clock} from '../../../domain/clock.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {digits, timestamp} from '../seeding.ts';
import type {WorldClient} from '../world-client.ts';
import {unlessOutrun} from './objects.ts';

export type Saying = {
  readonly about: KubeObject;
  readonly kind: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly source: string;
};

export type Say = (saying: Saying) => Promise<void>;

/** The same thing again within this time says nothing new. */
const quietMs = 15_000;

export function createSay(client: WorldClient, clock: Clock): Say {
  const said = new Map<string, {atMs: number; count: number}>();
  return async ({about, kind, type, reason, message, source}) => {
    const {name, namespace = 'default', uid} = about.metadata;
    const id = `${name}.${digits(`${uid}/${reason}/${message}`, 16)}`;
    const before = said.get(id);
    if (before !== undefined && clock.now() - before.atMs < quietMs) return;
    const count = (before?.count ?? 0) + 1;
    said.set(id, {atMs: clock.now(), count});
    const at = timestamp(clock.now());
    const ref = {apiVersion: 'v1', kind: 'Event', name: id, namespace};
    if (before !== undefined) {
      await unlessOutrun(client.patch(ref, {count, lastTimestamp: at}));
      return;
    }
    await unlessOutrun(
      client.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: {name: id, namespace},
        involvedObject: {apiVersion: about.apiVersion ?? 'v1', kind, name, namespace, uid},
        type,
        reason,
        message,
        source: {component: source},
        reportingComponent: source,
        count,
        firstTimestamp: at,
        lastTimestamp: at,
      }),
    );
  };
}
