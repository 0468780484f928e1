/** What the node agent reads of a pod: its containers, their mounts and variables. */
import {isFields, readBoolean, readFields, readItems, readList, readNumber, readString} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';

export type Variable =
  | {readonly kind: 'value'; readonly name: string; readonly value: string}
  | {readonly kind: 'secret'; readonly name: string; readonly secret: string; readonly key: string}
  | {readonly kind: 'whole secret'; readonly secret: string; readonly prefix: string}
  | {readonly kind: 'field'; readonly name: string; readonly path: string};

export type PodContainer = {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly variables: readonly Variable[];
  readonly mounts: readonly {readonly volume: string; readonly path: string}[];
  readonly readiness: {readonly port: number; readonly path: string} | undefined;
};

export function containersOf(pod: KubeObject): readonly PodContainer[] {
  return readItems(pod, 'spec.containers', item => {
    const ports = readItems(item, 'ports', port => port);
    const http = readFields(item, 'readinessProbe.httpGet');
    const named = ports.find(port => isFields(port) && port.name === http.port);
    const port = typeof http.port === 'string' ? readNumber(named, 'containerPort') : readNumber(http, 'port');
    return {
      name: readString(item, 'name') ?? '',
      image: readString(item, 'image') ?? '',
      command: [...readList(item, 'command'), ...readList(item, 'args')].map(String),
      variables: [...readItems(item, 'envFrom', readWhole).flat(), ...readItems(item, 'env', readVariable)],
      mounts: readItems(item, 'volumeMounts', mount => ({
        volume: readString(mount, 'name') ?? '',
        path: (readString(mount, 'mountPath') ?? '').replace(/\/$/, ''),
      })),
      readiness: port === undefined ? undefined : {port, path: readString(http, 'path') ?? '/'},
    };
  });
}

/** The claims that a pod's volumes name; undefined stands for a folder of the pod's own. */
export function claimsOf(pod: KubeObject): ReadonlyMap<string, string | undefined> {
  const volumes = readItems(pod, 'spec.volumes', volume => volume);
  return new Map(volumes.map(volume => [readString(volume, 'name') ?? '', readString(volume, 'persistentVolumeClaim.claimName')]));
}

export function restartsAfter(pod: KubeObject, code: number): boolean {
  const policy = readString(pod, 'spec.restartPolicy') ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && code !== 0);
}

/** How long a pod that is told to go may take; seconds. */
export function graceOf(pod: KubeObject): number {
  return readNumber(pod, 'metadata.deletionGracePeriodSeconds') ?? readNumber(pod, 'spec.terminationGracePeriodSeconds') ?? 30;
}

function readVariable(item: unknown): Variable {
  const name = readString(item, 'name') ?? '';
  const field = readString(item, 'valueFrom.fieldRef.fieldPath');
  if (field !== undefined) return {kind: 'field', name, path: field};
  const secret = readString(item, 'valueFrom.secretKeyRef.name');
  if (secret === undefined) return {kind: 'value', name, value: readString(item, 'value') ?? ''};
  return {kind: 'secret', name, secret, key: readString(item, 'valueFrom.secretKeyRef.key') ?? ''};
}

function readWhole(item: unknown): Variable[] {
  const secret = readString(item, 'secretRef.name');
  const isNeeded = secret !== undefined && readBoolean(item, 'secretRef.optional') !== true;
  return isNeeded ? [{kind: 'whole secret', secret, prefix: readString(item, 'prefix') ?? ''}] : [];
}
