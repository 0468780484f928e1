/** `deckhand manifests`: what a cluster needs for runs and for the controller that carries them out, for `kubectl apply -f -`. */
import {stringify} from 'yaml';
import type {Manifest} from '../domain/run-kinds/definition.ts';
import {stampingSince} from '../domain/run-kinds/policies.ts';
import type {Permission} from '../engine/define-runbook.ts';
import {runbooks} from '../runbooks/catalog.ts';
import type {ManifestFlags} from './manifest-flags.ts';
import {runManifests} from './manifests/run-manifests.ts';

export function manifestText({runbooks: groups, runsNamespace, image, kubernetes, deckhouse}: ManifestFlags, version: string): string {
  const permissions = new Map(
    groups.map(group => {
      const ofGroup = runbooks.filter(runbook => runbook.group === group);
      const permissions = ofGroup.flatMap(({permissions, undoPermissions = []}) => [...permissions, ...undoPermissions]);
      return [group, deckhouse ? permissions : permissions.map(everywhere)];
    }),
  );
  const manifests = runManifests({namespace: runsNamespace, image, permissions, kubernetesMinor: kubernetes});
  return `${heading(version, runsNamespace)}${manifests.map(manifestYaml).join('---\n')}`;
}

function everywhere({scope, ...permission}: Permission): Permission {
  return typeof scope === 'object' || scope === undefined ? permission : {...permission, scope};
}

export function manifestYaml(manifest: Manifest): string {
  return stringify(manifest, {aliasDuplicateObjects: false, lineWidth: 0});
}

function heading(version: string, namespace: string): string {
  const lines = [
    `deckhand ${version}: kinds, policies, roles and controller.`,
    'Who may submit runs, and who may approve those of others:',
    `  kubectl -n ${namespace} create rolebinding requesters --clusterrole deckhand-requester --group GROUP`,
    `  kubectl -n ${namespace} create rolebinding approvers --clusterrole deckhand-approver --group GROUP`,
    'Whose dashboards carry runs out themselves (what a run does to its target takes rights of their own):',
    `  kubectl -n ${namespace} create rolebinding holders --clusterrole deckhand-holder --group GROUP`,
    `MutatingAdmissionPolicy is served from Kubernetes 1.${stampingSince} on; before it say --kubernetes 1.${stampingSince - 1} or less.`,
    'Where there is no Deckhouse, and so no namespace d8-system, say --no-deckhouse.',
    'The runbooks of the group generic are for any object, and so are their rights; --runbooks leaves groups out.',
  ];
  return `${lines.map(line => `# ${line}\n`).join('')}---\n`;
}
