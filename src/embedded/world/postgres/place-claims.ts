/** Which node takes a pod that mounts claims. */
import {isFields, readFields, readList, readString} from '../../../domain/fields.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import {isNodeReady} from '../place-pod.ts';
import type {WorldClient} from '../world-client.ts';
import {volumeRef} from './objects.ts';

const selectedNode = 'volume.kubernetes.io/selected-node';
const role = 'node.deckhouse.io/group';

export async function nodesOf(client: WorldClient): Promise<readonly KubeObject[]> {
  return client.list('v1', 'Node');
}

type Claim = {readonly claim: string; readonly live: KubeObject | undefined};

/** The node that a claim or its volume asks for, else the one with the fewest members of the same cluster. */
export async function chooseNode(
  client: WorldClient,
  pod: KubeObject,
  nodes: readonly KubeObject[],
  claims: readonly Claim[],
): Promise<string | undefined> {
  const wanted = Object.entries(readFields(pod, 'spec.nodeSelector'));
  const fits = (node: KubeObject) =>
    wanted.length === 0 ? takesWork(node, nodes) : wanted.every(([label, value]) => node.metadata.labels?.[label] === value);
  const open = nodes.filter(node => isOpen(node) && fits(node));
  const asked = await askedFor(client, claims);
  if (asked !== undefined && open.some(({metadata}) => metadata.name === asked)) return asked;
  const cluster = pod.metadata.labels?.['cluster-name'];
  const labelSelector = `cluster-name=${cluster ?? ''}`;
  const others = cluster === undefined ? [] : await client.list('v1', 'Pod', pod.metadata.namespace, {labelSelector});
  const loads = open.map(node => ({
    name: node.metadata.name,
    load: others.filter(each => readString(each, 'spec.nodeName') === node.metadata.name).length,
  }));
  return loads.sort((one, other) => one.load - other.load || (one.name < other.name ? -1 : 1))[0]?.name;
}

async function askedFor(client: WorldClient, claims: readonly Claim[]): Promise<string | undefined> {
  for (const {live} of claims) {
    const volume = readString(live, 'spec.volumeName');
    const place = volume === undefined ? undefined : await client.find(volumeRef(volume));
    const [term] = readList(place, 'spec.nodeAffinity.required.nodeSelectorTerms');
    const values = readList(readList(term, 'matchExpressions')[0], 'values');
    const wanted = typeof values[0] === 'string' ? values[0] : live?.metadata.annotations?.[selectedNode];
    if (wanted !== undefined) return wanted;
  }
  return undefined;
}

function isOpen(node: KubeObject): boolean {
  return isNodeReady(node) && node.metadata.deletionTimestamp === undefined && !(isFields(node.spec) && node.spec.unschedulable === true);
}

/** Where there are groups, ordinary work stands on the workers. */
function takesWork(node: KubeObject, nodes: readonly KubeObject[]): boolean {
  return nodes.every(({metadata}) => metadata.labels?.[role] === undefined) || node.metadata.labels?.[role] === 'worker';
}
