/** Follows a container for as long as a stream hangs on it: gone with its pod, or when it no longer runs. */
import type {KubeObject} from '../../domain/kube-object.ts';
import {keyOf} from './api-object.ts';
import {isRunning} from './pod-containers.ts';
import type {ContainerPlace} from './pod-runtime.ts';
import type {ServerState} from './server-state.ts';

/** Hears at most once, and nothing after it was stopped. */
export function whenContainerEnds({storage}: ServerState, {pod, container}: ContainerPlace, hear: () => void): () => void {
  const key = keyOf(pod);
  const isGone = (type: string, object: KubeObject) => type === 'DELETED' || object.metadata.uid !== pod.metadata.uid;
  const stop = storage.listen('pods', {
    changed(event) {
      if (event.key !== key || (!isGone(event.type, event.object) && isRunning(event.object, container))) return;
      stop();
      hear();
    },
    ended() {},
  });
  return stop;
}
