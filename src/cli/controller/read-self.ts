/** Who the API server takes us for; asked until it answers. */
import type {Clock} from '../../domain/clock.ts';
import {readString, readStrings} from '../../domain/fields.ts';
import type {KubePort} from '../../domain/kube-port.ts';
import type {Log} from '../../domain/log.ts';
import type {Requester} from '../../domain/run.ts';
import {KubeClient} from '../../engine/kube-client.ts';

const retryMsMin = 1_000;
const retryMsMax = 30_000;
const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** undefined when `stopping` came first. */
export async function readSelf(port: KubePort, clock: Clock, log: Log, stopping: Promise<void>): Promise<Requester | undefined> {
  const client = new KubeClient(port);
  const stop = {isAsked: false};
  void stopping.then(() => {
    stop.isAsked = true;
  });
  for (let retryMs = retryMsMin; !stop.isAsked; retryMs = Math.min(2 * retryMs, retryMsMax)) {
    try {
      const review = await client.post(path, {apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview'});
      return {user: readString(review, 'status.userInfo.username') ?? '', groups: readStrings(review, 'status.userInfo.groups')};
    } catch (error) {
      log('warn', 'the API server does not answer', {error: error instanceof Error ? error.message : String(error), retryMs});
      await new Promise<void>(resolve => {
        const timer = clock.setTimer(retryMs, resolve);
        void stopping.then(() => {
          timer.cancel();
          resolve();
        });
      });
    }
  }
  return undefined;
}
