/** Takes an approval back while the release still waits. */
import {readModuleRelease} from '../domain/module-release.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed} from '../engine/define-step.ts';
import {refuseUnlessPending} from './release-progress.ts';
import {moduleReleaseTarget} from './targets.ts';

export const moduleReleaseUnapprove = defineRunbook({
  name: 'module-release-unapprove',
  version: 1,
  group: 'releases',
  risk: 'change',
  target: moduleReleaseTarget,
  parameters: {},
  words: {
    title: {en: 'Take back the approval of a module release', ru: 'Отозвать подтверждение релиза модуля'},
    why: {en: 'The release was approved too early and still waits.', ru: 'Релиз подтвердили рано, и он ещё ждёт.'},
    will: {
      en: 'The annotation is removed; in Manual mode the release waits again.',
      ru: 'Аннотация снимается; в режиме Manual релиз снова ждёт.',
    },
    danger: {
      en: 'The platform may be quicker: a release that is deployed stays deployed.',
      ru: 'Платформа может успеть раньше: установленный релиз останется установленным.',
    },
  },
  permissions: [{verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'modulereleases', scope: 'target'}],
  gather: async (reader, {target}) => {
    const release = readModuleRelease(await readTarget(reader, target));
    refuseUnlessPending(release, 'take back');
    if (!release.isApproved) throw new Refusal('NothingToDo', {en: 'the release is not approved', ru: 'релиз не подтверждён'});
    return {module: release.moduleName, version: release.version};
  },
  steps: ({target}) => [
    patchStep({
      id: 'unapprove',
      title: {en: 'Remove the annotation', ru: 'Снять аннотацию approved'},
      will: {
        en: 'modules.deckhouse.io/approved is removed from the ModuleRelease.',
        ru: 'modules.deckhouse.io/approved снимается с ModuleRelease.',
      },
      object: target,
      patch: annotationPatch({'modules.deckhouse.io/approved': null}),
      verify: async reader => {
        const {phase = ''} = readModuleRelease(await readTarget(reader, target));
        return phase === 'Pending'
          ? done({en: 'not approved', ru: 'не подтверждён'})
          : failed('TooLate', {
              en: `the platform was quicker: the release is ${phase}`,
              ru: `платформа успела раньше: релиз в фазе ${phase}`,
            });
      },
      commands: ['kubectl annotate modulerelease "$TARGET" modules.deckhouse.io/approved-'],
    }),
  ],
});
