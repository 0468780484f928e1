/** Which log of a pod tells most while a step waits for it. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {LogPlace} from '../domain/log-place.ts';
import {type ContainerFacts, readContainers} from '../domain/pod-container.ts';
import {podParts} from '../domain/pod-parts.ts';

export function logsOf(pods: readonly KubeObject[]): readonly LogPlace[] {
  return pods.flatMap(pod => {
    const container = holdingBack(readContainers(pod))?.name ?? podParts(pod, 'log').find(({isDefault}) => isDefault)?.name;
    const {namespace, name} = pod.metadata;
    return namespace === undefined || container === undefined ? [] : [{namespace, pod: name, container}];
  });
}

/** The one for which the others wait, or that does not work. */
function holdingBack(containers: readonly ContainerFacts[]): ContainerFacts | undefined {
  const init = containers.find(({type, status}) => type === 'init' && hasBegun({status}) && !hasSucceeded({status}));
  return (
    init ?? containers.find(({type, status}) => type !== 'init' && type !== 'ephemeral' && hasBegun({status}) && status?.isReady === false)
  );
}

/** There is something to read: it runs, or has run before. */
function hasBegun({status}: Pick<ContainerFacts, 'status'>): boolean {
  return status !== undefined && (status.restarts > 0 || (status.state !== undefined && status.state.kind !== 'waiting'));
}

function hasSucceeded({status}: Pick<ContainerFacts, 'status'>): boolean {
  return status?.state?.kind === 'terminated' && status.state.exitCode === 0;
}
