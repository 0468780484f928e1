/** Takes the pin off a module, so that its releases count again. */
import {readBoolean, readString} from '../domain/fields.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {readModule} from '../domain/module-verdict.ts';
import {asWords} from '../domain/words.ts';
import {patchStep, patchWrite} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {heldBy} from './held-by.ts';
import {readyStep, stagePermissions} from './module-stages.ts';
import {moduleKind, moduleTarget, pullOverrideKind} from './targets.ts';

export const moduleUnpin = defineRunbook({
  name: 'module-unpin',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    rollback: {
      type: 'boolean',
      default: true,
      words: {en: 'bring the deployed release back at once', ru: 'сразу вернуть установленный релиз'},
    },
  },
  words: {
    title: {en: 'Unpin a module', ru: 'Снять закрепление модуля'},
    why: {en: 'The pinned image is no longer needed.', ru: 'Закреплённый образ больше не нужен.'},
    will: {
      en: 'The ModulePullOverride is deleted. With rollback the platform restarts with the deployed release.',
      ru: 'ModulePullOverride удаляется. С rollback платформа перезапустится с установленным релизом.',
    },
    danger: {
      en: 'Without rollback the pinned files run on until the next release. Undo pins the same tag again.',
      ru: 'Без rollback закреплённая версия работает до следующего релиза. Отмена закрепит тот же тег снова.',
    },
  },
  permissions: [...stagePermissions, {verbs: ['get', 'patch', 'delete'], group: 'deckhouse.io', resource: 'modulepulloverrides'}],
  undoPermissions: [{verbs: ['create'], group: 'deckhouse.io', resource: 'modulepulloverrides'}],
  exampleFacts: {uid: '', imageTag: '$IMAGE_TAG', rollback: false},
  gather: async (reader, {target}) => {
    const live = await reader.get({kind: pullOverrideKind, name: target.ref.name});
    if (live === undefined)
      throw new Refusal('NothingToDo', {en: `module ${target.ref.name} is not pinned`, ru: `модуль ${target.ref.name} не закреплён`});
    return {
      uid: live.metadata.uid,
      imageTag: readString(live, 'spec.imageTag') ?? '',
      rollback: readBoolean(live, 'spec.rollback') === true,
    };
  },
  notes: ({facts: {imageTag}}) => [{en: `The module is pinned to ${imageTag}.`, ru: `Модуль закреплён на ${imageTag}.`}],
  steps: ({target, parameters: {rollback}, facts}) => {
    const module = target.ref.name;
    const object = {ref: {kind: pullOverrideKind, name: module}, uid: facts.uid};
    const mark = patchStep({
      id: 'rollback',
      title: {en: 'Set spec.rollback', ru: 'Задать spec.rollback'},
      will: {
        en: `spec.rollback: ${rollback} decides what runs after the deletion.`,
        ru: `spec.rollback: ${rollback} решает, что останется работать.`,
      },
      object,
      patch: {spec: {rollback}},
      // By then undoing the next step has made the object anew.
      undo: async reader => {
        const live = await reader.get(object.ref);
        const before = {spec: {rollback: facts.rollback}};
        return live === undefined || isPatched(live, before) ? [] : [patchWrite(object, live, before)];
      },
      commands: [`kubectl patch modulepulloverride "$TARGET" --type=merge -p '{"spec":{"rollback":'"$ROLLBACK"'}}'`],
    });
    const remove: CasStep = {
      id: 'unpin',
      isForeseeable: true,
      effect: 'K8sCas',
      title: {en: 'Delete the ModulePullOverride', ru: 'Удалить ModulePullOverride'},
      will: {en: 'Then wait until the platform has let go of it.', ru: 'Затем дождаться, пока платформа его отпустит.'},
      act: async reader => {
        const live = await reader.get(object.ref);
        const isLeft = live !== undefined && live.metadata.uid === object.uid && live.metadata.deletionTimestamp === undefined;
        return isLeft ? [{kind: 'delete', ...object, propagation: 'Background'}] : [];
      },
      undo: 'inverse',
      verify: reader => followUnpin(reader, module, facts.uid),
      commands: ['kubectl delete modulepulloverride "$TARGET"'],
    };
    return facts.rollback === rollback ? [remove, readyStep(module)] : [mark, remove, readyStep(module)];
  },
});

async function followUnpin(reader: Reader, module: string, uid: string): Promise<Progress> {
  const override = await reader.get({kind: pullOverrideKind, name: module});
  if (override?.metadata.uid === uid) {
    return waiting({en: 'the ModulePullOverride gone', ru: 'ModulePullOverride удалён'}, heldBy(override));
  }
  const live = await reader.get({kind: moduleKind, name: module});
  if (live !== undefined && readModule(live).isOverridden)
    return waiting({en: 'condition IsOverridden False', ru: 'условие IsOverridden False'}, asWords('True'));
  return done({en: 'releases count again', ru: 'релизы снова в счёт'});
}
