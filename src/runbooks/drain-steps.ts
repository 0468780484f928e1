/** Emptying a node: through the platform where it looks after the node, elsewhere through the Eviction API with the same times. */
import {humanDuration} from '../domain/age.ts';
import type {Fields} from '../domain/fields.ts';
import {readNumber} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {LogPlace} from '../domain/log-place.ts';
import {counted} from '../domain/messages/russian-plural.ts';
import {readNode} from '../domain/node.ts';
import {isUnowned, podFate, refusingBudgets} from '../domain/node-drain.ts';
import {objectKey, refOf} from '../domain/object-ref.ts';
import {asWords, joinWords, type Words} from '../domain/words.ts';
import {patchStep, patchWrite, readTarget} from '../engine/define-patch-step.ts';
import type {Permission} from '../engine/define-runbook.ts';
import {type CasStep, done, failed, type Progress, type StepPast, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {drainFailureSince, readDrainEvents} from './drain-events.ts';
import {budgetKind, daemonSetKind, nodeGroupKind, patchNode, podKind, readGroups, readPlatform} from './node-kinds.ts';
import {isPlatformThere, readNodeOf} from './node-world.ts';
import {logsOf} from './pod-logs.ts';

export type DrainFacts = {
  readonly way: 'platform' | 'eviction';
  readonly timeoutSeconds: number;
  readonly wasCordoned: boolean;
  /** Pods that nothing makes anew. */
  readonly unowned: readonly string[];
};

export const drainPermissions: readonly Permission[] = [
  patchNode,
  readGroups,
  readPlatform,
  {verbs: ['get', 'list'], group: '', resource: 'pods'},
  {verbs: ['create'], group: '', resource: 'pods/eviction'},
  {verbs: ['list'], group: 'apps', resource: 'daemonsets'},
  {verbs: ['list'], group: 'policy', resource: 'poddisruptionbudgets'},
  readDrainEvents,
];

const timeoutSecondsDefault = 600;
const logsMax = 3;
const draining = 'update.node.deckhouse.io/draining';
const drained = 'update.node.deckhouse.io/drained';
const drainFailed = 'update.node.deckhouse.io/drain-failed';

export async function gatherDrain(reader: Reader, target: Target): Promise<DrainFacts> {
  const node = await readNodeOf(reader, target);
  const group = node.group === undefined ? undefined : await reader.get({kind: nodeGroupKind, name: node.group});
  const {toEvict} = await podsOn(reader, target.ref.name);
  return {
    way: group !== undefined && (await isPlatformThere(reader)) ? 'platform' : 'eviction',
    timeoutSeconds: readNumber(group, 'spec.nodeDrainTimeoutSecond') ?? timeoutSecondsDefault,
    wasCordoned: node.isCordoned,
    unowned: toEvict.filter(isUnowned).map(({metadata}) => objectKey(metadata)),
  };
}

export function drainNotes({way, timeoutSeconds, unowned}: DrainFacts): readonly Words[] {
  const time = humanDuration(timeoutSeconds * 1000);
  return [
    way === 'platform'
      ? {
          en: `The platform drains the node; time-out ${time}, nothing is forced.`,
          ru: `Узел опустошает платформа; время — ${time}, силой ничего не удаляется.`,
        }
      : {
          en: `Pods are evicted one by one; a budget that refuses is asked again for ${time}, nothing is forced.`,
          ru: `Поды вытесняются по одному; если PDB не пускает, запрос повторяется ${time}, силой ничего не удаляется.`,
        },
    ...(unowned.length === 0
      ? []
      : [
          {
            en: `Gone for good, nothing makes them anew: ${unowned.join(', ')}.`,
            ru: `Исчезнут насовсем, их никто не создаст заново: ${unowned.join(', ')}.`,
          },
        ]),
  ];
}

export function drainSteps(target: Target, facts: DrainFacts): readonly CasStep[] {
  return facts.way === 'platform' ? [platformStep(target, facts)] : [cordonStep(target), evictStep(target, facts)];
}

function platformStep(target: Target, facts: DrainFacts): CasStep {
  return patchStep({
    id: 'drain',
    title: {en: 'Ask the platform to drain the node', ru: 'Попросить платформу опустошить узел'},
    will: {
      en: 'update.node.deckhouse.io/draining=user: the node is cordoned, its pods are evicted; drained=user says that it is done.',
      ru: 'update.node.deckhouse.io/draining=user: узел выводится из планирования, поды вытесняются; конец — drained=user.',
    },
    danger: {
      en: 'A budget that never allows an eviction holds it until the time-out. Undo cancels the drain and uncordons.',
      ru: 'PDB, который никогда не разрешает вытеснение, задержит до истечения времени. Откат отменяет drain и возвращает узел.',
    },
    object: target,
    patch: live => {
      const node = readNode(live);
      if (node.drainedBy === 'user' && node.isCordoned && !node.marks.isDraining) return undefined;
      return {metadata: {annotations: {[draining]: 'user', [drainFailed]: null}}};
    },
    undo: async reader => {
      const live = await readTarget(reader, target);
      const patch = withdrawal(live, facts.wasCordoned);
      return patch === undefined ? [] : [patchWrite(target, live, patch)];
    },
    verify: (reader, past) => followDrain(reader, target, facts, past),
    timeouts: {verify: facts.timeoutSeconds + 120},
    commands: [
      `kubectl annotate node "$TARGET" ${draining}=user`,
      `kubectl wait node "$TARGET" --for=jsonpath='{.metadata.annotations.update\\.node\\.deckhouse\\.io/drained}'=user --timeout=${facts.timeoutSeconds + 120}s`,
    ],
  });
}

/** Cancels an eviction in flight, and brings the node back unless it was cordoned before. */
function withdrawal(live: KubeObject, wasCordoned: boolean): Fields | undefined {
  const {annotations = {}} = live.metadata;
  const isCordoned = readNode(live).isCordoned;
  const marks = [draining, drained].filter(name => annotations[name] === 'user');
  if (annotations[drainFailed] !== undefined && annotations[draining] === 'user') marks.push(drainFailed);
  const isToUncordon = isCordoned && !wasCordoned;
  if (marks.length === 0 && !isToUncordon) return undefined;
  return {
    ...(marks.length > 0 && {metadata: {annotations: Object.fromEntries(marks.map(name => [name, null]))}}),
    ...(isToUncordon && {spec: {unschedulable: null}}),
  };
}

/**
 * Releases differ: some give a failed drain up and call the node drained, others write drain-failed and try again; older
 * ones tell of it by an Event only.
 */
async function followDrain(reader: Reader, target: Target, {timeoutSeconds}: DrainFacts, past: StepPast): Promise<Progress> {
  const node = await readNodeOf(reader, target);
  const pods = await podsOn(reader, target.ref.name);
  if (!node.marks.isDraining && node.drainedBy === 'user') {
    if (pods.toEvict.length > 0)
      return failed('PodsRemain', {
        en: `the platform calls the node drained, but these are still on it: ${names(pods.toEvict).en}`,
        ru: `платформа считает узел опустошённым, но на нём ещё есть ${names(pods.toEvict).ru}`,
      });
    return pods.leaving.length === 0
      ? done({en: 'drained', ru: 'опустошён'})
      : waiting({en: 'the last pods gone', ru: 'последних подов нет'}, names(pods.leaving), leftLogs(pods));
  }
  const error = node.drainError ?? (await drainFailureSince(reader, target.ref.name, past.triedAt ?? past.startedAt));
  if (error !== undefined)
    return failed('DrainFailed', {
      en: `the platform could not drain the node: ${error}. It keeps trying; mend the cause and retry, or undo`,
      ru: `платформа не смогла опустошить узел: ${error}. Она продолжает попытки; устраните причину и повторите или откатите`,
    });
  if (!node.marks.isDraining)
    return failed('DrainWithdrawn', {
      en: 'somebody took the request back: neither draining nor drained is on the node',
      ru: 'кто-то отозвал запрос: на узле нет ни draining, ни drained',
    });
  return waiting(
    asWords('drained=user'),
    await sayLeft(reader, pods, past.startedAt + timeoutSeconds * 1000 - reader.now()),
    leftLogs(pods),
  );
}

function cordonStep(target: Target): CasStep {
  return patchStep({
    id: 'cordon',
    title: {en: 'Cordon the node', ru: 'Вывести узел из планирования'},
    will: {en: 'No new pods come while the others leave.', ru: 'Пока поды уходят, новые не приходят.'},
    object: target,
    patch: {spec: {unschedulable: true}},
    commands: ['kubectl cordon "$TARGET"'],
  });
}

function evictStep(target: Target, {timeoutSeconds}: DrainFacts): CasStep {
  return {
    id: 'evict',
    isForeseeable: true,
    effect: 'K8sCas',
    title: {en: 'Evict its pods', ru: 'Вытеснить поды'},
    will: {
      en: 'Each pod is asked to leave through the Eviction API. Pods of DaemonSets and static pods stay; data in emptyDir is lost.',
      ru: 'Каждый под вытесняется через Eviction API. Поды DaemonSet и статические остаются; данные в emptyDir теряются.',
    },
    danger: {
      en: 'Evicted pods do not come back to this node by themselves; undo only uncordons it.',
      ru: 'Вытесненные поды сами на этот узел не вернутся; откат лишь возвращает узел в планирование.',
    },
    act: async reader => {
      const {toEvict} = await podsOn(reader, target.ref.name);
      const refused = await refusals(reader, toEvict);
      // What a budget holds comes last: the others need not wait for it.
      const ordered = [...toEvict.filter(pod => !refused.has(pod)), ...refused.keys()];
      return ordered.map(pod => ({kind: 'evict', ref: refOf(podKind, pod), uid: pod.metadata.uid}));
    },
    verify: async (reader, past) => {
      const pods = await podsOn(reader, target.ref.name);
      if (pods.toEvict.length + pods.leaving.length === 0)
        return done({en: 'no pod left but those that stay', ru: 'остались только те поды, что не вытесняются'});
      return waiting(
        {en: 'every pod gone', ru: 'все поды ушли'},
        await sayLeft(reader, pods, past.startedAt + timeoutSeconds * 1000 - reader.now()),
        leftLogs(pods),
      );
    },
    timeouts: {act: timeoutSeconds, verify: timeoutSeconds},
    commands: [`kubectl drain "$TARGET" --ignore-daemonsets --delete-emptydir-data --force --timeout=${timeoutSeconds}s`],
  };
}

type PodsLeft = {readonly toEvict: readonly KubeObject[]; readonly leaving: readonly KubeObject[]};

async function podsOn(reader: Reader, node: string): Promise<PodsLeft> {
  const pods = await reader.list(podKind, {fieldSelector: `spec.nodeName=${node}`});
  const daemonSets = new Set((await reader.list(daemonSetKind)).map(({metadata}) => objectKey(metadata)));
  return {
    toEvict: pods.filter(pod => podFate(pod, daemonSets) === 'evict'),
    leaving: pods.filter(pod => podFate(pod, daemonSets) === 'leaving'),
  };
}

/** What those do that are on their way out comes first: they hold the drain up. */
function leftLogs({toEvict, leaving}: PodsLeft): readonly LogPlace[] {
  return logsOf([...leaving, ...toEvict].slice(0, logsMax));
}

async function refusals(reader: Reader, pods: readonly KubeObject[]): Promise<ReadonlyMap<KubeObject, readonly string[]>> {
  const budgets = pods.length === 0 ? [] : await reader.list(budgetKind);
  const found = pods.map(pod => [pod, refusingBudgets(pod, budgets)] as const);
  return new Map(found.filter(([, refusing]) => refusing.length > 0));
}

async function sayLeft(reader: Reader, {toEvict, leaving}: PodsLeft, leftMs: number): Promise<Words> {
  const refused = await refusals(reader, toEvict);
  const budgets = [...new Set([...refused.values()].flat())];
  const left = humanDuration(Math.max(0, leftMs));
  const held = budgets.join(', ');
  return joinWords(
    [
      names([...toEvict, ...leaving]),
      ...(held === '' ? [] : [{en: `PodDisruptionBudget ${held} refuses`, ru: `не пускает PodDisruptionBudget ${held}`}]),
      {en: `${left} left`, ru: `осталось ${left}`},
    ],
    '; ',
  );
}

function names(pods: readonly KubeObject[]): Words {
  const shown = pods.slice(0, 5).map(({metadata}) => objectKey(metadata));
  const list = `${shown.join(', ')}${pods.length > shown.length ? ', …' : ''}`;
  return {en: `${pods.length} pods: ${list}`, ru: `${counted(pods.length, 'под', 'пода', 'подов')}: ${list}`};
}
