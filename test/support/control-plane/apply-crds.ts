/** Installs the custom resource definitions of a folder and waits until their objects can be read. */
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {parseAllDocuments} from 'yaml';
import type {ApiClient} from './api-client.ts';
import type {KubernetesObject} from './kubernetes-object.ts';
import {waitUntil} from './wait-until.ts';

const COLLECTION = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ESTABLISHED_DEADLINE_MS = 30_000;

export type CustomResourceDefinition = KubernetesObject & {
  readonly spec: {
    readonly group: string;
    readonly names: {readonly plural: string};
    readonly versions: readonly {readonly name: string; readonly served: boolean}[];
  };
  readonly status?: {readonly conditions?: readonly {readonly type: string; readonly status: string; readonly message?: string}[]};
};

/** Creates or replaces in place, as `kubectl apply` does, and resolves with the definitions as the server has them. */
export async function applyCrds(api: ApiClient, folder: string): Promise<CustomResourceDefinition[]> {
  const definitions = await readDefinitions(folder);
  return Promise.all(definitions.map(definition => applyOne(api, definition)));
}

async function readDefinitions(folder: string): Promise<CustomResourceDefinition[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.yaml')).sort();
  const definitions: CustomResourceDefinition[] = [];
  for (const file of files) {
    for (const document of parseAllDocuments(await readFile(join(folder, file), 'utf8'))) {
      const value: unknown = document.toJS();
      if (!isDefinition(value)) throw new Error(`${file} holds something that is no CustomResourceDefinition`);
      definitions.push(value);
    }
  }
  return definitions;
}

async function applyOne(api: ApiClient, definition: CustomResourceDefinition): Promise<CustomResourceDefinition> {
  const {name} = definition.metadata;
  const path = `${COLLECTION}/${name}`;
  await api.send({
    method: 'PATCH',
    path: `${path}?fieldManager=control-plane-test&force=true`,
    body: definition,
    contentType: 'application/apply-patch+yaml',
  });
  let seen: CustomResourceDefinition | undefined;
  return waitUntil(
    `${name} is established`,
    async () => {
      seen = await api.send<CustomResourceDefinition>({path});
      if (!isTrue(seen, 'Established') || !isTrue(seen, 'NamesAccepted')) return undefined;
      await readAllVersions(api, seen);
      return seen;
    },
    {deadlineMs: ESTABLISHED_DEADLINE_MS, explain: () => JSON.stringify(seen?.status?.conditions)},
  );
}

/** Established says that the name is taken; the handlers of the versions follow a moment later. */
async function readAllVersions(api: ApiClient, definition: CustomResourceDefinition): Promise<void> {
  const {group, names, versions} = definition.spec;
  for (const version of versions) {
    if (version.served) await api.send({path: `/apis/${group}/${version.name}/${names.plural}?limit=1`});
  }
}

function isTrue(definition: CustomResourceDefinition, type: string): boolean {
  return definition.status?.conditions?.some(condition => condition.type === type && condition.status === 'True') === true;
}

function isDefinition(value: unknown): value is CustomResourceDefinition {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'CustomResourceDefinition';
}
