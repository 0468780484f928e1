/** A port whose requests are counted and timed under client-go's names. */

import type {Clock} from '../../domain/clock.ts';
import type {KubePort, KubeRequest} from '../../domain/kube-port.ts';
import type {Meter} from '../../engine/metrics.ts';

export function measuredPort(port: KubePort, host: string, clock: Clock, meter: Meter): KubePort {
  const measure = async <Answer extends {readonly status: number}>(request: KubeRequest, send: () => Promise<Answer>): Promise<Answer> => {
    const startMs = clock.monotonic();
    const count = (code: string): void => {
      meter.count('rest_client_requests_total', {code, method: request.method, host});
      meter.observe('rest_client_request_duration_seconds', {verb: request.method, host}, (clock.monotonic() - startMs) / 1000);
    };
    try {
      const answer = await send();
      count(String(answer.status));
      return answer;
    } catch (error) {
      count('<error>');
      throw error;
    }
  };
  return {
    request: request => measure(request, () => port.request(request)),
    // A stream is timed until its answer begins.
    stream: request => measure(request, () => port.stream(request)),
  };
}
