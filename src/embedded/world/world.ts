/** The world of the demo: a platform cluster seeded into an empty server, and the life in it. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import {type Life, startLife} from './life.ts';
import {LineJournal} from './postgres/line-journal.ts';
import type {OperatorLine} from './postgres/operator.ts';
import {startPostgresWorld} from './postgres/postgres-world.ts';
import {demoContent, demoProvisioners, demoShape, seedPostgres} from './postgres/seed-postgres.ts';
import {seedWorld} from './seed.ts';
import {Seeding, timestamp} from './seeding.ts';
import type {Tenants} from './tenants.ts';
import {type Backdate, WorldClient} from './world-client.ts';

export type WorldPorts = {
  readonly port: KubePort;
  /** The true time: what the server's own clock says while it is set back does not count here. */
  readonly clock: Clock;
  readonly random: Random;
  /** Sets the server's clock back during one write; without it every object is as old as the demo. */
  readonly backdate?: Backdate;
  /** What plays the nodes: members of databases live on them. */
  readonly tenants?: Tenants;
};

const operatorNamespace = 'd8-operator-postgres';

/** The operator's own look from time to time. */
function syncedLine(nowMs: number): OperatorLine {
  const time = timestamp(nowMs);
  return {
    'cluster-name': 'd8-commander/commander-postgres',
    level: 'info',
    msg: 'cluster has been synced',
    pkg: 'controller',
    time,
    worker: 0,
  };
}

/** `local` has no room for a database. */
const cannotProvision = {local: 'no LVMVolumeGroup of the selected node has 5Gi left'};

/** Resolves when everything is there; life goes on until `stop`. */
export async function startWorld({port, clock, random, backdate, tenants}: WorldPorts): Promise<Life> {
  const client = new WorldClient(port, backdate);
  await seedWorld(client, clock.now());
  const state = await seedPostgres(new Seeding(client, clock.now()));
  const life = startLife(port, clock, random);
  const operatorLines = new LineJournal();
  operatorLines.write({atMs: clock.now(), text: JSON.stringify(syncedLine(clock.now()))});
  const postgres = startPostgresWorld({
    port,
    clock,
    random,
    state,
    faults: {cannotProvision},
    shape: demoShape,
    pace: {rowsPerS: 1, baseBackupBytesPerS: 25_000_000},
    provisioners: demoProvisioners,
    firstContent: demoContent,
    log: line => operatorLines.write({atMs: clock.now(), text: JSON.stringify(line)}),
  });
  tenants?.moveIn({
    run: run => postgres.members.run(run),
    log: ({metadata}) => (metadata.namespace === operatorNamespace ? operatorLines.log() : postgres.members.log(metadata.uid)),
    mainTasks: () => postgres.commander.queueLength(),
  });
  return {
    stop() {
      postgres.stop();
      life.stop();
    },
  };
}
