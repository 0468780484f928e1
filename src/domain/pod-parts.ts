/** What of a pod can be opened: containers that run, containers that have a log, ports. */
import {readItems, readNumber, readString} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {readContainers, stateText} from './pod-container.ts';

export type PodPurpose = 'shell' | 'log' | 'ports';

export type PodPart = {
  /** Of the container; of a port its number, and its name where it has one. */
  readonly name: string;
  readonly container: string;
  /** Only of a port. */
  readonly port: number | undefined;
  readonly note: string;
  /** Named by the pod as the one that is meant, or the first that is no helper. */
  readonly isDefault: boolean;
};

export function podParts(pod: KubeObject, purpose: PodPurpose): readonly PodPart[] {
  return purpose === 'ports' ? ports(pod) : containers(pod, purpose);
}

function containers(pod: KubeObject, purpose: 'shell' | 'log'): readonly PodPart[] {
  const named = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const all = readContainers(pod);
  const main = all.find(({name}) => name === named) ?? all.find(({type}) => type === 'container');
  return all
    .filter(({status}) => purpose === 'log' || status?.state?.kind === 'running')
    .map(({name, type, status}) => ({
      name,
      container: name,
      port: undefined,
      note: [type === 'container' ? '' : type, stateText(status?.state)].filter(text => text !== '').join(' · '),
      isDefault: name === main?.name,
    }));
}

function ports(pod: KubeObject): readonly PodPart[] {
  return readItems(pod, 'spec.containers', container =>
    readItems(container, 'ports', port => ({
      protocol: readString(port, 'protocol') ?? 'TCP',
      number: readNumber(port, 'containerPort') ?? 0,
      name: readString(port, 'name') ?? '',
    }))
      .filter(({protocol, number}) => protocol === 'TCP' && number > 0)
      .map(({number, name}) => {
        const owner = readString(container, 'name') ?? '';
        return {name: name === '' ? String(number) : `${number} ${name}`, container: owner, port: number, note: owner, isDefault: false};
      }),
  ).flat();
}
