/** What the operator takes away with a cluster: everything, its claims included. */
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {ClusterWork} from './operator.ts';

const kinds: ReadonlyArray<readonly [apiVersion: string, kind: string]> = [
  ['apps/v1', 'StatefulSet'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Service'],
  ['v1', 'Endpoints'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['policy/v1', 'PodDisruptionBudget'],
];

export async function deleteCluster({client, say}: ClusterWork, {metadata}: KubeObject): Promise<void> {
  const {name, namespace = ''} = metadata;
  say('info', 'deletion of the cluster started', 'controller');
  for (const [apiVersion, kind] of kinds) {
    const own = await client.list(apiVersion, kind, namespace, {labelSelector: `application=spilo,cluster-name=${name}`});
    for (const object of own) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      await client.remove({apiVersion, kind, name: object.metadata.name, namespace}, {propagationPolicy: 'Background'});
    }
  }
  say('info', 'cluster has been deleted', 'controller');
}
