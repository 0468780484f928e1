/**
 * Finalizers: put on in the same write that records an intent, taken off by a patch that only the object as it was seen
 * accepts, so that nobody else's finalizer is taken off with it.
 */
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubePort} from '../domain/kube-port.ts';
import {readStatus} from '../domain/read-status.ts';
import {StatusError} from '../domain/status-error.ts';

/** The object as it is to be written; the very same where the finalizer is there already. */
export function withFinalizer<Kind extends KubeObject>(object: Kind, finalizer: string): Kind {
  const {finalizers = []} = object.metadata;
  if (finalizers.includes(finalizer)) return object;
  return {...object, metadata: {...object.metadata, finalizers: [...finalizers, finalizer]}};
}

/** 'changed': somebody wrote in between, to be read anew. 'gone' also where the finalizer was not there. */
export type FinalizerRemoval = 'removed' | 'gone' | 'changed';

/** `path` is the object's. */
export async function removeFinalizer(port: KubePort, path: string, {metadata}: KubeObject, finalizer: string): Promise<FinalizerRemoval> {
  const index = metadata.finalizers?.indexOf(finalizer) ?? -1;
  if (index < 0) return 'gone';
  const patch = [
    {op: 'test', path: '/metadata/uid', value: metadata.uid},
    {op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion},
    {op: 'remove', path: `/metadata/finalizers/${index}`},
  ];
  const answer = await port.request({
    method: 'PATCH',
    path,
    headers: {'content-type': 'application/json-patch+json'},
    body: JSON.stringify(patch),
  });
  if (answer.status < 300) return 'removed';
  if (answer.status === 404) return 'gone';
  // A test that fails is answered with 422.
  if (answer.status === 409 || answer.status === 422) return 'changed';
  throw new StatusError(readStatus(answer));
}
