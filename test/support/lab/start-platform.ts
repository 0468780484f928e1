/** The platform around Commander's database in a lab: operator, Deckhouse and the provisioner as clients of its API server. */
import {systemClock} from '../../../src/cli/system-clock.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {type CommanderModule, startCommanderModule} from '../../../src/embedded/world/postgres/commander-module.ts';
import type {Running} from '../../../src/embedded/world/postgres/loop.ts';
import {type AskSwitchover, startPostgresOperator} from '../../../src/embedded/world/postgres/operator.ts';
import {startPodKeeper} from '../../../src/embedded/world/postgres/pod-keeper.ts';
import type {PostgresFaults} from '../../../src/embedded/world/postgres/postgres-world.ts';
import {startSetController} from '../../../src/embedded/world/postgres/set-controller.ts';
import {startVolumeController} from '../../../src/embedded/world/postgres/volume-controller.ts';
import {type Disks, startVolumeProvisioner} from '../../../src/embedded/world/postgres/volume-provisioner.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {startDeploymentKeeper} from '../deployment-keeper.ts';
import {commanderDrafts, surroundingsDrafts} from '../postgres-drafts.ts';
import type {LabGround} from './lab-ground.ts';
import type {LabServer} from './lab-server.ts';
import type {NodeAgent} from './node-agent.ts';
import {startPreparedDatabases} from './prepared-databases.ts';

export type PlatformOptions = {
  readonly instances: number;
  readonly usesConfigMaps: boolean;
  /** May be changed while the lab runs. */
  readonly faults: PostgresFaults;
};

export type Platform = Running & {
  /** What the operator said. */
  readonly operatorLog: readonly string[];
  /** What the stand-ins could not do. */
  readonly troubles: readonly string[];
  readonly commander: CommanderModule;
};

/** A driver's name is a domain. */
const driver = 'folder.deckhand.local';
/** Members of the lab stop in a second or two; a test does not wait for more. */
const graceSeconds = 30;

export async function startPlatform(
  {server, ground, agent}: {readonly server: LabServer; readonly ground: LabGround; readonly agent: NodeAgent},
  {instances, usesConfigMaps, faults}: PlatformOptions,
): Promise<Platform> {
  const {port} = server;
  const client = new WorldClient(port);
  // The nodes are the agent's own.
  const surroundings = surroundingsDrafts().filter(({kind}) => kind !== 'Node');
  for (const draft of [...surroundings, ...commanderDrafts(instances > 1)]) await client.create(draft);
  const operatorLog: string[] = [];
  const troubles: string[] = [];
  const onTrouble = (who: string, error: unknown): void => {
    troubles.push(`${who}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const common = {port, clock: systemClock, faults, onTrouble};
  const commander = startCommanderModule({...common, random: Math.random, convergeMs: 500, everyMs: 5_000});
  const all: Running[] = [
    commander,
    startPostgresOperator({
      ...common,
      askSwitchover: askSwitchoverOf(agent),
      shape: {usesConfigMaps, terminationGracePeriodSeconds: graceSeconds},
      log: line => operatorLog.push(JSON.stringify(line)),
    }),
    startPreparedDatabases(server, onTrouble),
    startVolumeProvisioner({...common, disks: disksOf(ground), source: volume => ({csi: {driver, volumeHandle: volume}})}),
  ];
  if (server.kind === 'embedded') {
    all.push(
      startVolumeController(common),
      startSetController(common),
      startPodKeeper(common),
      startDeploymentKeeper(port, systemClock, onTrouble),
    );
  }
  return {
    operatorLog,
    troubles,
    commander,
    stop() {
      for (const each of all) each.stop();
    },
  };
}

function disksOf(ground: LabGround): Disks {
  return {
    create: async ({metadata}: KubeObject) => ground.makeVolume(metadata.name),
    remove: async ({metadata}: KubeObject) => ground.removeVolume(metadata.name),
  };
}

function askSwitchoverOf(agent: NodeAgent): AskSwitchover {
  return async ({namespace, pod, leader, candidate}) => {
    const address = agent.find(namespace, pod)?.address;
    if (address === undefined) return {status: 0, body: 'connection refused'};
    const answer = await fetch(`http://${address}:8008/switchover`, {method: 'POST', body: JSON.stringify({leader, candidate})});
    return {status: answer.status, body: await answer.text()};
  };
}
