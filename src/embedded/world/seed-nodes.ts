/** Node groups with their classes, nodes and the Secret of desired configurations. */
import type {KubeObject} from '../../domain/kube-object.ts';
import {groupCatalogue, nodeCatalogue} from './node-catalogue.ts';
import {groupRef, groupStatus} from './node-group-status.ts';
import {desiredChecksum, machineNamespace, nodeDraft} from './node-shape.ts';
import {day, hour, minute, type Seeding, spread} from './seeding.ts';
import type {Draft} from './world-client.ts';

/** What a person runs on a host that is to join the group. */
export function bootstrapSecret(group: string): Draft {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `manual-bootstrap-for-${group}`,
      namespace: machineNamespace,
      labels: {heritage: 'deckhouse', module: 'node-manager'},
    },
    type: 'Opaque',
    data: {
      'bootstrap.sh': encoded(`#!/usr/bin/env bash\necho "this host would join group ${group}"\n`),
      'cloud-config': encoded('#cloud-config\n'),
      apiserverEndpoints: encoded('["10.42.0.10:6443"]'),
    },
  };
}

const classes: readonly (readonly [name: string, cores: number, memoryMb: number])[] = [
  ['worker', 8, 32_768],
  ['frontend', 4, 8192],
  ['gpu', 16, 65_536],
  ['spot', 8, 16_384],
  ['unused', 2, 4096],
];

/** Groups by name, for the objects that they own. */
export type Groups = ReadonlyMap<string, KubeObject>;

export async function seedNodes(seeding: Seeding): Promise<{readonly groups: Groups; readonly nodes: readonly KubeObject[]}> {
  await seeding.create(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {name: 'configuration-checksums', namespace: machineNamespace, labels: {heritage: 'deckhouse', module: 'node-manager'}},
      type: 'Opaque',
      data: Object.fromEntries(groupCatalogue.map(({name}) => [name, Buffer.from(desiredChecksum(name)).toString('base64')])),
    },
    214 * day,
  );
  for (const {name, spec} of groupCatalogue) {
    if (spec.nodeType !== 'CloudEphemeral') await seeding.create(bootstrapSecret(name), 2 * hour);
  }
  await seedClasses(seeding);
  const nodes = await createNodes(seeding);
  const groups = new Map<string, KubeObject>();
  for (const row of groupCatalogue) {
    const draft = {apiVersion: 'deckhouse.io/v1', kind: 'NodeGroup', metadata: {name: row.name}, spec: row.spec};
    groups.set(row.name, await seeding.create(draft, row.ageDays * day));
  }
  return {groups, nodes};
}

export async function seedGroupStatuses(seeding: Seeding, nodes: readonly KubeObject[], instances: readonly KubeObject[]): Promise<void> {
  for (const {name, spec, desired, standby, isOutOfSync, error = ''} of groupCatalogue) {
    const own = (objects: readonly KubeObject[]) => objects.filter(({metadata}) => metadata.labels?.['node.deckhouse.io/group'] === name);
    const picture = {
      name,
      spec,
      nodes: own(nodes),
      instances: own(instances),
      desired,
      standby,
      isOutOfSync,
      error,
      checksum: desiredChecksum(name),
    };
    // Conditions of groups are some hours old when the demo starts.
    const sinceMs = seeding.nowMs - Math.floor(spread(name) * 9 * hour);
    await seeding.client.patchStatus(groupRef(name), groupStatus(picture, {}, sinceMs));
  }
}

async function createNodes(seeding: Seeding): Promise<readonly KubeObject[]> {
  const nodes: KubeObject[] = [];
  for (const row of nodeCatalogue) {
    const nodeType = groupCatalogue.find(({name}) => name === row.group)?.spec.nodeType;
    const agoIso = (ageMs: number) => seeding.ago(row.isLost === true ? ageMs + 11 * minute : ageMs);
    nodes.push(await seeding.create(nodeDraft(row, String(nodeType), agoIso), row.ageDays * day));
  }
  return nodes;
}

async function seedClasses(seeding: Seeding): Promise<void> {
  for (const [name, cores, memory] of classes) {
    const nodeGroupConsumers = groupCatalogue.filter(group => group.name === name).map(group => group.name);
    await seeding.create(
      {
        apiVersion: 'deckhouse.io/v1',
        kind: 'YandexInstanceClass',
        metadata: {name},
        spec: {
          cores,
          memory,
          diskType: 'network-ssd',
          diskSizeGB: 60,
          ...(name === 'spot' && {preemptible: true}),
          ...(name === 'gpu' && {gpus: 1}),
        },
      },
      150 * day,
    );
    await seeding.client.patch({apiVersion: 'deckhouse.io/v1', kind: 'YandexInstanceClass', name}, {status: {nodeGroupConsumers}});
  }
}
