/** Finds the address of an object's collection by the API server's own discovery. */
import type {ApiClient} from './api-client.ts';
import type {KubernetesObject} from './kubernetes-object.ts';
import {groupVersionPath} from './kubernetes-object.ts';

export type ResourcePath = {
  /** Where objects of the kind are created, namespace included. */
  readonly collection: string;
  readonly hasStatus: boolean;
};

type ResourceList = {resources: {name: string; kind: string; namespaced: boolean}[]};

export class ResourcePaths {
  readonly #api: ApiClient;
  readonly #lists = new Map<string, Promise<ResourceList>>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async find(object: KubernetesObject): Promise<ResourcePath> {
    const {apiVersion, kind} = object;
    const {resources} = await this.#list(apiVersion);
    const resource = resources.find(candidate => candidate.kind === kind && !candidate.name.includes('/'));
    if (resource === undefined) throw new Error(`the API server has no ${kind} in ${apiVersion}`);
    const namespace = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? 'default'}` : '';
    return {
      collection: `${groupVersionPath(apiVersion)}${namespace}/${resource.name}`,
      hasStatus: resources.some(candidate => candidate.name === `${resource.name}/status`),
    };
  }

  #list(apiVersion: string): Promise<ResourceList> {
    const known = this.#lists.get(apiVersion);
    if (known !== undefined) return known;
    const list = this.#api.send<ResourceList>({path: groupVersionPath(apiVersion)});
    this.#lists.set(apiVersion, list);
    return list;
  }
}
