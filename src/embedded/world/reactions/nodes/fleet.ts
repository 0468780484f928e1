/** The machines of a cloud group: how many each zone should have, and which are of a shape that is no longer wanted. */
import {readNumber, readString} from '../../../../domain/fields.ts';
import type {KubeObject} from '../../../../domain/kube-object.ts';
import {desiredOf, type GroupSize, sizeOf} from '../../node-group-status.ts';
import {generatedSuffix} from '../../seed-workloads.ts';
import {digits} from '../../seeding.ts';
import type {ReactionStage} from '../reaction.ts';

const rolloutAnnotation = 'manual-rollout-id';
const classPath = 'cloudInstances.classReference';

export function instancesOf({client}: ReactionStage, group: string): Promise<readonly KubeObject[]> {
  return client.list('deckhouse.io/v1alpha1', 'Instance', undefined, {labelSelector: `node.deckhouse.io/group=${group}`});
}

export function isGoing({metadata}: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Of `prod-worker-a-6dc8f-2kq7x` in group worker: zone-a. */
export function zoneOf(instance: string, group: string): string {
  return `zone-${instance.slice(`prod-${group}-`.length).split('-')[0] ?? ''}`;
}

/** Named like the others of its zone. */
export function newInstanceName(stage: ReactionStage, group: string, zone: string, others: readonly KubeObject[]): string {
  const suffix = generatedSuffix(`${stage.nowMs()}/${stage.random()}`);
  const sibling = others.find(({metadata}) => zoneOf(metadata.name, group) === zone)?.metadata.name;
  const set = sibling?.split('-').at(-2) ?? digits(`${group}/${zone}`, 5);
  return `prod-${group}-${zone.replace(/^zone-/, '')}-${set}-${suffix}`;
}

export type Plan = {
  /** Zones in which one more is ordered; a zone may stand here more than once. */
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
};

/** `before` is how many machines were wanted so far. */
export function planFleet(group: string, size: GroupSize, instances: readonly KubeObject[], before: number | undefined): Plan {
  const names = instances.filter(instance => !isGoing(instance)).map(({metadata}) => metadata.name);
  const inZone = (zone: string) => names.filter(name => zoneOf(name, group) === zone);
  const wanted = new Map(size.zones.map(zone => [zone, Math.min(Math.max(inZone(zone).length, size.min), Math.max(size.min, size.max))]));
  const total = () => [...wanted.values()].reduce((sum, count) => sum + count, 0);
  const change = (zone: string | undefined, by: number) => zone !== undefined && wanted.set(zone, (wanted.get(zone) ?? 0) + by);
  const byCount = () => size.zones.toSorted((left, right) => (wanted.get(left) ?? 0) - (wanted.get(right) ?? 0));
  const desired = desiredOf(size, before);
  while (total() < desired && (wanted.get(byCount()[0] ?? '') ?? 0) < size.max) change(byCount()[0], 1);
  while (total() > desired && (wanted.get(byCount().at(-1) ?? '') ?? 0) > size.min) change(byCount().at(-1), -1);
  return {
    missing: size.zones.flatMap(zone => Array.from({length: Math.max(0, (wanted.get(zone) ?? 0) - inZone(zone).length)}, () => zone)),
    surplus: [
      ...size.zones.flatMap(zone => inZone(zone).slice(wanted.get(zone) ?? 0)),
      ...names.filter(name => !size.zones.includes(zoneOf(name, group))),
    ],
  };
}

type Shape = {readonly rollout: string; readonly edition: number};

/** What each machine was made of; of those that were there before, only the class is known. */
export class Shapes {
  readonly #made = new Map<string, Shape>();
  readonly #editions = new Map<string, number>();

  /** A class was changed: machines made before are of an older edition. */
  edit(className: string): void {
    this.#editions.set(className, (this.#editions.get(className) ?? 0) + 1);
  }

  made(instance: string, group: KubeObject): void {
    this.#made.set(instance, this.#wanted(group));
  }

  isOld(instance: KubeObject, group: KubeObject): boolean {
    const {rollout, edition} = this.#made.get(instance.metadata.name) ?? {rollout: '', edition: 0};
    const wanted = this.#wanted(group);
    const hasClass = readString(instance, 'status.classReference.name') === readString(group, `spec.${classPath}.name`);
    return !hasClass || rollout !== wanted.rollout || edition !== wanted.edition;
  }

  #wanted(group: KubeObject): Shape {
    const className = readString(group, `spec.${classPath}.name`) ?? '';
    return {rollout: group.metadata.annotations?.[rolloutAnnotation] ?? '', edition: this.#editions.get(className) ?? 0};
  }
}

/** The oldest of each zone, as many as may be replaced at once. */
export function nextToReplace(group: KubeObject, instances: readonly KubeObject[], shapes: Shapes): readonly string[] {
  const {name} = group.metadata;
  const atOnce = Math.max(1, readNumber(group, 'spec.cloudInstances.maxSurgePerZone') ?? 1);
  const size = sizeOf(typeof group.spec === 'object' && group.spec !== null ? {...group.spec} : {});
  const old = instances.filter(instance => !isGoing(instance) && shapes.isOld(instance, group)).map(({metadata}) => metadata.name);
  return (size?.zones ?? []).flatMap(zone => old.filter(each => zoneOf(each, name) === zone).slice(0, atOnce));
}
