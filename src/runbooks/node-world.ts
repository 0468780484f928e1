/** What several node runbooks look at: the platform, groups and their nodes, the control plane's quorum, an update's stage. */
import {quorumWithout} from '../domain/control-plane-quorum.ts';
import {readString} from '../domain/fields.ts';
import {readInstance} from '../domain/instance.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {type NodeFacts, readNode} from '../domain/node.ts';
import {readGroupRules} from '../domain/node-group.ts';
import {nodeUpdateState} from '../domain/node-update-state.ts';
import {asWords, type Words} from '../domain/words.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {type Check, pass, refuse, type Target} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {deploymentKind, instanceVersions, nodeGroupKind, nodeKind} from './node-kinds.ts';

/** Someone carries out what annotations and groups ask for. */
export async function isPlatformThere(reader: Reader): Promise<boolean> {
  return (await reader.get({kind: deploymentKind, namespace: 'd8-system', name: 'deckhouse'})) !== undefined;
}

export async function requirePlatform(reader: Reader): Promise<void> {
  if (await isPlatformThere(reader)) return;
  throw new Refusal('NoPlatform', {
    en: 'Deployment d8-system/deckhouse is not there: nobody would carry this out',
    ru: 'нет Deployment d8-system/deckhouse: это некому выполнить',
  });
}

export async function readNodeOf(reader: Reader, target: Target): Promise<NodeFacts> {
  return readNode(await readTarget(reader, target));
}

export function groupNames(types: readonly string[]): (reader: Reader) => Promise<readonly string[]> {
  return async reader => {
    const groups = await reader.list(nodeGroupKind);
    return groups.filter(group => types.includes(typeOfGroup(group))).map(({metadata}) => metadata.name);
  };
}

export async function requireGroup(reader: Reader, name: string): Promise<KubeObject> {
  const group = await reader.get({kind: nodeGroupKind, name});
  if (group === undefined)
    throw new Refusal('NoGroup', {
      en: `there is no NodeGroup ${name}: choose one that "kubectl get ng" shows`,
      ru: `нет NodeGroup ${name}: выберите из тех, что покажет «kubectl get ng»`,
    });
  return group;
}

/** The group of a node. Throws Refusal where it has none that is there. */
export async function requireGroupOf(reader: Reader, node: NodeFacts, name: string): Promise<KubeObject> {
  if (node.group !== undefined) return await requireGroup(reader, node.group);
  throw new Refusal('NotManaged', {
    en: `Node ${name} has no label node.deckhouse.io/group: the platform does not manage it`,
    ru: `у узла ${name} нет метки node.deckhouse.io/group: платформа им не управляет`,
  });
}

export function typeOfGroup(group: KubeObject): string {
  return readString(group, 'spec.nodeType') ?? '';
}

export async function nodesOfGroup(reader: Reader, group: string): Promise<readonly KubeObject[]> {
  return await reader.list(nodeKind, {labelSelector: `node.deckhouse.io/group=${group}`});
}

export type ControlPlane = {readonly members: number; readonly isKept: boolean} | undefined;

/**
 * undefined for a node outside the control plane. Throws Refusal where the quorum would be lost because others are away;
 * with one or two members it is always lost for a time, which the notes say.
 */
export async function requireQuorum(reader: Reader, name: string): Promise<ControlPlane> {
  const check = await checkQuorum(reader, name);
  if (check.kind === 'refuse') throw new Refusal(check.reason, check.message);
  const {isMember, members, isKept} = quorumWithout(name, await reader.list(nodeKind));
  return isMember ? {members, isKept} : undefined;
}

export async function checkQuorum(reader: Reader, name: string): Promise<Check> {
  const {isMember, members, isKept, othersNotReady} = quorumWithout(name, await reader.list(nodeKind));
  if (!isMember || isKept || othersNotReady.length === 0) return pass;
  return refuse('QuorumInDanger', {
    en: `${othersNotReady.join(', ')} of ${members} control-plane nodes not Ready: without ${name} etcd would lose its majority. Mend them first`,
    ru: `из ${members} узлов control plane не готовы ${othersNotReady.join(', ')}: без ${name} etcd потеряет большинство. Сначала исправьте их`,
  });
}

export function quorumNotes(controlPlane: ControlPlane): readonly Words[] {
  if (controlPlane === undefined) return [];
  return controlPlane.isKept
    ? [{en: 'A control-plane node; the others keep the majority.', ru: 'Узел control plane; большинство остаётся у других.'}]
    : [
        {
          en: `One of ${controlPlane.members} control-plane nodes: while it is away, the API server does not answer.`,
          ru: `Один из ${controlPlane.members} узлов control plane: пока его нет, API-сервер не отвечает.`,
        },
      ];
}

/** The stage of a node's update in the platform's own word, with what the node agent or the drain says. */
export async function sayUpdate(reader: Reader, name: string, node: NodeFacts): Promise<Words> {
  const group = node.group === undefined ? undefined : await reader.get({kind: nodeGroupKind, name: node.group});
  const state = nodeUpdateState(node.marks, group && readGroupRules(group).approvalMode, node.marks.checksum);
  const isReady = node.ready?.status === 'True';
  const trouble = await sayTrouble(reader, name, node);
  return {
    en: `${state}${isReady ? '' : ', not Ready'}${trouble.en}`,
    ru: `${state}${isReady ? '' : ', не Ready'}${trouble.ru}`,
  };
}

async function sayTrouble(reader: Reader, name: string, node: NodeFacts): Promise<Words> {
  if (node.drainError !== undefined) return {en: `; drain failed: ${node.drainError}`, ru: `; drain не удался: ${node.drainError}`};
  const kind = await reader.served('deckhouse.io', 'instances', instanceVersions);
  const instance = kind && (await reader.get({kind, name}));
  if (instance === undefined) return asWords('');
  const {bashibleStatus, message} = readInstance(instance);
  return asWords(bashibleStatus === 'Error' && message !== undefined ? `; ${message}` : '');
}
