/** Puts a node that was joined by hand under the platform's own hand, without setting it up anew. */

import {stringsOf} from '../domain/label-selector.ts';
import {readNode} from '../domain/node.ts';
import {labelsFor} from '../domain/static-instance.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import type {Reader} from '../engine/reader.ts';
import {nodeKind} from './node-kinds.ts';
import {addressPattern, credentialParameters, hostPermissions, hostSteps, planCredentials} from './static-host-steps.ts';
import {countOf, raisedCount, readHosts, refuseCapture, requireFreeAddress, requireHostGroup} from './static-hosts.ts';
import {staticInstanceTarget} from './targets.ts';

export const staticNodeAdopt = defineRunbook({
  name: 'static-node-adopt',
  version: 1,
  group: 'static',
  risk: 'change',
  target: {...staticInstanceTarget, isNew: true},
  parameters: {
    node: {
      type: 'string',
      isRequired: true,
      isClosed: true,
      choices: adoptable,
      words: {en: 'Node to adopt', ru: 'Какой узел взять'},
    },
    address: {
      type: 'string',
      pattern: addressPattern,
      words: {en: 'IPv4 address; that of the node where absent', ru: 'IPv4-адрес; без указания — адрес узла'},
    },
    ...credentialParameters,
  },
  words: {
    title: {en: 'Adopt a static node', ru: 'Передать статический узел под управление платформы'},
    why: {
      en: 'A node joined by hand is to be looked after like the others.',
      ru: 'Узел, введённый вручную, должен обслуживаться как остальные.',
    },
    will: {
      en: 'A StaticInstance marked as to be adopted; the platform logs in, writes two files and leaves the rest as it is.',
      ru: 'StaticInstance с пометкой об усыновлении; платформа входит на сервер, пишет два файла и больше ничего не меняет.',
    },
    danger: {
      en: 'Adopt one group at a time: older releases bind the host to any group that wants one. Needs Deckhouse 1.63 or later.',
      ru: 'Не берите узлы разных групп одновременно: старые релизы отдадут сервер любой группе, которой он нужен. Нужен Deckhouse 1.63 или новее.',
    },
  },
  permissions: hostPermissions,
  exampleFacts: {
    group: '$GROUP',
    address: '$ADDRESS',
    labels: {},
    credentials: {name: '$CREDENTIALS', isNew: true},
    count: 0,
    raiseTo: null,
  },
  gather: async (reader, {parameters}) => {
    const live = await reader.get({kind: nodeKind, name: parameters.node});
    if (live === undefined) throw new Refusal('NoNode', {en: `there is no Node ${parameters.node}`, ru: `нет узла ${parameters.node}`});
    const node = readNode(live);
    if (node.group === undefined)
      throw new Refusal('NotManaged', {
        en: `Node ${parameters.node} belongs to no group`,
        ru: `узел ${parameters.node} не входит ни в одну группу`,
      });
    const group = await requireHostGroup(reader, node.group);
    const hosts = await readHosts(reader);
    const owner = hosts.all.find(({nodeName}) => nodeName === parameters.node);
    if (owner !== undefined)
      throw new Refusal('NothingToDo', {
        en: `StaticInstance ${owner.name} has the node already`,
        ru: `узел уже у StaticInstance ${owner.name}`,
      });
    const address = parameters.address ?? node.internalIp;
    if (!addressPattern.test(address))
      throw new Refusal('NoAddress', {
        en: `Node ${parameters.node} has no IPv4 address: give address`,
        ru: `у узла ${parameters.node} нет адреса IPv4: задайте address`,
      });
    requireFreeAddress(address, [], hosts, true);
    const labels = labelsFor({}, group);
    if (labels === undefined)
      throw new Refusal('Selector', {
        en: `the selector of group ${node.group} cannot be met by labels alone: give it matchLabels`,
        ru: `селектор группы ${node.group} одними метками не выполнить: задайте ей matchLabels`,
      });
    refuseCapture({}, node.group, hosts, true);
    return {
      group: node.group,
      address,
      labels: stringsOf(labels),
      credentials: await planCredentials(reader, parameters),
      count: countOf(group),
      raiseTo: raisedCount(group, hosts) ?? null,
    };
  },
  steps: ({target, parameters, facts}) => hostSteps(target, parameters, facts, true),
});

async function adoptable(reader: Reader): Promise<readonly string[]> {
  const {groups, all} = await readHosts(reader);
  const names = groups.map(({metadata}) => metadata.name);
  const nodes = await reader.list(nodeKind);
  return nodes
    .filter(node => names.includes(readNode(node).group ?? '') && !all.some(({nodeName}) => nodeName === node.metadata.name))
    .map(({metadata}) => metadata.name);
}
