/** How long a change of an object takes from the request that makes it to the frame that shows it, at the pace of the events around it. */
import type {ApiClient} from '../test/support/control-plane/api-client.ts';
import {type Figure, quantile, spread} from './figures.ts';
import {pause} from './pause.ts';
import type {Probe} from './probe.ts';
import {selectedName} from './screen-reading.ts';

const changes = 80;
const eventMsMax = 250;

export async function measureEvents(probe: Probe, api: ApiClient): Promise<Figure> {
  const name = selectedName(probe);
  const path = `/apis/deckhouse.io/v1alpha1/modulereleases/${name}/status`;
  const times: number[] = [];
  for (let index = 0; index < changes; index += 1) {
    const message = `seen-${index}-seen`;
    const body = {status: {message}};
    const change = (): void => void api.send({method: 'PATCH', path, body, contentType: 'application/merge-patch+json'});
    times.push(await probe.timeUntil(change, terminal => terminal.screen().some(line => line.includes(message))));
    await pause(30 + Math.random() * 100);
  }
  const note = `p95, the request included; ${spread(times)}`;
  return {target: '', name: 'event → screen (50 events/s)', limit: eventMsMax, measured: quantile(times, 0.95), unit: 'ms', note};
}
