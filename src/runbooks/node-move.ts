/** Moves a static node to another group. */
import {isControlPlane} from '../domain/control-plane-quorum.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {readNode} from '../domain/node.ts';
import {readNodeGroup} from '../domain/node-group.ts';
import {labelsFor, readStaticInstance} from '../domain/static-instance.ts';
import {asWords, joinWords} from '../domain/words.ts';
import {patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, failed, type Progress, type Step, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {
  nodeGroupKind,
  patchNode,
  readGroups,
  readInstances,
  readNodes,
  readPlatform,
  readStaticInstances,
  staticInstanceKind,
} from './node-kinds.ts';
import {groupNames, requireGroupOf, requirePlatform, sayUpdate, typeOfGroup} from './node-world.ts';
import {countPatch} from './static-host-steps.ts';
import {countOf, followHost, hostTypes, raisedCount, readHosts, requireHostGroup} from './static-hosts.ts';
import {nodeTarget} from './targets.ts';

type HandFacts = {readonly way: 'hand'; readonly from: string; readonly checksum: string; readonly nodes: number};
type HostedFacts = {
  readonly way: 'platform';
  readonly from: string;
  readonly instance: {readonly name: string; readonly uid: string; readonly machine: string};
  readonly labels: Readonly<Record<string, string | null>>;
  readonly lowerTo: number | null;
  readonly raiseTo: number | null;
};

export const nodeMove = defineRunbook({
  name: 'node-move',
  version: 1,
  group: 'nodes',
  risk: 'destructive',
  target: nodeTarget,
  parameters: {
    group: {
      type: 'string',
      isRequired: true,
      isClosed: true,
      choices: groupNames(hostTypes),
      words: {en: 'Group to move to', ru: 'В какую группу перенести'},
    },
  },
  words: {
    title: {en: 'Move a node to another group', ru: 'Перенести узел в другую группу'},
    why: {
      en: 'The host is to do other work, with that group’s settings.',
      ru: 'Сервер должен делать другую работу с настройками той группы.',
    },
    will: {
      en: 'A node joined by hand is relabelled and configured anew; one under the platform is drained, cleaned and set up again.',
      ru: 'Узел, введённый вручную, получает новую метку и настройку; узел под управлением платформы опустошается, очищается и настраивается заново.',
    },
    danger: {
      en: 'A host that is set up again loses its local data and its Node object. Moving back is another node-move.',
      ru: 'Сервер, настраиваемый заново, теряет локальные данные и объект Node. Вернуть — ещё одним node-move.',
    },
  },
  permissions: [
    patchNode,
    {verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'staticinstances'},
    {verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'nodegroups'},
    readNodes,
    readGroups,
    readInstances,
    readStaticInstances,
    readPlatform,
  ],
  exampleFacts: {way: 'hand', from: '$FROM', checksum: '', nodes: 1},
  gather: async (reader, {target, parameters: {group}}): Promise<HandFacts | HostedFacts> => {
    await requirePlatform(reader);
    const live = await readTarget(reader, target);
    const from = await requireGroupOf(reader, readNode(live), target.ref.name);
    const to = await requireHostGroup(reader, group);
    requireLikeGroups(live, from, to);
    const hosts = await readHosts(reader);
    const host = hosts.all.find(({nodeName}) => nodeName === target.ref.name);
    if (host === undefined) {
      return {way: 'hand', from: from.metadata.name, checksum: readNode(live).marks.checksum ?? '', nodes: readNodeGroup(to).nodes ?? 0};
    }
    const labels = labelsFor(host.labels, to, from);
    if (labels === undefined) {
      throw new Refusal('Selector', {
        en: `no labels of StaticInstance ${host.name} would make ${group} take it and ${from.metadata.name} let it go: give each group a labelSelector of its own`,
        ru: `никакие метки StaticInstance ${host.name} не заставят ${group} взять его, а ${from.metadata.name} отпустить: задайте каждой группе свой labelSelector`,
      });
    }
    const instance = await readTarget(reader, {ref: {kind: staticInstanceKind, name: host.name}, uid: ''});
    return {
      way: 'platform',
      from: from.metadata.name,
      instance: {name: host.name, uid: instance.metadata.uid, machine: host.machineName ?? ''},
      labels,
      lowerTo: countOf(from) > 0 ? countOf(from) - 1 : null,
      raiseTo: raisedCount(to, hosts) ?? null,
    };
  },
  notes: ({facts}) =>
    facts.way === 'hand'
      ? [
          {
            en: 'The node stays; its kubelet restarts, and an update that needs a disruption asks for it.',
            ru: 'Узел остаётся; kubelet перезапустится, а прерывание, если оно нужно, будет запрошено.',
          },
        ]
      : [
          {
            en: `StaticInstance ${facts.instance.name}: the node is drained, its host cleaned and set up again; the Node object is another one.`,
            ru: `StaticInstance ${facts.instance.name}: узел опустошается, сервер очищается и настраивается заново; объект Node будет другим.`,
          },
        ],
  steps: ({target, parameters: {group}, facts}) => (facts.way === 'hand' ? [relabelNode(target, group, facts)] : hostedSteps(group, facts)),
});

function requireLikeGroups(node: KubeObject, from: KubeObject, to: KubeObject): void {
  const [fromName, toName] = [from.metadata.name, to.metadata.name];
  if (fromName === toName)
    throw new Refusal('NothingToDo', {en: `the node is in group ${toName} already`, ru: `узел уже в группе ${toName}`});
  if (isControlPlane(node) || toName === 'master')
    throw new Refusal('ControlPlane', {
      en: 'control-plane nodes are not moved by a label: etcd and the API server have to go along',
      ru: 'узлы control plane меткой не переносят: с ними переезжают etcd и API-сервер',
    });
  const [fromType, toType] = [typeOfGroup(from), typeOfGroup(to)];
  if (!hostTypes.includes(fromType))
    throw new Refusal('WrongType', {
      en: `group ${fromName} is ${fromType}: its machines live and die with it`,
      ru: `группа ${fromName} — ${fromType}: её машины живут и исчезают вместе с ней`,
    });
  if (fromType !== toType)
    throw new Refusal('WrongType', {
      en: `group ${fromName} is ${fromType}, ${toName} is ${toType}: a node keeps its type`,
      ru: `группа ${fromName} — ${fromType}, ${toName} — ${toType}: тип узла не меняется`,
    });
}

function relabelNode(target: Target, group: string, facts: HandFacts): Step {
  return patchStep({
    id: 'relabel',
    title: {en: `Relabel the node for group ${group}`, ru: `Сменить метку узла на группу ${group}`},
    will: {
      en: `node.deckhouse.io/group=${group}, and the role label of ${facts.from} goes; the agent takes the new settings within minutes.`,
      ru: `node.deckhouse.io/group=${group}, метка роли ${facts.from} снимается; агент возьмёт новые настройки за несколько минут.`,
    },
    object: target,
    patch: {metadata: {labels: {'node.deckhouse.io/group': group, [`node-role.kubernetes.io/${facts.from}`]: null}}},
    verify: reader => followMove(reader, target, group, facts),
    timeouts: {verify: 3600},
    commands: [
      'kubectl label node "$TARGET" --overwrite node.deckhouse.io/group="$GROUP"',
      `kubectl label node "$TARGET" node-role.kubernetes.io/${facts.from}-`,
    ],
  });
}

async function followMove(reader: Reader, target: Target, group: string, {checksum, nodes}: HandFacts): Promise<Progress> {
  const live = await readTarget(reader, target);
  const node = readNode(live);
  if (node.group !== group)
    return failed('MovedBack', {
      en: `the node is in group ${node.group ?? 'none'} again`,
      ru: node.group === undefined ? 'узел снова не в группе' : `узел снова в группе ${node.group}`,
    });
  const {marks} = node;
  const joined = await reader.get({kind: nodeGroupKind, name: group});
  const counted = joined && readNodeGroup(joined);
  // Groups that want the same of their nodes have the same checksum; then the group's own figures tell.
  const isCounted = (counted?.nodes ?? 0) > nodes && counted?.nodes === counted?.upToDate;
  const isConfigured =
    !marks.isWaitingForApproval && !marks.isApproved && (marks.checksum ?? '') !== '' && (marks.checksum !== checksum || isCounted);
  const hasRole = live.metadata.labels?.[`node-role.kubernetes.io/${group}`] !== undefined;
  if (isConfigured && hasRole && node.ready?.status === 'True') return done({en: `Ready in group ${group}`, ru: `Ready в группе ${group}`});
  const update = await sayUpdate(reader, target.ref.name, node);
  const role = hasRole ? asWords('') : {en: ', without its role label yet', ru: ', метки роли ещё нет'};
  return waiting({en: `configured for group ${group}`, ru: `настроен для группы ${group}`}, joinWords([update, role], ''));
}

function hostedSteps(to: string, {from, instance, labels, lowerTo, raiseTo}: HostedFacts): readonly Step[] {
  const host = {ref: {kind: staticInstanceKind, name: instance.name}, uid: instance.uid};
  return [
    relabelHost(host, instance.machine, labels),
    ...(lowerTo === null ? [] : [countStep('lower-count', from, lowerTo, count => count > lowerTo)]),
    ...(raiseTo === null ? [] : [countStep('raise-count', to, raiseTo, count => count < raiseTo)]),
    {
      id: 'await-node',
      effect: 'K8sCas',
      title: {en: `Wait for the node in group ${to}`, ru: `Дождаться узла в группе ${to}`},
      will: {
        en: 'Nothing is written; the platform sets the host up again, in at most 20 minutes.',
        ru: 'Ничего не пишется; платформа настроит сервер заново, не дольше 20 минут.',
      },
      act: () => Promise.resolve([]),
      verify: reader => followHost(reader, host.ref, to),
      timeouts: {verify: 1800},
      commands: [`kubectl wait staticinstance ${instance.name} --for=jsonpath='{.status.currentStatus.phase}'=Running --timeout=30m`],
    },
  ];
}

function relabelHost(host: Target, machine: string, labels: Readonly<Record<string, string | null>>): CasStep {
  const words = Object.entries(labels).map(([name, value]) => (value === null ? `${name}-` : `${name}=${value}`));
  return patchStep({
    id: 'relabel',
    title: {en: 'Relabel the StaticInstance', ru: 'Сменить метки StaticInstance'},
    will: {
      en: `${words.join(' ')}: its group lets it go, the platform drains the node and cleans the host.`,
      ru: `${words.join(' ')}: группа отпускает сервер, платформа опустошает узел и очищает сервер.`,
    },
    object: host,
    patch: {metadata: {labels}},
    undo: 'none',
    verify: async reader => {
      const {phase, machineName = ''} = readStaticInstance(await readTarget(reader, host));
      if (phase === 'Error')
        return failed('HostError', {en: 'the platform could not clean the host', ru: 'платформа не смогла очистить хост'});
      const isOut = phase === 'Pending' || (machineName !== machine && machineName !== '');
      const out = {en: 'out of its former group', ru: 'вышел из прежней группы'};
      return isOut ? done(out) : waiting(out, asWords(phase));
    },
    timeouts: {verify: 1800},
    commands: [`kubectl label staticinstance ${host.ref.name} --overwrite ${words.join(' ')}`],
  });
}

function countStep(id: string, group: string, to: number, isWanted: (count: number) => boolean): CasStep {
  return patchStep({
    id,
    isForeseeable: true,
    title: {en: `Set the count of group ${group}`, ru: `Задать число серверов группы ${group}`},
    will: {en: `staticInstances.count becomes ${to}.`, ru: `staticInstances.count станет ${to}.`},
    object: {ref: {kind: nodeGroupKind, name: group}, uid: ''},
    patch: live => (isWanted(countOf(live)) ? countPatch(to) : undefined),
    undo: 'none',
    commands: [`kubectl patch ng ${group} --type=merge -p '${JSON.stringify(countPatch(to))}'`],
  });
}
