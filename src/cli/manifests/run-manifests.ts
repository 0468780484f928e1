/** Everything that deckhand puts into a cluster, in the order in which it is applied. */
import type {Manifest} from '../../domain/run-kinds/definition.ts';
import {provingPolicies, stampingPolicies, stampingSince} from '../../domain/run-kinds/policies.ts';
import {approvalDefinition, runDefinition} from '../../domain/run-kinds/run-definitions.ts';
import type {Permission} from '../../engine/define-runbook.ts';
import {controllerRoles, peopleRoles} from './roles.ts';
import {workload} from './workload.ts';

export type ManifestOptions = {
  readonly namespace: string;
  readonly image: string;
  /** What the enabled groups of runbooks need. */
  readonly permissions: ReadonlyMap<string, readonly Permission[]>;
  /** Of the API server: 36 for Kubernetes 1.36. */
  readonly kubernetesMinor: number;
};

export function runManifests({namespace, image, permissions, kubernetesMinor}: ManifestOptions): readonly Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {name: namespace, labels: {'pod-security.kubernetes.io/enforce': 'restricted'}},
    },
    runDefinition,
    approvalDefinition,
    ...provingPolicies,
    ...peopleRoles(),
    ...controllerRoles(namespace, permissions),
    ...workload({namespace, image, groups: [...permissions.keys()]}),
    // Last: on a server that does not serve them, all the rest has been applied when kubectl says so.
    ...(kubernetesMinor >= stampingSince ? stampingPolicies : []),
  ];
}
