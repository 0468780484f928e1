import {beforeAll, describe, expect, test} from 'vitest';
import {isFields, readString} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {KubePort, KubeRequest, KubeResponse} from '../../../src/domain/kube-port.ts';
import {readGroupRules} from '../../../src/domain/node-group.ts';
import {nodeUpdateState} from '../../../src/domain/node-update-state.ts';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {BackdatingClock} from '../../../src/embedded/world/backdating-clock.ts';
import {startWorld} from '../../../src/embedded/world/world.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {FakeClock} from '../../support/fake-clock.ts';

/** The same numbers every time, and spread well enough for scripted life. */
function countingRandom(): () => number {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Counts writes and keeps what was refused, apart from objects that are looked for and absent. */
class RecordingPort implements KubePort {
  readonly #port: KubePort;
  readonly refusals: string[] = [];
  writes = 0;

  constructor(port: KubePort) {
    this.#port = port;
  }

  async request(request: KubeRequest): Promise<KubeResponse> {
    const answer = await this.#port.request(request);
    if (request.method !== 'GET') this.writes += 1;
    const isAbsent = answer.status === 404 && (request.method === 'GET' || request.method === 'DELETE');
    if (answer.status >= 400 && !isAbsent) this.refusals.push(`${request.method} ${request.path}: ${answer.body}`);
    return answer;
  }

  stream: KubePort['stream'] = request => this.#port.stream(request);
}

async function makeWorld() {
  const clock = new FakeClock();
  const serverClock = new BackdatingClock(clock);
  const server = createApiServer({clock: serverClock, random: countingRandom()});
  const port = new RecordingPort(server.port);
  const world = await startWorld({port, clock, random: countingRandom(), backdate: (ageMs, write) => serverClock.backdate(ageMs, write)});
  return {clock, server, port, world, client: new WorldClient(server.port)};
}

type World = Awaited<ReturnType<typeof makeWorld>>;

const lists = {
  modules: ['deckhouse.io/v1alpha1', 'Module'],
  releases: ['deckhouse.io/v1alpha1', 'ModuleRelease'],
  sources: ['deckhouse.io/v1alpha1', 'ModuleSource'],
  groups: ['deckhouse.io/v1', 'NodeGroup'],
  instances: ['deckhouse.io/v1alpha1', 'Instance'],
  staticInstances: ['deckhouse.io/v1alpha2', 'StaticInstance'],
  nodes: ['v1', 'Node'],
  pods: ['v1', 'Pod'],
  events: ['v1', 'Event'],
} as const;

function list(world: World, what: keyof typeof lists): Promise<readonly KubeObject[]> {
  const [apiVersion, kind] = lists[what];
  return world.client.list(apiVersion, kind);
}

function valuesOf(objects: readonly KubeObject[], path: string): string[] {
  return [...new Set(objects.map(object => readString(object, path) ?? ''))].sort();
}

async function updateStates(world: World): Promise<Set<string>> {
  const groups = new Map((await list(world, 'groups')).map(group => [group.metadata.name, readGroupRules(group)]));
  const secret = await world.client.find({
    apiVersion: 'v1',
    kind: 'Secret',
    name: 'configuration-checksums',
    namespace: 'd8-cloud-instance-manager',
  });
  const checksums = isFields(secret?.data) ? secret.data : {};
  const states = (await list(world, 'nodes')).map(({metadata}) => {
    const group = metadata.labels?.['node.deckhouse.io/group'] ?? '';
    const has = (mark: string) => metadata.annotations?.[`update.node.deckhouse.io/${mark}`] !== undefined;
    const marks = {
      isWaitingForApproval: has('waiting-for-approval'),
      isApproved: has('approved'),
      isDisruptionRequired: has('disruption-required'),
      isDisruptionApproved: has('disruption-approved'),
      isDraining: has('draining'),
      isDrained: has('drained'),
      checksum: metadata.annotations?.['node.deckhouse.io/configuration-checksum'],
    };
    return nodeUpdateState(marks, groups.get(group)?.approvalMode, Buffer.from(String(checksums[group] ?? ''), 'base64').toString());
  });
  return new Set(states);
}

describe('the seeded world', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
    world.world.stop();
  });

  test('is accepted by the server without a refusal', () => {
    expect(world.port.refusals).toEqual([]);
  });

  test('shows every phase of modules, releases and static instances', async () => {
    expect(valuesOf(await list(world, 'modules'), 'status.phase')).toEqual([
      'Available',
      'Conflict',
      'Downloaded',
      'Downloading',
      'DownloadingError',
      'Error',
      'HooksDisabled',
      'Installing',
      'Ready',
      'Reconciling',
      'Unavailable',
      'WaitSyncTasks',
    ]);
    expect(valuesOf(await list(world, 'releases'), 'status.phase')).toEqual([
      'Deployed',
      'Pending',
      'Skipped',
      'Superseded',
      'Suspended',
      'Terminating',
    ]);
    expect(valuesOf(await list(world, 'staticInstances'), 'status.currentStatus.phase')).toEqual([
      'Bootstrapping',
      'Cleaning',
      'Error',
      'Pending',
      'Running',
    ]);
    expect(valuesOf(await list(world, 'groups'), 'spec.nodeType')).toEqual(['CloudEphemeral', 'CloudPermanent', 'CloudStatic', 'Static']);
  });

  test('shows every state of a node update', async () => {
    expect([...(await updateStates(world))].sort()).toEqual([
      'Approved',
      'DisruptionApproved',
      'Drained',
      'Draining',
      'DrainingForDisruption',
      'ToBeUpdated',
      'UpToDate',
      'UpdateFailedNoConfigChecksum',
      'WaitingForApproval',
      'WaitingForDisruptionApproval',
      'WaitingForManualDisruptionApproval',
    ]);
  });

  test('is of a believable size and age', async () => {
    expect((await list(world, 'modules')).length).toBeGreaterThan(60);
    expect((await list(world, 'releases')).length).toBeGreaterThan(140);
    expect((await list(world, 'pods')).length).toBeGreaterThan(110);
    const [master] = (await list(world, 'nodes')).filter(({metadata}) => metadata.name === 'prod-master-0');
    expect(master?.metadata.creationTimestamp).toBe('2025-06-01T00:00:00Z');
  });

  test('leaves no timer behind once stopped', () => {
    world.server.stop();
    expect(world.clock.timersPending).toBe(0);
  });
});

describe('life', () => {
  test('moves within seconds, quietly, without a refusal and without growth', async () => {
    const world = await makeWorld();
    const seeded = world.port.writes;
    await world.clock.advance(10_000);
    expect(world.port.writes - seeded).toBeGreaterThan(5);

    await world.clock.advance(8 * 60_000);
    const early = await counts(world);
    const before = world.port.writes;
    await world.clock.advance(20 * 60_000);
    const writesPerSecond = (world.port.writes - before) / 1200;
    expect(world.port.refusals).toEqual([]);
    expect(writesPerSecond).toBeGreaterThan(0.5);
    expect(writesPerSecond).toBeLessThan(3);
    const late = await counts(world);
    for (const [kind, count] of Object.entries(late)) {
      expect([kind, count - (early[kind] ?? 0) <= (kind === 'events' ? 60 : 6)]).toEqual([kind, true]);
    }
    world.world.stop();
  });

  test('a module is installed and forgotten again', async () => {
    const world = await makeWorld();
    const phases = new Set<string>();
    for (let second = 0; second < 120; second += 2) {
      await world.clock.advance(2000);
      const module = await world.client.find({apiVersion: 'deckhouse.io/v1alpha1', kind: 'Module', name: 'secrets-store-integration'});
      phases.add(readString(module, 'status.phase') ?? '');
    }
    world.world.stop();
    expect([...phases].sort()).toEqual(['Available', 'Downloaded', 'Downloading', 'Installing', 'Ready']);
  });

  test('a machine bootstraps, joins as a node and takes a waiting pod; later it is gone', async () => {
    const world = await makeWorld();
    const name = 'prod-worker-d-5f7dd-vn7qj';
    const node = () => world.client.find({apiVersion: 'v1', kind: 'Node', name});
    const instance = () => world.client.find({apiVersion: 'deckhouse.io/v1alpha1', kind: 'Instance', name});
    expect(readString(await instance(), 'status.bootstrapStatus.logsEndpoint')).toBe('10.42.1.178:8000');
    await world.clock.advance(45_000);
    expect(await node()).toBeDefined();
    expect(readString(await instance(), 'status.currentStatus.phase')).toBe('Running');
    expect(readString(await instance(), 'status.bootstrapStatus.logsEndpoint')).toBeUndefined();
    expect((await list(world, 'pods')).filter(pod => readString(pod, 'spec.nodeName') === name)).toHaveLength(1);
    await world.clock.advance(60_000);
    expect([await node(), await instance()]).toEqual([undefined, undefined]);
    world.world.stop();
  });

  test('an approval annotation deploys the release that waits for it', async () => {
    const world = await makeWorld();
    await world.clock.advance(5000);
    const waiting = (await list(world, 'releases')).find(
      ({metadata, status}) => metadata.name.startsWith('managed-valkey') && isFields(status) && status.phase === 'Pending',
    );
    const ref = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleRelease', name: waiting?.metadata.name ?? ''};
    await world.client.patch(ref, {metadata: {annotations: {'modules.deckhouse.io/approved': 'true'}}});
    await world.clock.advance(20_000);
    expect(readString(await world.client.find(ref), 'status.phase')).toBe('Deployed');
    world.world.stop();
  });

  test('goes on when somebody deletes what it was about', async () => {
    const world = await makeWorld();
    await world.client.remove({apiVersion: 'deckhouse.io/v1alpha1', kind: 'StaticInstance', name: 'bm-rack3-02'});
    await world.client.remove({apiVersion: 'v1', kind: 'Node', name: 'prod-worker-a-6dc8f-2kq7x'});
    await world.client.remove({apiVersion: 'v1', kind: 'Namespace', name: 'shop'});
    await world.clock.advance(5 * 60_000);
    const before = world.port.writes;
    await world.clock.advance(60_000);
    expect(world.port.writes - before).toBeGreaterThan(15);
    world.world.stop();
  });
});

async function counts(world: World): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const kind of Object.keys(lists) as (keyof typeof lists)[]) found[kind] = (await list(world, kind)).length;
  return found;
}
