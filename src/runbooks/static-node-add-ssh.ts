/** Has the platform take a host in over SSH. */
import {stringsOf} from '../domain/label-selector.ts';
import {labelsFor, takes} from '../domain/static-instance.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {nodeKind} from './node-kinds.ts';
import {groupNames} from './node-world.ts';
import {addressPattern, credentialParameters, hostPermissions, hostSteps, planCredentials} from './static-host-steps.ts';
import {countOf, hostTypes, raisedCount, readHosts, refuseCapture, requireFreeAddress, requireHostGroup} from './static-hosts.ts';
import {staticInstanceTarget} from './targets.ts';

export const staticNodeAddSsh = defineRunbook({
  name: 'static-node-add-ssh',
  version: 1,
  group: 'static',
  risk: 'change',
  target: {...staticInstanceTarget, isNew: true},
  parameters: {
    group: {
      type: 'string',
      isRequired: true,
      isClosed: true,
      choices: groupNames(hostTypes),
      words: {en: 'Group that takes the host', ru: 'Группа, которая возьмёт сервер'},
    },
    address: {type: 'string', isRequired: true, pattern: addressPattern, words: {en: 'IPv4 address of the host', ru: 'IPv4-адрес сервера'}},
    labels: {
      type: 'fields',
      words: {
        en: 'Labels of the StaticInstance; those that the group selects by are set anyway',
        ru: 'Метки StaticInstance; нужные для выбора группой ставятся и так',
      },
    },
    ...credentialParameters,
  },
  words: {
    title: {en: 'Add a static node over SSH', ru: 'Добавить статический узел по SSH'},
    why: {
      en: 'A host is to join the cluster without anybody logging in to it.',
      ru: 'Сервер должен войти в кластер без ручного входа на него.',
    },
    will: {
      en: 'A StaticInstance is made, the count of the group raised where it is full; the platform logs in and sets the host up.',
      ru: 'Создаётся StaticInstance, при полной группе увеличивается её count; платформа входит на сервер и настраивает его.',
    },
    danger: {
      en: 'The host is set up as a node: what runs on it may stop. Undo works until the platform has picked it; after that static-node-remove.',
      ru: 'Сервер станет узлом: работающее на нём может остановиться. Откат возможен, пока платформа его не взяла; потом — static-node-remove.',
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
    const group = await requireHostGroup(reader, parameters.group);
    const hosts = await readHosts(reader);
    requireFreeAddress(parameters.address, await reader.list(nodeKind), hosts);
    const given = stringsOf(parameters.labels ?? {});
    const labels = {...given, ...stringsOf(labelsFor(given, group) ?? {})};
    if (!takes(group, labels)) {
      throw new Refusal('Selector', {
        en: `the selector of group ${parameters.group} does not take labels ${JSON.stringify(labels)}: give labels that it does`,
        ru: `селектор группы ${parameters.group} не принимает метки ${JSON.stringify(labels)}: задайте подходящие`,
      });
    }
    refuseCapture(labels, parameters.group, hosts);
    return {
      group: parameters.group,
      address: parameters.address,
      labels,
      credentials: await planCredentials(reader, parameters),
      count: countOf(group),
      raiseTo: raisedCount(group, hosts) ?? null,
    };
  },
  steps: ({target, parameters, facts}) => hostSteps(target, parameters, facts, false),
});
