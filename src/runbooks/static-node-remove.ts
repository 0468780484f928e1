/** Takes a static node out of the cluster and cleans its host. */
import {isControlPlane} from '../domain/control-plane-quorum.ts';
import {readNode} from '../domain/node.ts';
import {allowBootstrapLabel, readStaticInstance} from '../domain/static-instance.ts';
import {asWords, joinWords} from '../domain/words.ts';
import {patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, type Progress, type Step, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {type DrainFacts, drainNotes, drainPermissions, drainSteps, gatherDrain} from './drain-steps.ts';
import {heldBy} from './held-by.ts';
import {nodeGroupKind, readGroups, readNodes, readStaticInstances, staticInstanceKind} from './node-kinds.ts';
import {requireGroupOf, typeOfGroup} from './node-world.ts';
import {countPatch} from './static-host-steps.ts';
import {countOf, hostTypes, readHosts} from './static-hosts.ts';
import {nodeTarget} from './targets.ts';

const cleanup = 'bash /var/lib/bashible/cleanup_static_node.sh --yes-i-am-sane-and-i-understand-what-i-am-doing';

type HostedFacts = {
  readonly way: 'platform';
  readonly group: string;
  readonly instance: {readonly name: string; readonly uid: string};
  readonly lowerTo: number | null;
};
type HandFacts = {readonly way: 'hand'; readonly group: string; readonly drain: DrainFacts};

export const staticNodeRemove = defineRunbook({
  name: 'static-node-remove',
  version: 1,
  group: 'static',
  risk: 'destructive',
  target: nodeTarget,
  parameters: {},
  words: {
    title: {en: 'Remove a static node', ru: 'Вывести статический узел'},
    why: {en: 'The host leaves the cluster for good, or for another use.', ru: 'Сервер уходит из кластера насовсем или для другой работы.'},
    will: {
      en: 'The node is drained and goes; its host is cleaned: by the platform where it looks after it, else by a person.',
      ru: 'Узел опустошается и уходит; сервер очищается: платформой, если он под её управлением, иначе человеком.',
    },
    danger: {
      en: 'Local data on the host is destroyed and it restarts. It cannot be taken back once the cleaning has begun.',
      ru: 'Локальные данные на сервере уничтожаются, он перезагружается. После начала очистки отменить нельзя.',
    },
  },
  permissions: [
    ...drainPermissions,
    {verbs: ['delete'], group: '', resource: 'nodes', scope: 'target'},
    {verbs: ['patch', 'delete'], group: 'deckhouse.io', resource: 'staticinstances'},
    {verbs: ['patch'], group: 'deckhouse.io', resource: 'nodegroups'},
    readNodes,
    readGroups,
    readStaticInstances,
  ],
  exampleFacts: {way: 'hand', group: '$GROUP', drain: {way: 'eviction', timeoutSeconds: 600, wasCordoned: false, unowned: []}},
  gather: async (reader, {target}): Promise<HostedFacts | HandFacts> => {
    const live = await readTarget(reader, target);
    if (isControlPlane(live)) {
      throw new Refusal('ControlPlane', {
        en: 'a control-plane node has its etcd member removed first: follow the platform’s own procedure for it',
        ru: 'у узла control plane сначала удаляют участника etcd: следуйте процедуре платформы',
      });
    }
    const group = await requireGroupOf(reader, readNode(live), target.ref.name);
    const type = typeOfGroup(group);
    if (!hostTypes.includes(type))
      throw new Refusal('WrongType', {
        en: `group ${group.metadata.name} is ${type}: its machines are not hosts that people own`,
        ru: `группа ${group.metadata.name} — ${type}: её машины не принадлежат людям`,
      });
    const host = (await readHosts(reader)).all.find(({nodeName}) => nodeName === target.ref.name);
    if (host === undefined) return {way: 'hand', group: group.metadata.name, drain: await gatherDrain(reader, target)};
    const instance = await readTarget(reader, {ref: {kind: staticInstanceKind, name: host.name}, uid: ''});
    const count = countOf(group);
    return {
      way: 'platform',
      group: group.metadata.name,
      instance: {name: host.name, uid: instance.metadata.uid},
      lowerTo: count > 0 ? count - 1 : null,
    };
  },
  notes: ({facts}) =>
    facts.way === 'hand'
      ? drainNotes(facts.drain)
      : [
          {
            en: `StaticInstance ${facts.instance.name} goes too; the platform drains and cleans. Another free host may be taken before the count falls.`,
            ru: `Удалится и StaticInstance ${facts.instance.name}; опустошает и очищает платформа. До уменьшения count может быть взят другой свободный сервер.`,
          },
        ],
  steps: ({target, facts}) => (facts.way === 'hand' ? handSteps(target, facts) : hostedSteps(target, facts)),
});

function hostedSteps(node: Target, {group, instance, lowerTo}: HostedFacts): readonly Step[] {
  const host = {ref: {kind: staticInstanceKind, name: instance.name}, uid: instance.uid};
  return [
    releaseStep(host),
    deleteStep(host, 'delete-instance', 'staticinstance'),
    ...(lowerTo === null ? [] : [lowerStep(group, lowerTo)]),
    goneStep(node),
  ];
}

function releaseStep(host: Target): CasStep {
  return patchStep({
    id: 'release',
    title: {en: 'Take the host out of its group', ru: 'Вывести сервер из группы'},
    will: {
      en: `Label ${allowBootstrapLabel}=false: the platform drains the node, cleans the host and lets it wait as Pending.`,
      ru: `Метка ${allowBootstrapLabel}=false: платформа опустошит узел, очистит сервер и оставит его в Pending.`,
    },
    object: host,
    patch: {metadata: {labels: {[allowBootstrapLabel]: 'false'}}},
    verify: reader => followRelease(reader, host),
    timeouts: {verify: 1800},
    commands: [
      `kubectl label staticinstance ${host.ref.name} ${allowBootstrapLabel}=false --overwrite`,
      `kubectl wait staticinstance ${host.ref.name} --for=jsonpath='{.status.currentStatus.phase}'=Pending --timeout=30m`,
    ],
  });
}

/** Some releases delete it by themselves. */
async function followRelease(reader: Reader, {ref, uid}: Target): Promise<Progress> {
  const live = await reader.get(ref);
  if (live === undefined || live.metadata.uid !== uid) return done({en: 'gone already', ru: 'уже нет'});
  const {phase, trouble} = readStaticInstance(live);
  if (phase === 'Pending' || phase === 'Error')
    return done(
      phase === 'Pending'
        ? {en: 'cleaned', ru: 'очищен'}
        : {en: `Error: ${trouble?.message ?? 'without a reason'}`, ru: `Error: ${trouble?.message ?? 'без причины'}`},
    );
  const stage = phase === 'Running' ? {en: 'Running: its node is drained first', ru: 'Running: сначала опустошают его узел'} : phase;
  return waiting(asWords('Pending'), trouble === undefined ? asWords(stage) : joinWords([stage, trouble.message], '; '));
}

function lowerStep(group: string, lowerTo: number): CasStep {
  return patchStep({
    id: 'lower-count',
    isForeseeable: true,
    title: {en: `Let group ${group} want one less`, ru: `Уменьшить число серверов группы ${group}`},
    will: {en: `staticInstances.count becomes ${lowerTo}.`, ru: `staticInstances.count станет ${lowerTo}.`},
    object: {ref: {kind: nodeGroupKind, name: group}, uid: ''},
    patch: live => (countOf(live) > lowerTo ? countPatch(lowerTo) : undefined),
    undo: 'none',
    commands: [`kubectl patch ng ${group} --type=merge -p '${JSON.stringify(countPatch(lowerTo))}'`],
  });
}

function deleteStep(object: Target, id: string, resource: string): CasStep {
  const {ref, uid} = object;
  const isThere = async (reader: Reader) => {
    const live = await reader.get(ref);
    return live?.metadata.uid === uid ? live : undefined;
  };
  return {
    id,
    effect: 'K8sCas',
    isForeseeable: true,
    title: {en: `Delete ${ref.kind.kind} ${ref.name}`, ru: `Удалить ${ref.kind.kind} ${ref.name}`},
    will: {en: 'The object goes; nothing else refers to it any more.', ru: 'Объект удаляется; на него больше ничто не ссылается.'},
    act: async reader => {
      const live = await isThere(reader);
      if (live === undefined || live.metadata.deletionTimestamp !== undefined) return [];
      return [{kind: 'delete', ref, uid, propagation: 'Background'}];
    },
    verify: async reader => {
      const live = await isThere(reader);
      return live === undefined ? done(gone) : waiting(gone, heldBy(live));
    },
    commands: [`kubectl delete ${resource} ${ref.name}`],
  };
}

function goneStep({ref, uid}: Target): CasStep {
  return {
    id: 'await-gone',
    effect: 'K8sCas',
    title: {en: 'Wait until the Node is gone', ru: 'Дождаться исчезновения Node'},
    will: {
      en: 'Nothing is written; the platform deletes the Node with its machine.',
      ru: 'Ничего не пишется; платформа удалит Node вместе с машиной.',
    },
    act: () => Promise.resolve([]),
    verify: async reader => {
      const live = await reader.get(ref);
      return live?.metadata.uid === uid ? waiting({en: 'the Node gone', ru: 'Node удалён'}, asWords(readNode(live).status)) : done(gone);
    },
    timeouts: {verify: 1800},
    commands: ['kubectl wait node "$TARGET" --for=delete --timeout=30m'],
  };
}

function handSteps(node: Target, {drain}: HandFacts): readonly Step[] {
  return [
    ...drainSteps(node, drain),
    deleteStep(node, 'delete-node', 'node'),
    {
      id: 'clean',
      effect: 'HumanConfirmed',
      title: {en: 'Clean the host', ru: 'Очистить сервер'},
      will: {en: 'A person runs the cleanup script; the host restarts.', ru: 'Человек запускает скрипт очистки; сервер перезагрузится.'},
      danger: {
        en: 'All local data of the cluster on the host is destroyed.',
        ru: 'Все локальные данные кластера на сервере будут уничтожены.',
      },
      ask: {
        en: `On ${node.ref.name}, as root, run:\n${cleanup}\nThe host restarts. Confirm when it has come up again, or when it is switched off for good.`,
        ru: `На ${node.ref.name} от root выполните:\n${cleanup}\nСервер перезагрузится. Подтвердите, когда он поднимется или будет выключен насовсем.`,
      },
      commands: [`ssh root@"$TARGET" ${cleanup}`],
    },
  ];
}

const gone = {en: 'gone', ru: 'удалён'};
