/** Nodes: kubectl's columns, the group, and how far the node is with its group's configuration. */

import {phrase} from '../domain/messages/phrase.ts';
import {type GroupChecksums, type NodeFacts, readChecksums, readNode, updateStateOf} from '../domain/node.ts';
import {type GroupRules, readGroupRules} from '../domain/node-group.ts';
import {judgeNode} from '../domain/node-verdict.ts';
import {defineView, type Seen} from './define-view.ts';

export const nodes = defineView<NodeFacts>({
  name: 'nodes',
  resource: {group: '', plural: 'nodes', versions: ['v1']},
  aliases: ['no', 'node'],
  facts: readNode,
  related: [
    {
      name: 'groups',
      resource: {group: 'deckhouse.io', plural: 'nodegroups', versions: ['v1', 'v1alpha2', 'v1alpha1']},
      facts: readGroupRules,
    },
    {
      name: 'checksums',
      resource: {group: '', plural: 'secrets', versions: ['v1']},
      namespace: 'd8-cloud-instance-manager',
      fieldSelector: 'metadata.name=configuration-checksums',
      facts: readChecksums,
    },
  ],
  columns: [
    {title: 'STATUS', kind: 'text', value: node => node.status},
    {title: 'ROLES', kind: 'text', leaves: 'first', value: node => node.roles},
    {title: 'VERSION', kind: 'version', leaves: 'first', isAfterAge: true, value: node => node.version},
    {title: 'INTERNAL-IP', kind: 'text', priority: 1, isAfterAge: true, value: node => node.internalIp},
    {title: 'EXTERNAL-IP', kind: 'text', priority: 1, isAfterAge: true, value: node => node.externalIp},
    {title: 'OS-IMAGE', kind: 'text', priority: 1, isAfterAge: true, value: node => node.osImage},
    {title: 'KERNEL-VERSION', kind: 'text', priority: 1, isAfterAge: true, value: node => node.kernelVersion},
    {title: 'CONTAINER-RUNTIME', kind: 'text', priority: 1, isAfterAge: true, value: node => node.containerRuntime},
    {title: 'GROUP', kind: 'text', leaves: 'early', isAfterAge: true, value: node => node.group},
    {title: 'UPDATE', kind: 'text', isAfterAge: true, value: (node, seen) => updateStateOf(node, groupsOf(seen), checksumsOf(seen))},
  ],
  hasAge: true,
  verdict: (node, seen) => judgeNode(node, {now: seen.now, groups: groupsOf(seen), checksums: checksumsOf(seen)}),
  actions: [
    {
      keys: ['a'],
      title: phrase('action.approveDisruption'),
      runbook: 'node-disruption-approve',
      isMain: true,
      disabledReason: ({marks}) =>
        marks.isDisruptionRequired && !marks.isDisruptionApproved ? undefined : phrase('action.noNodeApproval'),
      need: (node, seen) =>
        updateStateOf(node, groupsOf(seen), checksumsOf(seen)) === 'WaitingForManualDisruptionApproval'
          ? phrase('need.nodeDisruption')
          : undefined,
    },
    {
      keys: ['a'],
      title: phrase('action.approveUpdate'),
      runbook: 'node-update-approve',
      disabledReason: ({marks}) => (marks.isWaitingForApproval ? undefined : phrase('action.noNodeApproval')),
    },
    {
      keys: ['c'],
      title: phrase('action.cordon'),
      runbook: 'node-cordon',
      isMain: true,
      disabledReason: ({isCordoned}) => (isCordoned ? phrase('action.cordoned') : undefined),
    },
    {
      keys: ['u'],
      title: phrase('action.uncordon'),
      runbook: 'node-uncordon',
      disabledReason: ({isCordoned}) => (isCordoned ? undefined : phrase('action.notCordoned')),
    },
    {keys: ['r'], title: phrase('action.drain'), runbook: 'node-drain', isMain: true},
    {keys: ['B'], title: phrase('action.reboot'), runbook: 'node-reboot'},
    {keys: ['M'], title: phrase('action.move'), runbook: 'node-move'},
  ],
});

function groupsOf(seen: Seen): readonly GroupRules[] | undefined {
  return seen.related<GroupRules>('groups');
}

function checksumsOf(seen: Seen): readonly GroupChecksums[] | undefined {
  return seen.related<GroupChecksums>('checksums');
}
