/** Fills a control plane with objects, their status included, over many connections at once. */
import {ApiClient} from './api-client.ts';
import type {KubernetesObject} from './kubernetes-object.ts';
import {ResourcePaths} from './resource-paths.ts';
import type {ControlPlane} from './start.ts';

const CONCURRENCY = 16;

/** Resolves with the objects as the server has them, in the order given. Namespaces among them come into being first. */
export async function loadObjects(
  controlPlane: Pick<ControlPlane, 'connectionOf'>,
  objects: readonly KubernetesObject[],
  options: {readonly concurrency?: number} = {},
): Promise<KubernetesObject[]> {
  const connections = options.concurrency ?? CONCURRENCY;
  const api = new ApiClient({...controlPlane.connectionOf('admin'), connections});
  const paths = new ResourcePaths(api);
  const loaded = new Array<KubernetesObject>(objects.length);
  const create = async (object: KubernetesObject, index: number): Promise<void> => {
    loaded[index] = await createWithStatus(api, paths, object);
  };
  const entries = [...objects.entries()];
  try {
    for (const areNamespaces of [true, false]) {
      const round = entries.filter(([, object]) => (object.kind === 'Namespace') === areNamespaces);
      await runConcurrently(connections, round, ([index, object]) => create(object, index));
    }
  } finally {
    api.close();
  }
  return loaded;
}

async function createWithStatus(api: ApiClient, paths: ResourcePaths, object: KubernetesObject): Promise<KubernetesObject> {
  const {collection, hasStatus} = await paths.find(object);
  const created = await api.send<KubernetesObject>({method: 'POST', path: collection, body: object});
  if (object.status === undefined || !hasStatus) return created;
  const path = `${collection}/${created.metadata.name}/status`;
  // A merge patch and not a PUT: a controller may have touched the object since.
  return api.send<KubernetesObject>({
    method: 'PATCH',
    path,
    body: {status: object.status},
    contentType: 'application/merge-patch+json',
  });
}

async function runConcurrently<Item>(workers: number, items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const remaining = items.values();
  const work = async (): Promise<void> => {
    for (const item of remaining) await act(item);
  };
  await Promise.all(Array.from({length: workers}, work));
}
