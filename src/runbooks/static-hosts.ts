/** Hosts under the platform's own hand (StaticInstances): who uses which, who would take which, and how far one is. */
import {readNumber} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {Labels} from '../domain/label-selector.ts';
import {readNode} from '../domain/node.ts';
import {readNodeGroup} from '../domain/node-group.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import {readStaticInstance, type StaticInstanceFacts, takes} from '../domain/static-instance.ts';
import {asWords} from '../domain/words.ts';
import {Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {nodeGroupKind, nodeKind, staticInstanceKind} from './node-kinds.ts';
import {requireGroup, typeOfGroup} from './node-world.ts';

export const hostTypes: readonly string[] = ['Static', 'CloudStatic'];

type Host = StaticInstanceFacts & {readonly name: string; readonly labels: Labels; readonly group: string | undefined};

export type Hosts = {readonly groups: readonly KubeObject[]; readonly all: readonly Host[]};

export async function readHosts(reader: Reader): Promise<Hosts> {
  const groups = (await reader.list(nodeGroupKind)).filter(group => hostTypes.includes(typeOfGroup(group)));
  const nodes = new Map((await reader.list(nodeKind)).map(node => [node.metadata.name, readNode(node).group]));
  const names = groups.map(({metadata}) => metadata.name).sort((left, right) => right.length - left.length);
  const instances = await reader.list(staticInstanceKind);
  return {
    groups,
    all: instances.map(instance => {
      const facts = readStaticInstance(instance);
      const {name, labels = {}} = instance.metadata;
      // Until its node is there, a host belongs to the group after which its machine is named.
      const ofMachine = names.find(group => facts.machineName?.startsWith(`${group}-`));
      return {...facts, name, labels, group: (facts.nodeName === undefined ? undefined : nodes.get(facts.nodeName)) ?? ofMachine};
    }),
  };
}

/** Throws Refusal for a group that takes no hosts. */
export async function requireHostGroup(reader: Reader, name: string): Promise<KubeObject> {
  const group = await requireGroup(reader, name);
  const type = typeOfGroup(group);
  if (!hostTypes.includes(type))
    throw new Refusal('WrongType', {
      en: `group ${name} is ${type}: only Static and CloudStatic groups take hosts`,
      ru: `группа ${name} — ${type}: серверы принимают только группы Static и CloudStatic`,
    });
  const {error = ''} = readNodeGroup(group);
  if (error !== '')
    throw new Refusal('GroupError', {
      en: `group ${name} is in error, so there is nothing to bootstrap with: ${error}`,
      ru: `группа ${name} в ошибке, настраивать узел нечем: ${error}`,
    });
  return group;
}

export function countOf(group: KubeObject): number {
  return readNumber(group, 'spec.staticInstances.count') ?? 0;
}

/** How many more hosts the group wants than it has. */
export function vacancies(group: KubeObject, {all}: Hosts): number {
  return Math.max(0, countOf(group) - all.filter(host => host.group === group.metadata.name).length);
}

/**
 * The count at which the group takes one host more, undefined where it wants one anyway. Throws Refusal where hosts that
 * wait already may be taken instead: the platform picks at random.
 */
export function raisedCount(group: KubeObject, hosts: Hosts): number | undefined {
  const free = hosts.all.filter(({phase, machineName, labels}) => phase === 'Pending' && machineName === undefined && takes(group, labels));
  const wanted = vacancies(group, hosts);
  if (wanted > free.length) return undefined;
  if (free.length === 0) return countOf(group) + 1;
  const names = free.map(({name}) => name).join(', ');
  throw new Refusal('OthersWait', {
    en: `${names} wait for group ${group.metadata.name} too, and the platform picks at random: raise its count for them first, or label them node.deckhouse.io/allow-bootstrap=false`,
    ru: `группу ${group.metadata.name} ждут и ${names}, а платформа выбирает наугад: сначала увеличьте для них count или поставьте им метку node.deckhouse.io/allow-bootstrap=false`,
  });
}

/** Throws Refusal where another group wants a host and would take one with these labels; `isAny`: whatever its selector says. */
export function refuseCapture(labels: Labels, group: string, hosts: Hosts, isAny = false): void {
  const captors = hosts.groups
    .filter(other => other.metadata.name !== group && vacancies(other, hosts) > 0 && (isAny || takes(other, labels)))
    .map(({metadata}) => metadata.name);
  if (captors.length === 0) return;
  throw new Refusal('Capture', {
    en: `group ${captors.join(', ')} wants more hosts and could take this one: set its staticInstances.count to what it has, first`,
    ru: `группа ${captors.join(', ')} ждёт серверов и может забрать этот: сначала задайте ей staticInstances.count по числу имеющихся`,
  });
}

export function requireFreeAddress(address: string, nodes: readonly KubeObject[], {all}: Hosts, isNodeAllowed = false): void {
  const host = all.find(each => each.address === address);
  if (host !== undefined)
    throw new Refusal('AddressTaken', {
      en: `StaticInstance ${host.name} has the address ${address} already`,
      ru: `адрес ${address} уже у StaticInstance ${host.name}`,
    });
  const node = isNodeAllowed ? undefined : nodes.find(each => readNode(each).internalIp === address);
  if (node !== undefined) {
    throw new Refusal('AddressTaken', {
      en: `Node ${node.metadata.name} has the address ${address}: static-node-adopt takes a node over that is there`,
      ru: `адрес ${address} уже у узла ${node.metadata.name}: имеющийся узел берёт static-node-adopt`,
    });
  }
}

/** What SSH says that no waiting mends. */
const sshRefusals =
  /unable to authenticate|permission denied|handshake failed|no supported methods|parse private key|incorrect passphrase/i;

/** Until the host runs as a Ready node, of `group` where that is given. */
export async function followHost(reader: Reader, ref: ObjectRef, group?: string): Promise<Progress> {
  const live = await reader.get(ref);
  if (live === undefined)
    return failed('HostGone', {
      en: `StaticInstance ${ref.name} was deleted meanwhile`,
      ru: `StaticInstance ${ref.name} тем временем удалили`,
    });
  const {phase, trouble, nodeName, isToBeAdopted} = readStaticInstance(live);
  const said = trouble === undefined ? '' : `; ${trouble.type}: ${trouble.message}`;
  if (phase === 'Error')
    return failed('HostError', {
      en: `stage ${trouble?.type ?? 'unknown'}: ${trouble?.message ?? 'the platform gives no reason'}`,
      ru: `этап ${trouble?.type ?? 'неизвестен'}: ${trouble?.message ?? 'платформа не называет причины'}`,
    });
  if (trouble?.type === 'CheckSshCondition' && sshRefusals.test(trouble.message)) {
    return failed('SshRefused', {
      en: `stage SSH: ${trouble.message}. Mend user, key or password in its SSHCredentials, then try again`,
      ru: `этап SSH: ${trouble.message}. Исправьте пользователя, ключ или пароль в его SSHCredentials и повторите`,
    });
  }
  if (phase !== 'Running' || nodeName === undefined || isToBeAdopted) {
    return waiting(
      asWords('Running'),
      phase === '' || phase === 'Pending'
        ? {en: `Pending: not picked yet${said}`, ru: `Pending: ещё не выбран${said}`}
        : asWords(`${phase}${said}`),
    );
  }
  const node = await reader.get({kind: nodeKind, name: nodeName});
  const facts = node && readNode(node);
  if (facts?.ready?.status !== 'True')
    return waiting(
      {en: `node ${nodeName} Ready`, ru: `узел ${nodeName} Ready`},
      facts === undefined ? {en: 'no Node yet', ru: 'объекта Node ещё нет'} : asWords(facts.status),
    );
  if (group !== undefined && facts.group !== group)
    return waiting(
      {en: `node ${nodeName} in group ${group}`, ru: `узел ${nodeName} в группе ${group}`},
      {en: `it is in ${facts.group ?? 'none'}`, ru: facts.group === undefined ? 'он не в группе' : `он в ${facts.group}`},
    );
  return done({en: `node ${nodeName} is Ready`, ru: `узел ${nodeName} Ready`});
}
