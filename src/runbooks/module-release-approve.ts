/** Lets a pending release of a module that waits for a person go on. */

import {readModuleRelease} from '../domain/module-release.ts';
import {joinWords} from '../domain/words.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, waiting} from '../engine/define-step.ts';
import {moduleReleaseWaits} from './release-progress.ts';
import {moduleReleaseTarget} from './targets.ts';

export const moduleReleaseApprove = defineRunbook({
  name: 'module-release-approve',
  version: 1,
  group: 'releases',
  risk: 'change',
  target: moduleReleaseTarget,
  parameters: {},
  words: {
    title: {en: 'Approve a module release', ru: 'Подтвердить релиз модуля'},
    why: {
      en: 'In Manual mode the platform installs a release only after a person has approved it.',
      ru: 'В режиме Manual платформа ставит релиз только после подтверждения человеком.',
    },
    will: {
      en: 'The release is annotated as approved. The platform installs it when its turn comes: requirements and order still count.',
      ru: 'Релиз получает аннотацию о подтверждении. Платформа поставит его в свой черёд: требования и порядок версий остаются в силе.',
    },
    danger: {
      en: 'A release that is deployed cannot be taken back; module-release-unapprove helps only until then.',
      ru: 'Установленный релиз назад не откатить; module-release-unapprove помогает только до установки.',
    },
  },
  permissions: [{verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'modulereleases', scope: 'target'}],
  gather: async (reader, {target}) => {
    const release = readModuleRelease(await readTarget(reader, target));
    if (release.phase !== 'Pending') {
      throw new Refusal('NotPending', {
        en: `the release is ${release.phase ?? 'without a phase'}, not Pending: there is nothing to approve`,
        ru: `фаза релиза — ${release.phase ?? 'не задана'}, а не Pending: подтверждать нечего`,
      });
    }
    if (release.isApproved) throw new Refusal('NothingToDo', {en: 'the release is approved already', ru: 'релиз уже подтверждён'});
    return {module: release.moduleName, version: release.version};
  },
  steps: ({target}) => [
    patchStep({
      id: 'approve',
      title: {en: 'Annotate the release as approved', ru: 'Поставить аннотацию approved'},
      will: {en: 'modules.deckhouse.io/approved=true on the ModuleRelease.', ru: 'modules.deckhouse.io/approved=true на ModuleRelease.'},
      object: target,
      undoCheck: reader => moduleReleaseWaits(reader, target),
      patch: annotationPatch({'modules.deckhouse.io/approved': 'true'}),
      verify: async reader => {
        const release = readModuleRelease(await readTarget(reader, target));
        if (release.phase === 'Pending') return done(joinWords([approved, ...(release.message === '' ? [] : [release.message])], '; '));
        return release.isApproved
          ? done({en: `phase ${release.phase ?? ''}`, ru: `фаза ${release.phase ?? ''}`})
          : waiting(approved, {en: 'the annotation is gone', ru: 'аннотации больше нет'});
      },
      commands: ['kubectl annotate modulerelease "$TARGET" modules.deckhouse.io/approved=true'],
    }),
  ],
});

const approved = {en: 'approved', ru: 'подтверждён'};
