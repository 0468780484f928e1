/** Which container of a pod is meant, and whether it can be asked: with the words of API server and kubelet. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {ApiFault} from './api-fault.ts';

export function chooseContainer(pod: KubeObject, asked: string | null): string {
  const {name} = pod.metadata;
  const all = ['initContainers', 'containers', 'ephemeralContainers'].flatMap(list => namesOf(pod, list));
  if (asked !== null && asked !== '') {
    if (all.includes(asked)) return asked;
    throw ApiFault.badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [first, ...others] = namesOf(pod, 'containers');
  if (first === undefined) throw ApiFault.badRequest(`a container name must be specified for pod ${name}`);
  if (others.length === 0) return first;
  throw ApiFault.badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`);
}

export function nodeOf({spec}: KubeObject): string | undefined {
  const node = isFields(spec) ? spec.nodeName : undefined;
  return typeof node === 'string' && node !== '' ? node : undefined;
}

export function isRunning(pod: KubeObject, container: string): boolean {
  const state = statusOf(pod, container)?.state;
  return isFields(state) && isFields(state.running);
}

/** Which life of the container has a log; refuses as the kubelet does where none has. */
export function logLife(pod: KubeObject, container: string, isPrevious: boolean): 'present' | 'previous' {
  const refuse = (why: string) => ApiFault.badRequest(why);
  const named = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)}`;
  const status = statusOf(pod, container);
  if (status === undefined) throw refuse(`${named} is not available`);
  const hasPrevious = isFields(status.lastState) && isFields(status.lastState.terminated);
  if (isPrevious) {
    if (hasPrevious) return 'previous';
    throw refuse(`previous terminated ${named} not found`);
  }
  const state = isFields(status.state) ? status.state : {};
  if (isFields(state.running) || isFields(state.terminated)) return 'present';
  if (hasPrevious) return 'previous';
  if (!isFields(state.waiting)) throw refuse(`${named} is waiting to start - no logs yet`);
  throw refuse(`${named} is waiting to start: ${waitingFor(state.waiting)}`);
}

function waitingFor({reason}: Fields): string {
  switch (reason) {
    case 'ErrImagePull':
      return "image can't be pulled";
    case 'ImagePullBackOff':
      return 'trying and failing to pull image';
    default:
      return typeof reason === 'string' ? reason : '';
  }
}

function namesOf({spec}: KubeObject, list: string): readonly string[] {
  const containers = isFields(spec) ? spec[list] : undefined;
  return Array.isArray(containers) ? containers.filter(isFields).map(({name}) => String(name)) : [];
}

function statusOf({status}: KubeObject, container: string): Fields | undefined {
  const lists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];
  const all = lists.flatMap(list => (isFields(status) && Array.isArray(status[list]) ? status[list].filter(isFields) : []));
  return all.find(({name}) => name === container);
}
