/** The status of a pod that runs, or whose container keeps ending. */
import {type Fields, readItems, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {podConditions} from '../pod-shape.ts';
import {statusOf} from '../reactions/workloads/pods.ts';
import {spread} from '../seeding.ts';

type Failure = {readonly message: string; readonly restarts: number};

export function podStatus(pod: KubeObject, atIso: string, failure?: Failure): Fields {
  const ip = addressOf(pod);
  const containers = readItems(pod, 'spec.containers', container => ({
    name: readString(container, 'name') ?? '',
    image: readString(container, 'image') ?? '',
  }));
  return {
    phase: 'Running',
    startTime: readString(pod, 'status.startTime') ?? atIso,
    hostIP: '10.42.0.10',
    podIP: ip,
    podIPs: [{ip}],
    conditions: podConditions(failure === undefined, atIso, true),
    containerStatuses: containers.map(each =>
      failure === undefined ? statusOf(each, {running: {startedAt: atIso}}) : ended(each, failure, atIso),
    ),
  };
}

function ended(container: {readonly name: string; readonly image: string}, {message, restarts}: Failure, atIso: string): Fields {
  const waiting = {reason: 'CrashLoopBackOff', message: `back-off 40s restarting failed container=${container.name}`};
  const terminated = {exitCode: 1, reason: 'Error', message, startedAt: atIso, finishedAt: atIso};
  return {...statusOf(container, {waiting}), restartCount: restarts, lastState: {terminated}};
}

/** Another one each time a pod is made anew. */
export function addressOf({metadata}: KubeObject): string {
  return `10.111.${Math.floor(spread(metadata.uid) * 200)}.${2 + Math.floor(spread(`${metadata.uid}/ip`) * 250)}`;
}
