/** Has a container of a workload run another image. */
import {type Fields, isFields, readItems, readList, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {patchStep, patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import type {Target} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {findAny, isManaged, managedNote, shellTarget} from './any-target.ts';
import {followRollout, readWorkload, refuseUnlessRolling, workloadPermissions} from './workload.ts';

const lists = ['containers', 'initContainers'] as const;

export const workloadImage = defineRunbook({
  name: 'workload-image',
  version: 1,
  group: 'generic',
  risk: 'change',
  target: {kind: 'any'},
  parameters: {
    image: {
      type: 'string',
      isRequired: true,
      pattern: /^[^\s@]+(?:@sha256:[0-9a-f]{64})?$/,
      words: {en: 'the image with its tag or digest', ru: 'образ с тегом или digest'},
    },
    container: {
      type: 'string',
      words: {en: 'the container; need not be named where there is one', ru: 'контейнер; если он один, можно не указывать'},
      choices: async (reader, given) => {
        const workload = await findAny(reader, String(given.target));
        return workload === undefined ? [] : containersOf(workload).map(({name}) => name);
      },
      isClosed: true,
    },
  },
  words: {
    title: {en: 'Change the image of a workload', ru: 'Сменить образ'},
    why: {en: 'Another version is to run.', ru: 'Нужна другая версия.'},
    will: {
      en: 'The pod template gets the image; the run waits until every pod is new.',
      ru: 'Образ задаётся в шаблоне пода; запуск ждёт, пока обновятся все поды.',
    },
    danger: {
      en: 'If the image cannot be pulled or fails, the rollout stops half way; undo brings the old image back.',
      ru: 'Если образ не скачать или он падает, выкатка встанет на полпути; отмена вернёт прежний образ.',
    },
  },
  permissions: workloadPermissions,
  exampleFacts: {container: '$CONTAINER', from: '', isManaged: false},
  gather: async (reader, {target, parameters: {image, container}}) => {
    const workload = await readWorkload(reader, target, ['Deployment', 'StatefulSet', 'DaemonSet']);
    refuseUnlessRolling(workload);
    const containers = containersOf(workload);
    const names = containers.map(({name}) => name).join(', ');
    const main = containers.filter(({list}) => list === 'containers');
    const chosen = container === undefined ? (main.length === 1 ? main[0] : undefined) : containers.find(({name}) => name === container);
    if (chosen === undefined) {
      throw new Refusal('WhichContainer', {
        en: `${container === undefined ? 'there are several containers' : `there is no container ${container}`}: name one of ${names}`,
        ru: `${container === undefined ? 'контейнеров несколько' : `нет контейнера ${container}`}: назовите один из ${names}`,
      });
    }
    if (chosen.image === image)
      throw new Refusal('NothingToDo', {
        en: `container ${chosen.name} runs ${image} already`,
        ru: `контейнер ${chosen.name} уже работает с ${image}`,
      });
    return {container: chosen.name, from: chosen.image, isManaged: isManaged(workload)};
  },
  notes: ({parameters: {image}, facts}) => [
    {en: `${facts.container}: ${facts.from} → ${image}`, ru: `${facts.container}: ${facts.from} → ${image}`},
    ...(facts.isManaged ? [managedNote] : []),
  ],
  steps: ({target, parameters: {image}, facts: {container, from}}) => [
    patchStep({
      id: 'image',
      title: {en: `Set the image of container ${container}`, ru: `Задать образ контейнера ${container}`},
      will: {en: image, ru: image},
      object: target,
      patch: live => imagePatch(live, container, image),
      // The recorded list of containers may lack secrets of their environment, and cannot be put back whole.
      undo: reader => restoreImage(reader, target, {container, image, from}),
      verify: (reader, past) => followRollout(reader, target, past),
      timeouts: {verify: 1800},
      commands: [`kubectl set image ${shellTarget(target.ref)} ${container}="$IMAGE"`, `kubectl rollout status ${shellTarget(target.ref)}`],
    }),
  ],
});

type Change = {readonly container: string; readonly image: string; readonly from: string};

/** Where somebody has set another image since, that one stays. */
async function restoreImage(reader: Reader, target: Target, {container, image, from}: Change): Promise<readonly KubeWrite[]> {
  const live = await readTarget(reader, target);
  const isOurs = containersOf(live).some(each => each.name === container && each.image === image);
  return isOurs ? [patchWrite(target, live, imagePatch(live, container, from))] : [];
}

function containersOf(workload: KubeObject) {
  return lists.flatMap(list =>
    readItems(workload, `spec.template.spec.${list}`, item => ({
      list,
      name: readString(item, 'name') ?? '',
      image: readString(item, 'image') ?? '',
    })),
  );
}

/** A merge patch replaces lists whole. */
function imagePatch(live: KubeObject, container: string, image: string): Fields {
  const spec: Record<string, unknown> = {};
  for (const list of lists) {
    const items = readList(live, `spec.template.spec.${list}`);
    if (items.some(item => isFields(item) && item.name === container)) {
      spec[list] = items.map(item => (isFields(item) && item.name === container ? {...item, image} : item));
    }
  }
  if (Object.keys(spec).length === 0)
    throw new Refusal('ContainerGone', {
      en: `container ${container} is gone from the template`,
      ru: `контейнера ${container} в шаблоне больше нет`,
    });
  return {spec: {template: {spec}}};
}
