/** Installs a pending release of a module at once, without waiting for its window or an approval. */
import {readModuleRelease} from '../domain/module-release.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {readyStep} from './module-stages.ts';
import {followModuleRelease, moduleReleaseWaits, obstacleIn, refuseUnlessPending} from './release-progress.ts';
import {moduleReleaseTarget} from './targets.ts';

export const moduleReleaseApplyNow = defineRunbook({
  name: 'module-release-apply-now',
  version: 1,
  group: 'releases',
  risk: 'change',
  target: moduleReleaseTarget,
  parameters: {},
  words: {
    title: {en: 'Install a module release now', ru: 'Установить релиз модуля сейчас'},
    why: {
      en: 'The release waits for an update window, a delay or an approval, and is needed at once.',
      ru: 'Релиз ждёт окна обновлений, отсрочки или подтверждения, а нужен сейчас.',
    },
    will: {
      en: 'The release is annotated; the platform deploys it, restarts itself and rolls the module out. Requirements and order still count.',
      ru: 'Релиз получает аннотацию; платформа установит его, перезапустится и раскатит модуль. Требования и порядок версий остаются в силе.',
    },
    danger: {
      en: 'The module is updated outside its window, and a deployed release cannot be taken back: module-pin holds an older version.',
      ru: 'Модуль обновится вне окна, и установленный релиз назад не откатить: старую версию удержит module-pin.',
    },
  },
  permissions: [
    {verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'modulereleases', scope: 'target'},
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modules'},
    {verbs: ['list'], group: '', resource: 'pods', scope: {namespace: 'd8-system'}},
  ],
  exampleFacts: {module: '$MODULE', version: '$VERSION'},
  gather: async (reader, {target}) => {
    const release = readModuleRelease(await readTarget(reader, target));
    refuseUnlessPending(release, 'apply');
    const held = obstacleIn(release.message);
    if (held !== undefined)
      throw new Refusal('ReleaseHeld', {
        en: `apply-now does not pass over this, mend it first: ${held}`,
        ru: `apply-now это не обходит, сначала исправьте: ${held}`,
      });
    if (release.isUrgent)
      throw new Refusal('NothingToDo', {
        en: 'the release is marked to be applied at once already',
        ru: 'релиз уже помечен к немедленному применению',
      });
    return {module: release.moduleName, version: release.version};
  },
  steps: ({target, facts}) => [
    patchStep({
      id: 'apply',
      title: {en: 'Annotate the release and wait until it is deployed', ru: 'Поставить аннотацию и дождаться установки'},
      will: {en: 'modules.deckhouse.io/apply-now=true on the ModuleRelease.', ru: 'modules.deckhouse.io/apply-now=true на ModuleRelease.'},
      object: target,
      undoCheck: reader => moduleReleaseWaits(reader, target),
      // The platform drops the annotation as it deploys.
      patch: live =>
        readModuleRelease(live).phase === 'Pending' ? annotationPatch({'modules.deckhouse.io/apply-now': 'true'}) : undefined,
      verify: reader => followModuleRelease(reader, target),
      commands: [
        'kubectl annotate modulerelease "$TARGET" modules.deckhouse.io/apply-now=true',
        'kubectl wait modulerelease "$TARGET" --for=jsonpath=\'{.status.phase}\'=Deployed --timeout=10m',
      ],
    }),
    readyStep(facts.module),
  ],
});
