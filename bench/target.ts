/** What the program is measured against: an API server filled with objects, with a tap on the requests it gets. */

import {approvalDefinition, runDefinition} from '../src/domain/run-kinds/run-definitions.ts';
import type {ApiClientOptions} from '../test/support/control-plane/api-client.ts';
import type {KubernetesObject} from '../test/support/control-plane/kubernetes-object.ts';
import {moduleName, type PlatformSize, platformObjects, releaseName} from '../test/support/platform-objects.ts';

export type TargetName = 'embedded' | 'kube-apiserver';

/** One request as the server saw it. */
export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
};

export type Target = {
  readonly name: TargetName;
  readonly kubeconfig: string;
  readonly connection: ApiClientOptions;
  /** All so far, the bench's own among them. */
  requests(): Promise<readonly SeenRequest[]>;
  stop(): Promise<void>;
};

export const size: PlatformSize = {modules: 200, releases: 10_000, nodes: 200, pods: 200};

/** Everything that the views of the measurements show, once as made and never again, and where runs can be recorded. */
export function benchObjects(): KubernetesObject[] {
  return [{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'deckhand'}}, ...platformObjects(size)];
}

export function runKinds(): KubernetesObject[] {
  return [runDefinition, approvalDefinition];
}

/** In the order in which they are made. */
export function releaseNames(): string[] {
  const perModule = size.releases / size.modules;
  return Array.from({length: size.releases}, (_, index) => releaseName(Math.floor(index / perModule), index % perModule));
}

export function moduleNames(): string[] {
  return Array.from({length: size.modules}, (_, index) => moduleName(index));
}
