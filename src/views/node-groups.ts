/** Node groups: how many nodes each one wants, has, has ready and has up to date. */
import type {Fields} from '../domain/fields.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {type NodeGroupFacts, readNodeGroup} from '../domain/node-group.ts';
import {judgeNodeGroup} from '../domain/node-group-verdict.ts';
import {defineView} from './define-view.ts';

export const nodeGroups = defineView<NodeGroupFacts>({
  name: 'nodegroups',
  resource: {group: 'deckhouse.io', plural: 'nodegroups', versions: ['v1', 'v1alpha2', 'v1alpha1']},
  aliases: ['ng', 'nodegroup'],
  facts: readNodeGroup,
  columns: [
    {title: 'TYPE', kind: 'text', value: group => group.nodeType},
    {title: 'READY', kind: 'number', value: group => group.ready},
    {title: 'NODES', kind: 'number', value: group => group.nodes},
    {title: 'UPTODATE', kind: 'number', leaves: 'early', value: group => group.upToDate},
    {title: 'INSTANCES', kind: 'number', leaves: 'first', value: group => group.instances},
    {title: 'DESIRED', kind: 'number', leaves: 'early', value: group => group.desired},
    {title: 'MIN', kind: 'number', leaves: 'first', value: group => group.min},
    {title: 'MAX', kind: 'number', leaves: 'first', value: group => group.max},
    {title: 'STANDBY', kind: 'number', leaves: 'first', value: group => group.standby},
    {title: 'STATUS', kind: 'text', leaves: 'first', value: group => group.summary.message},
    // STATUS speaks of errors alone; whether enough nodes are ready is a condition of its own.
    {title: 'READY CONDITION', kind: 'text', priority: 1, value: group => group.isReady?.status},
    {title: 'SYNCED', kind: 'text', leaves: 'first', isAfterAge: true, versions: ['v1'], value: group => group.synced},
    {title: 'OBSERVED', kind: 'text', priority: 1, isAfterAge: true, versions: ['v1'], value: group => group.observedAt},
    {title: 'PROCESSED', kind: 'text', priority: 1, isAfterAge: true, versions: ['v1'], value: group => group.processedAt},
  ],
  hasAge: true,
  verdict: (group, seen) => judgeNodeGroup(group, seen.now),
  actions: [
    {keys: ['s'], title: phrase('action.scale'), runbook: 'nodegroup-edit', isMain: true, isAsking: true, parameters: sizeOf},
    {keys: ['a'], title: phrase('action.addGroup'), runbook: 'nodegroup-create', isNew: true, isMain: true},
    {
      keys: ['R'],
      title: phrase('action.recreate'),
      runbook: 'nodegroup-recreate',
      disabledReason: group => (group.nodeType === 'CloudEphemeral' ? undefined : phrase('action.notEphemeral')),
    },
  ],
});

/** The size as it is, to be changed in the form. */
function sizeOf({size}: NodeGroupFacts): Fields {
  if (size.count !== undefined) return {patch: {spec: {staticInstances: {count: size.count}}}};
  return {patch: {spec: {cloudInstances: {minPerZone: size.minPerZone ?? 0, maxPerZone: size.maxPerZone ?? 0}}}};
}
