/** The feed of electors: one LIST and WATCH of the Leases of a namespace, shared by all who wait for one of them. */
import type {Resource} from '../domain/resource.ts';
import type {OpenSource, SourceHandle, SourceSpec} from '../domain/source.ts';
import type {LeaseFeed} from './lease.ts';
import {type LeaseRecord, leaseKind, readLease} from './lease-record.ts';

const resource: Resource = {...leaseKind, singular: 'lease', shortNames: [], categories: [], verbs: ['list', 'watch']};

/** What is beyond is not watched: its candidates look when its time is up. */
const leasesMax = 10_000;

type Listener = {readonly name: string; readonly onChange: (lease: LeaseRecord | undefined) => void};

type Watched = {
  readonly handle: SourceHandle;
  readonly leases: Map<string, LeaseRecord>;
  readonly nameOfUid: Map<string, string>;
  readonly listeners: Set<Listener>;
};

export function createLeaseFeed(open: OpenSource): LeaseFeed {
  const namespaces = new Map<string, Watched>();
  return {
    subscribe(namespace, name, onChange) {
      const watched = namespaces.get(namespace) ?? watch(open, namespace);
      namespaces.set(namespace, watched);
      const listener = {name, onChange};
      watched.listeners.add(listener);
      const known = watched.leases.get(name);
      if (known !== undefined) onChange(known);
      return {
        stop() {
          if (!watched.listeners.delete(listener) || watched.listeners.size > 0) return;
          watched.handle.stop();
          namespaces.delete(namespace);
        },
      };
    },
  };
}

function watch(open: OpenSource, namespace: string): Watched {
  const spec: SourceSpec<LeaseRecord> = {
    resource,
    namespace,
    form: 'object',
    projection: {name: 'lease', project: readLease},
    rowsMax: leasesMax,
  };
  const [leases, nameOfUid, listeners] = [new Map<string, LeaseRecord>(), new Map<string, string>(), new Set<Listener>()];
  const tell = (name: string, lease: LeaseRecord | undefined) => {
    for (const listener of [...listeners]) if (listener.name === name && listeners.has(listener)) listener.onChange(lease);
  };
  const handle = open(spec, {
    columns: () => {},
    status: () => {},
    changes: changes => {
      for (const change of changes) {
        if (change.type === 'upsert') {
          const {uid, name, row} = change.entry;
          nameOfUid.set(uid, name);
          leases.set(name, row);
          tell(name, row);
        } else {
          const name = nameOfUid.get(change.uid);
          nameOfUid.delete(change.uid);
          // One made anew under the same name stays.
          if (name === undefined || leases.get(name)?.uid !== change.uid) continue;
          leases.delete(name);
          tell(name, undefined);
        }
      }
    },
  });
  return {handle, leases, nameOfUid, listeners};
}
