/** One set of pools for each set of certificates: when they are rotated, new requests take new pools and the old are drained. */
import type {Clock} from '../domain/clock.ts';
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {Credentials} from './credential-source.ts';
import {createPools, loadUndici, type Pools, type PoolTarget} from './pools.ts';
import {createTlsMaterialSource, type TlsMaterial} from './tls-material.ts';

export type PoolGenerations = {
  /** Throws TransportError where certificate or key cannot be used. */
  current(proof: Credentials): Promise<Pools>;
  close(): Promise<void>;
};

export function createPoolGenerations(
  target: PoolTarget,
  proxyUrl: string | undefined,
  clock: Clock,
  onStale: (path: string, code: string) => void,
): PoolGenerations {
  const tls = createTlsMaterialSource(target.tls, clock, onStale);
  let generation: {readonly material: TlsMaterial; readonly pools: Pools} | undefined;
  let isClosed = false;
  return {
    async current({clientCertificate}) {
      const undici = await loadUndici();
      const material = await tls.read(clientCertificate);
      if (isClosed) throw new TransportError('aborted', phrase('connect.closed'));
      if (generation?.material === material) return generation.pools;
      generation?.pools.drain();
      generation = {material, pools: createPools(undici, target, proxyUrl, material)};
      return generation.pools;
    },
    async close() {
      isClosed = true;
      await generation?.pools.destroy();
    },
  };
}
