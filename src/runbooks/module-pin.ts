/** Holds a module at one image, whatever its releases say. */
import {readString, readTime} from '../domain/fields.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {readModule} from '../domain/module-verdict.ts';
import {asWords} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {readyStep, stagePermissions} from './module-stages.ts';
import {moduleTarget, pullOverrideKind} from './targets.ts';

export const modulePin = defineRunbook({
  name: 'module-pin',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    imageTag: {
      type: 'string',
      isRequired: true,
      pattern: /^[\w][\w.-]{0,127}$/,
      words: {en: 'tag of the module image, such as v1.2.3', ru: 'тег образа модуля, например v1.2.3'},
    },
    rollback: {
      type: 'boolean',
      default: true,
      words: {en: 'bring the deployed release back when the pin is taken off', ru: 'вернуть установленный релиз, когда закрепление снимут'},
    },
  },
  words: {
    title: {en: 'Pin a module to an image', ru: 'Закрепить образ модуля'},
    why: {
      en: 'A release is broken, or a version is to be tried before it is released.',
      ru: 'Релиз сломан, или версию нужно испытать до релиза.',
    },
    will: {
      en: 'A ModulePullOverride is made; the platform downloads that image, restarts itself and rolls the module out.',
      ru: 'Создаётся ModulePullOverride; платформа скачает этот образ, перезапустится и раскатит модуль.',
    },
    danger: {
      en: 'While it is pinned the module gets no releases at all, fixes included. Settings must fit the older version. module-unpin takes it off.',
      ru: 'Пока модуль закреплён, релизы не ставятся, в том числе исправления. Настройки должны подходить этой версии. Снять — module-unpin.',
    },
  },
  permissions: [...stagePermissions, {verbs: ['get', 'create', 'patch'], group: 'deckhouse.io', resource: 'modulepulloverrides'}],
  undoPermissions: [{verbs: ['delete'], group: 'deckhouse.io', resource: 'modulepulloverrides'}],
  exampleFacts: {source: '$SOURCE', pinnedTo: ''},
  gather: async (reader, {target, parameters: {imageTag, rollback}}) => {
    const {name, source, asked} = readModule(await readTarget(reader, target));
    if (source === 'Embedded')
      throw new Refusal('Embedded', {
        en: `module ${name} ships with the platform and cannot be pinned`,
        ru: `модуль ${name} поставляется с платформой, его нельзя закрепить`,
      });
    if (asked?.status !== 'True')
      throw new Refusal('NotEnabled', {
        en: `module ${name} is not turned on by its ModuleConfig: use module-install first`,
        ru: `модуль ${name} не включён в своём ModuleConfig: сначала module-install`,
      });
    if (source === undefined || source === '')
      throw new Refusal('NoSource', {
        en: `module ${name} has no source yet: wait until it is installed`,
        ru: `у модуля ${name} ещё нет источника: дождитесь установки`,
      });
    const override = await reader.get({kind: pullOverrideKind, name});
    if (override !== undefined && isPatched(override, {spec: {imageTag, rollback}})) {
      throw new Refusal('NothingToDo', {
        en: `module ${name} is pinned to ${imageTag} already`,
        ru: `модуль ${name} уже закреплён на ${imageTag}`,
      });
    }
    return {source, pinnedTo: override === undefined ? '' : (readString(override, 'spec.imageTag') ?? '')};
  },
  notes: ({facts: {pinnedTo}}) =>
    pinnedTo === '' ? [] : [{en: `The module is pinned to ${pinnedTo} now.`, ru: `Сейчас модуль закреплён на ${pinnedTo}.`}],
  steps: ({target, parameters: {imageTag, rollback}, facts}) => {
    const module = target.ref.name;
    const ref = {kind: pullOverrideKind, name: module};
    const spec = {imageTag, rollback};
    const specText = `"spec":{"imageTag":"'"$IMAGE_TAG"'","rollback":'"$ROLLBACK"'}`;
    const create = `printf %s '{"apiVersion":"deckhouse.io/v1alpha2","kind":"ModulePullOverride","metadata":{"name":"'"$TARGET"'"},${specText}}' | kubectl create -f -`;
    const patch = `kubectl patch modulepulloverride "$TARGET" --type=merge -p '{${specText}}'`;
    return [
      {
        id: 'pin',
        effect: 'K8sCas',
        title: {en: `Pin ${module} to ${imageTag}`, ru: `Закрепить ${module} на ${imageTag}`},
        will: {en: `The image comes from source ${facts.source}.`, ru: `Образ придёт из источника ${facts.source}.`},
        act: async reader => {
          const live = await reader.get(ref);
          if (live === undefined) return [{kind: 'create', ref, object: {spec}}];
          return isPatched(live, {spec}) ? [] : [patchWrite({ref, uid: ''}, live, {spec})];
        },
        undo: 'inverse',
        verify: (reader, past) => followPin(reader, module, past),
        commands: [facts.pinnedTo === '' ? create : patch],
      },
      readyStep(module),
    ];
  },
});

async function followPin(reader: Reader, module: string, {startedAt}: StepPast): Promise<Progress> {
  const live = await reader.get({kind: pullOverrideKind, name: module});
  if (live === undefined) return failed('OverrideGone', {en: 'the ModulePullOverride is gone', ru: 'ModulePullOverride больше нет'});
  const message = readString(live, 'status.message') ?? '';
  const updatedAt = readTime(live, 'status.updatedAt');
  // The status of the tag before stands until the platform has looked again; it writes whole seconds.
  const isFresh = updatedAt !== undefined && updatedAt >= Math.floor(startedAt / 1000) * 1000;
  const wanted = asWords('message Ready');
  if (!isFresh)
    return waiting(
      wanted,
      message === '' ? {en: 'no status yet', ru: 'статуса ещё нет'} : {en: `still: ${message}`, ru: `пока: ${message}`},
    );
  if (message === 'Ready') return done({en: 'pinned', ru: 'закреплён'});
  if (/^(?:Download|Validation) error/.test(message) || message.startsWith('The module is embedded'))
    return failed('PinFailed', asWords(message));
  return waiting(wanted, asWords(message));
}
