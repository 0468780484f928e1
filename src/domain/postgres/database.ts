/** A PostgreSQL cluster of the Zalando operator in short: its custom resource `postgresql` (acid.zalan.do/v1). */
import {type Deletion, readDeletion} from '../deletion.ts';
import {readField, readNumber, readString} from '../fields.ts';
import type {KubeObject} from '../kube-object.ts';

export type DatabaseFacts = {
  readonly namespace: string;
  readonly name: string;
  readonly team: string | undefined;
  /** Major version of PostgreSQL. */
  readonly version: string | undefined;
  /** As many members are wanted. */
  readonly instances: number | undefined;
  readonly size: string | undefined;
  /** undefined: the cluster's default class. */
  readonly storageClass: string | undefined;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  /** status.PostgresClusterStatus; the operator reports nothing else. */
  readonly status: string | undefined;
  readonly deletion: Deletion | undefined;
};

export function readDatabase(object: KubeObject): DatabaseFacts {
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    team: readString(object, 'spec.teamId'),
    version: readString(object, 'spec.postgresql.version'),
    instances: readNumber(object, 'spec.numberOfInstances'),
    size: readString(object, 'spec.volume.size'),
    storageClass: readString(object, 'spec.volume.storageClass') || undefined,
    cpu: readQuantity(object, 'spec.resources.requests.cpu'),
    memory: readQuantity(object, 'spec.resources.requests.memory'),
    status: readString(object, 'status.PostgresClusterStatus') || undefined,
    deletion: readDeletion(object),
  };
}

/** Written as a number by some: `cpu: 1`. */
function readQuantity(object: KubeObject, path: string): string | undefined {
  const value = readField(object, path);
  return typeof value === 'number' ? String(value) : readString(object, path);
}
