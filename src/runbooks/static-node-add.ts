/** Has a person join a host by hand, and follows it in. */
import {readNode} from '../domain/node.ts';
import {asWords} from '../domain/words.ts';
import {defineRunbook} from '../engine/define-runbook.ts';
import {done, failed, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {nodeKind, readGroups, readNodes} from './node-kinds.ts';
import {groupNames} from './node-world.ts';
import {hostTypes, requireHostGroup} from './static-hosts.ts';
import {nodeTarget} from './targets.ts';

export const staticNodeAdd = defineRunbook({
  name: 'static-node-add',
  version: 1,
  group: 'static',
  risk: 'change',
  target: {...nodeTarget, isNew: true},
  parameters: {
    group: {
      type: 'string',
      isRequired: true,
      isClosed: true,
      choices: groupNames(hostTypes),
      words: {en: 'Group that the node is to belong to', ru: 'В какую группу войдёт узел'},
    },
  },
  words: {
    title: {en: 'Add a static node by hand', ru: 'Добавить статический узел вручную'},
    why: {en: 'The platform cannot log in to the host, or is not to.', ru: 'Платформа не может или не должна входить на сервер.'},
    will: {
      en: 'Shows what to run on the host as root, then waits until its node is Ready and configured. The target is the host’s name.',
      ru: 'Показывает, что выполнить на сервере от root, и ждёт, пока узел станет готов и настроен. Цель — имя сервера.',
    },
    danger: {
      en: 'The script sets the host up as a node: what runs there may stop. static-node-remove takes it out again.',
      ru: 'Скрипт превратит сервер в узел: работающее на нём может остановиться. Вывести — static-node-remove.',
    },
  },
  permissions: [readNodes, readGroups],
  exampleFacts: {group: '$GROUP'},
  gather: async (reader, {parameters}) => {
    await requireHostGroup(reader, parameters.group);
    return {group: parameters.group};
  },
  steps: ({target, facts: {group}}) => {
    const fetch = `kubectl -n d8-cloud-instance-manager get secret manual-bootstrap-for-${group} -o jsonpath='{.data.bootstrap\\.sh}'`;
    return [
      {
        id: 'bootstrap',
        effect: 'HumanConfirmed',
        title: {en: 'Run the bootstrap script on the host', ru: 'Выполнить скрипт начальной настройки на сервере'},
        will: {
          en: 'A person does it; the run goes on when they say so.',
          ru: 'Делает человек; запуск продолжится после его подтверждения.',
        },
        danger: {
          en: 'The script holds a join token that is changed every few hours: fetch it fresh, and do not leave it lying about.',
          ru: 'В скрипте токен присоединения, он меняется раз в несколько часов: берите свежий и не оставляйте его на виду.',
        },
        ask: {
          en: `On ${target.ref.name}, as root, run the script of group ${group}, for instance from here:\n${fetch} | base64 -d | ssh root@${target.ref.name} bash\nConfirm when it has ended without an error.`,
          ru: `На ${target.ref.name} от root выполните скрипт группы ${group}, например отсюда:\n${fetch} | base64 -d | ssh root@${target.ref.name} bash\nПодтвердите, когда он завершится без ошибок.`,
        },
        verify: reader => followNewNode(reader, target.ref.name, group),
        timeouts: {verify: 1800},
        commands: [`${fetch} | base64 -d > bootstrap.sh`, 'kubectl wait node "$TARGET" --for=condition=Ready --timeout=30m'],
      },
    ];
  },
});

async function followNewNode(reader: Reader, name: string, group: string): Promise<Progress> {
  const live = await reader.get({kind: nodeKind, name});
  if (live === undefined)
    return waiting(asWords(`Node ${name}`), {
      en: 'it has not joined yet; on the host: journalctl -fu bashible',
      ru: 'ещё не присоединился; на хосте: journalctl -fu bashible',
    });
  const node = readNode(live);
  if (node.group !== undefined && node.group !== group)
    return failed('WrongGroup', {
      en: `the node joined group ${node.group}: the script was that of another group`,
      ru: `узел вошёл в группу ${node.group}: скрипт был от другой группы`,
    });
  if (node.ready?.status !== 'True') return waiting(asWords(`Node ${name} Ready`), asWords(node.status));
  return (node.marks.checksum ?? '') === ''
    ? waiting(
        {en: 'its first configuration', ru: 'первая настройка'},
        {en: 'the agent has not reported it yet', ru: 'агент о ней ещё не сообщил'},
      )
    : done({en: 'Ready and configured', ru: 'Ready и настроен'});
}
