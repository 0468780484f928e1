/** Placeholder until the world is here. */
import type {Clock, Random} from '../../domain/clock.ts';
import type {KubePort} from '../../domain/kube-port.ts';

export async function startWorld(_parts: {port: KubePort; clock: Clock; random: Random}): Promise<{stop(): void}> {
  return {stop: () => {}};
}
