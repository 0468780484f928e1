/** Instances: each machine on its way to being a node, in either shape that clusters serve. */
import {type InstanceFacts, readInstance} from '../domain/instance.ts';
import {judgeInstance} from '../domain/instance-verdict.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {defineView} from './define-view.ts';

export const instances = defineView<InstanceFacts>({
  name: 'instances',
  resource: {group: 'deckhouse.io', plural: 'instances', versions: ['v1alpha2', 'v1alpha1']},
  aliases: ['instance'],
  facts: readInstance,
  columns: [
    {title: 'STATUS', kind: 'text', versions: ['v1alpha1'], value: instance => instance.phase},
    {title: 'PHASE', kind: 'text', versions: ['v1alpha2'], value: instance => instance.phase},
    {title: 'MACHINE', kind: 'text', versions: ['v1alpha2'], value: instance => instance.machineStatus},
    {title: 'BASHIBLE', kind: 'text', versions: ['v1alpha2'], value: instance => instance.bashibleStatus},
    {title: 'MESSAGE', kind: 'text', versions: ['v1alpha2'], value: instance => instance.message},
    {title: 'GROUP', kind: 'text', priority: 1, value: instance => instance.group},
    {title: 'NODE', kind: 'text', priority: 1, value: instance => instance.nodeName},
    {title: 'MACHINE NAME', kind: 'text', priority: 1, value: instance => instance.machineName},
  ],
  hasAge: true,
  verdict: judgeInstance,
  actions: [{keys: ['R'], title: phrase('action.replace'), runbook: 'instance-replace', isMain: true}],
});
