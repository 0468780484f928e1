/** An instance in short, whichever of its two shapes the cluster serves. */
import {type Condition, conditionOf, readConditions} from './conditions.ts';
import {type Deletion, readDeletion} from './deletion.ts';
import {readField, readString, readTime} from './fields.ts';
import type {KubeObject} from './kube-object.ts';

export type InstanceFacts = {
  /** status.phase (v1alpha2), else status.currentStatus.phase (v1alpha1). */
  readonly phase: string | undefined;
  readonly phaseSince: number | undefined;
  readonly group: string | undefined;
  readonly nodeName: string | undefined;
  readonly machineName: string | undefined;
  /** v1alpha1 only. */
  readonly lastOperation: {readonly state: string; readonly type: string; readonly description: string} | undefined;
  /** v1alpha2 only, as are the next two. */
  readonly machineStatus: string | undefined;
  readonly bashibleStatus: string | undefined;
  readonly message: string | undefined;
  readonly waitingForDisruption: Condition | undefined;
  /** Where the log of the first start can be read; the machine clears it when it runs. */
  readonly bootstrapLogs: string | undefined;
  readonly createdAt: number | undefined;
  readonly deletion: Deletion | undefined;
};

export function readInstance(object: KubeObject): InstanceFacts {
  const newPhase = readString(object, 'status.phase');
  const conditions = readConditions(object);
  return {
    phase: newPhase ?? readString(object, 'status.currentStatus.phase'),
    phaseSince: newPhase === undefined ? readTime(object, 'status.currentStatus.lastUpdateTime') : undefined,
    group: object.metadata.labels?.['node.deckhouse.io/group'],
    nodeName: readString(object, 'spec.nodeRef.name') ?? readString(object, 'status.nodeRef.name'),
    machineName: readString(object, 'spec.machineRef.name') ?? readString(object, 'status.machineRef.name'),
    lastOperation: readLastOperation(object),
    machineStatus: readString(object, 'status.machineStatus'),
    bashibleStatus: readString(object, 'status.bashibleStatus'),
    message: readString(object, 'status.message'),
    waitingForDisruption: conditionOf(conditions, 'WaitingDisruptionApproval'),
    bootstrapLogs: readBootstrapLogs(object),
    createdAt: readTime(object, 'metadata.creationTimestamp'),
    deletion: readDeletion(object),
  };
}

function readLastOperation(object: KubeObject): InstanceFacts['lastOperation'] {
  if (readField(object, 'status.lastOperation') === undefined) return undefined;
  return {
    state: readString(object, 'status.lastOperation.state') ?? '',
    type: readString(object, 'status.lastOperation.type') ?? '',
    description: readString(object, 'status.lastOperation.description') ?? '',
  };
}

/** The platform's own sentence names the command; without it the command follows from the endpoint. */
function readBootstrapLogs(object: KubeObject): string | undefined {
  const endpoint = readString(object, 'status.bootstrapStatus.logsEndpoint') || undefined;
  if (endpoint === undefined) return readString(object, 'status.bootstrapStatus.description') || undefined;
  if (/^https?:\/\//.test(endpoint)) return `curl -N ${endpoint}`;
  // Host and port: the last colon parts them, since an IPv6 host has its own.
  const colon = endpoint.lastIndexOf(':');
  return colon === -1 ? `nc ${endpoint}` : `nc ${endpoint.slice(0, colon)} ${endpoint.slice(colon + 1)}`;
}
