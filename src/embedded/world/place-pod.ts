/** What the scheduler and the kubelet do for a pod that has found its node. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import type {Stage} from './life.ts';
import type {Draft, Ref} from './world-client.ts';

/** `running` is the pod as it looks when it runs; its status is taken. */
export async function placePod(stage: Stage, pod: Ref, nodeName: string, running: Draft): Promise<void> {
  await stage.client.bind(pod, nodeName);
  await stage.client.patchStatus(pod, {...(isFields(running.status) ? running.status : {}), phase: 'Running'});
  const {name, namespace = ''} = pod;
  await stage.say({
    about: pod,
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    source: 'default-scheduler',
  });
}

export function ownerOf(pod: KubeObject): Fields | undefined {
  const [owner] = pod.metadata.ownerReferences ?? [];
  return owner === undefined ? undefined : {...owner};
}

export function isNodeReady({status}: KubeObject): boolean {
  const conditions = isFields(status) && Array.isArray(status.conditions) ? status.conditions.filter(isFields) : [];
  return conditions.some(({type, status: value}) => type === 'Ready' && value === 'True');
}
