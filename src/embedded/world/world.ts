/** The world of the demo: a platform cluster seeded into an empty server, and the life in it. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import {type Life, startLife} from './life.ts';
import {seedWorld} from './seed.ts';
import {type Backdate, WorldClient} from './world-client.ts';

export type WorldPorts = {
  readonly port: KubePort;
  /** The true time: what the server's own clock says while it is set back does not count here. */
  readonly clock: Clock;
  readonly random: Random;
  /** Sets the server's clock back during one write; without it every object is as old as the demo. */
  readonly backdate?: Backdate;
};

/** Resolves when everything is there; life goes on until `stop`. */
export async function startWorld({port, clock, random, backdate}: WorldPorts): Promise<Life> {
  await seedWorld(new WorldClient(port, backdate), clock.now());
  return startLife(port, clock, random);
}
