/** The version of Deckhouse that runs, for the header: the DeckhouseRelease in phase Deployed. Asked once. */

import {isFields, readList, readString} from '../domain/fields.ts';
import type {KubePort} from '../domain/kube-port.ts';
import {type Resource, resourcePath} from '../domain/resource.ts';

/** undefined where it cannot be told: a cluster without Deckhouse, or a user who may not read it. */
export async function readDeckhouseVersion(port: KubePort, resource: Resource | undefined): Promise<string | undefined> {
  if (resource === undefined) return undefined;
  try {
    const answer = await port.request({method: 'GET', path: resourcePath(resource)});
    if (answer.status !== 200) return undefined;
    const deployed = readList(JSON.parse(answer.body), 'items').filter(
      release => isFields(release) && readString(release, 'status.phase') === 'Deployed',
    );
    return readString(deployed.at(-1), 'spec.version')?.replace(/^v/, '');
  } catch {
    // A decoration of the header: what is wrong with the cluster is told where its rows are shown.
    return undefined;
  }
}
