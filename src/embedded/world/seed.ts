/** Fills an empty server with a believable platform, in the order in which one thing needs the other. */
import {otherCrds, platformCrds} from './platform-crds.ts';
import {seedBudgets} from './seed-budgets.ts';
import {seedEvents} from './seed-events.ts';
import {seedMachines} from './seed-machines.ts';
import {seedModuleSettings} from './seed-module-settings.ts';
import {seedModules} from './seed-modules.ts';
import {seedGroupStatuses, seedNodes} from './seed-nodes.ts';
import {seedPlatform} from './seed-platform.ts';
import {seedReleases} from './seed-releases.ts';
import {seedRuns} from './seed-runs.ts';
import {seedSources} from './seed-sources.ts';
import {seedCronJobs, seedNamespaces, seedWorkloads} from './seed-workloads.ts';
import {day, Seeding} from './seeding.ts';
import type {WorldClient} from './world-client.ts';

export async function seedWorld(client: WorldClient, nowMs: number): Promise<void> {
  const seeding = new Seeding(client, nowMs);
  for (const crd of [...platformCrds(), ...otherCrds()]) await seeding.create(crd, 214 * day);
  await seedNamespaces(seeding);
  await seedRuns(seeding);
  await seedSources(seeding);
  await seedModules(seeding);
  await seedReleases(seeding);
  await seedModuleSettings(seeding);
  const {groups, nodes} = await seedNodes(seeding);
  await seedGroupStatuses(seeding, nodes, await seedMachines(seeding, groups));
  await seedWorkloads(seeding);
  await seedCronJobs(seeding);
  await seedBudgets(seeding);
  await seedPlatform(seeding);
  await seedEvents(seeding);
}
