/** Restarts a node through the platform, which drains it first. */
import {readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {readNode} from '../domain/node.ts';
import {readGroupRules} from '../domain/node-group.ts';
import {joinWords} from '../domain/words.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, type Progress, pass, refuse, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {patchNode, readGroups, readInstances, readNodes, readPlatform} from './node-kinds.ts';
import {checkQuorum, quorumNotes, requireGroupOf, requirePlatform, requireQuorum, sayUpdate} from './node-world.ts';
import {nodeTarget} from './targets.ts';

const hourSeconds = 3600;

export const nodeReboot = defineRunbook({
  name: 'node-reboot',
  version: 1,
  group: 'nodes',
  risk: 'destructive',
  target: nodeTarget,
  parameters: {},
  words: {
    title: {en: 'Reboot a node', ru: 'Перезагрузить узел'},
    why: {
      en: 'A change that only a restart brings in, or a node that hangs.',
      ru: 'Изменение вступит в силу только после перезапуска, или узел завис.',
    },
    will: {
      en: 'The node agent takes the request as an update: it waits for its turn, has the node drained, restarts it and brings it back.',
      ru: 'Агент узла исполнит это как обновление: дождётся очереди, опустошит узел, перезапустит и вернёт в работу.',
    },
    danger: {
      en: 'Pods move away or stop. Until the agent picks the request up (every few minutes) undo withdraws it; after that the node restarts.',
      ru: 'Поды уйдут или остановятся. Пока агент не взял запрос (раз в несколько минут), откат его отзовёт; потом узел перезапустится.',
    },
  },
  permissions: [patchNode, readNodes, readGroups, readInstances, readPlatform],
  exampleFacts: {bootId: '', mode: 'Manual', controlPlane: undefined},
  gather: async (reader, {target}) => {
    await requirePlatform(reader);
    const live = await readTarget(reader, target);
    const node = readNode(live);
    const group = readGroupRules(await requireGroupOf(reader, node, target.ref.name));
    if (node.marks.isApproved)
      throw new Refusal('Updating', {
        en: 'the node is being updated: wait for the end, it may restart by itself',
        ru: 'узел обновляется: дождитесь конца, он может перезагрузиться сам',
      });
    if (node.isRebootAsked) throw new Refusal('NothingToDo', {en: 'a reboot is asked for already', ru: 'перезагрузка уже запрошена'});
    if (node.ready?.status !== 'True') {
      throw new Refusal('NotReady', {
        en: 'the node is not Ready: its agent may not see the request. Restart it from outside, as the machine allows',
        ru: 'узел не Ready: его агент может не увидеть запрос. Перезагрузите его снаружи, как это позволяет машина',
      });
    }
    const controlPlane = await requireQuorum(reader, target.ref.name);
    return {bootId: bootIdOf(live), mode: group.approvalMode, controlPlane};
  },
  notes: ({facts}) => [
    ...(facts.mode === 'Manual'
      ? [
          {
            en: 'The group asks for disruptions by hand: the run approves the one that belongs to this reboot.',
            ru: 'В группе прерывания подтверждаются вручную: запуск сам подтвердит то, что относится к этой перезагрузке.',
          },
        ]
      : []),
    ...quorumNotes(facts.controlPlane),
  ],
  steps: ({target, facts}) => {
    const {bootId} = facts;
    const isManual = facts.mode === 'Manual';
    return [requestStep(target, bootId, isManual), ...(isManual ? [disruptionStep(target, bootId)] : [])];
  },
});

function requestStep(target: Target, bootId: string, isManual: boolean): CasStep {
  return patchStep({
    id: 'request',
    title: {en: 'Ask for the reboot', ru: 'Запросить перезагрузку'},
    will: {en: 'update.node.deckhouse.io/reboot on the Node.', ru: 'update.node.deckhouse.io/reboot на Node.'},
    object: target,
    // The agent takes the annotation away before the restart: an approved update is the sign that it took the request up.
    patch: live =>
      isRebooted(live, bootId) || readNode(live).marks.isApproved ? undefined : annotationPatch({'update.node.deckhouse.io/reboot': ''}),
    undoCheck: async reader => {
      const live = await readTarget(reader, target);
      const isTaken = isRebooted(live, bootId) || readNode(live).marks.isApproved;
      return isTaken
        ? refuse('TooLate', {
            en: 'the node has taken the request up: it restarts, or has restarted',
            ru: 'узел принял запрос: он перезагружается или уже перезагрузился',
          })
        : pass;
    },
    precheck: reader => checkQuorum(reader, target.ref.name),
    // Where a person has to approve the disruption, the next step does that and waits for the rest.
    ...(isManual ? {} : {verify: reader => followReboot(reader, target, bootId)}),
    timeouts: {verify: 2 * hourSeconds},
    commands: ['kubectl annotate node "$TARGET" update.node.deckhouse.io/reboot='],
  });
}

function disruptionStep(target: Target, bootId: string): CasStep {
  return patchStep({
    id: 'approve-disruption',
    title: {en: 'Approve the disruption it asks for', ru: 'Подтвердить прерывание для неё'},
    will: {
      en: 'Waits until the node asks, then update.node.deckhouse.io/disruption-approved. A release that does not ask restarts at once.',
      ru: 'Ждёт запроса от узла, затем ставит update.node.deckhouse.io/disruption-approved. Если релиз не спрашивает, узел перезапустится сразу.',
    },
    object: target,
    patch: live => {
      const {marks} = readNode(live);
      const isAsked = marks.isDisruptionRequired && !marks.isDisruptionApproved;
      return isAsked ? annotationPatch({'update.node.deckhouse.io/disruption-approved': ''}) : undefined;
    },
    undo: 'none',
    precheck: async reader => {
      const live = await readTarget(reader, target);
      const node = readNode(live);
      if (isRebooted(live, bootId) || node.marks.isDisruptionRequired || node.marks.isDisruptionApproved) return pass;
      return {
        kind: 'wait',
        wanted: {en: 'the node asking for the disruption', ru: 'узел просит разрешения на простой'},
        seen: await sayUpdate(reader, target.ref.name, node),
      };
    },
    verify: reader => followReboot(reader, target, bootId),
    timeouts: {precheck: hourSeconds, verify: 2 * hourSeconds},
    commands: ['kubectl annotate node "$TARGET" update.node.deckhouse.io/disruption-approved='],
  });
}

async function followReboot(reader: Reader, target: Target, bootId: string): Promise<Progress> {
  const live = await readTarget(reader, target);
  const node = readNode(live);
  const isSettled = !node.marks.isApproved && !node.marks.isWaitingForApproval && !node.isRebootAsked;
  if (isRebooted(live, bootId) && isSettled && node.ready?.status === 'True')
    return done({en: 'restarted and Ready', ru: 'перезагружен и Ready'});
  const stage = isRebooted(live, bootId) ? stages.restarted : node.isRebootAsked ? stages.asked : stages.taken;
  return waiting(
    {en: 'restarted, Ready and up to date', ru: 'перезагружен, Ready и обновлён'},
    joinWords([stage, await sayUpdate(reader, target.ref.name, node)], '; '),
  );
}

const stages = {
  restarted: {en: 'restarted', ru: 'перезагружен'},
  asked: {en: 'asked for', ru: 'запрошено'},
  taken: {en: 'taken up', ru: 'запрос принят'},
} as const;

/** The kernel gives every boot an id of its own. */
function bootIdOf(live: KubeObject): string {
  return readString(live, 'status.nodeInfo.bootID') ?? '';
}

function isRebooted(live: KubeObject, before: string): boolean {
  return bootIdOf(live) !== before;
}
