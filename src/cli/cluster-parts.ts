/** What works behind a session once its kubeconfig is read: connection, proof of life, discovery and the pool of sources. */
import {type ClusterConnection, connect} from '../cluster/connect.ts';
import {createDiscovery, type Discovery} from '../cluster/discovery.ts';
import type {ConnectionSettings} from '../cluster/kubeconfig.ts';
import {createListOnce} from '../cluster/list-once.ts';
import {createLiveness, type LivenessMember} from '../cluster/liveness.ts';
import {createSourceOpener} from '../cluster/open-source.ts';
import type {TransportOptions} from '../cluster/transport.ts';
import type {Random} from '../domain/clock.ts';
import type {OpenSource} from '../domain/source.ts';
import {createSourcePool, type SourcePool} from '../store/source-pool.ts';

export type ClusterParts = {
  readonly connection: ClusterConnection;
  readonly discovery: Discovery;
  readonly pool: SourcePool;
  readonly open: OpenSource;
  stop(): void;
};

export type ClusterPartsOptions = TransportOptions & {
  readonly random: Random;
  /** Reads each source once and watches nothing. */
  readonly isOneShot: boolean;
  readonly pulse: LivenessMember;
  /** Rows, freshness or kinds changed. */
  readonly onChange: () => void;
};

/** Throws KubeconfigError; the first requests leave at once. */
export function openCluster(settings: ConnectionSettings, context: string | undefined, options: ClusterPartsOptions): ClusterParts {
  const {clock, random, isOneShot, pulse, onChange} = options;
  const connection = connect(settings, context, options);
  const {port} = connection;
  const liveness = createLiveness({port, clock});
  // Sources hear of new kinds through discovery, which itself watches through a source.
  const kindListeners = new Set<() => void>();
  const onKindsChanged = (run: () => void): (() => void) => {
    kindListeners.add(run);
    return () => void kindListeners.delete(run);
  };
  const open = isOneShot ? createListOnce(port) : createSourceOpener({port, clock, random, liveness, onKindsChanged});
  const discovery = createDiscovery({port, clock, openSource: isOneShot ? () => ({stop: () => {}}) : open});
  const pool = createSourcePool({open, clock});
  const seat = isOneShot ? undefined : liveness.join(pulse);
  pool.store.subscribe(onChange);
  discovery.subscribe(() => {
    for (const run of [...kindListeners]) run();
    onChange();
  });
  return {
    connection,
    discovery,
    pool,
    open,
    stop: () => {
      seat?.leave();
      discovery.stop();
      pool.close();
      void connection.close();
    },
  };
}
