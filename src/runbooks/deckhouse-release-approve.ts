/** Lets a pending release of the platform that waits for a person go on. */
import {readDeckhouseRelease} from '../domain/deckhouse-release.ts';
import {patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed} from '../engine/define-step.ts';
import {deckhouseReleaseWaits, refuseUnlessPending} from './release-progress.ts';
import {deckhouseReleaseTarget} from './targets.ts';

export const deckhouseReleaseApprove = defineRunbook({
  name: 'deckhouse-release-approve',
  version: 1,
  group: 'releases',
  risk: 'change',
  target: deckhouseReleaseTarget,
  parameters: {},
  words: {
    title: {en: 'Approve a release of the platform', ru: 'Подтвердить релиз платформы'},
    why: {
      en: 'In Manual mode, and for minor versions in AutoPatch, the platform updates itself only after a person has approved it.',
      ru: 'В режиме Manual, а для минорных версий и в AutoPatch, платформа обновляется только после подтверждения человеком.',
    },
    will: {
      en: 'The release is marked as approved. Requirements, order and disruption consent still count.',
      ru: 'Релиз помечается подтверждённым. Требования, порядок версий и согласие на простой остаются в силе.',
    },
    danger: {
      en: 'The whole platform is updated and cannot be downgraded. Until it starts, undo takes the approval back.',
      ru: 'Обновится вся платформа, понизить версию нельзя. Пока обновление не началось, отмена отзывает подтверждение.',
    },
  },
  permissions: [{verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'deckhousereleases', scope: 'target'}],
  gather: async (reader, {target}) => {
    const release = readDeckhouseRelease(await readTarget(reader, target));
    refuseUnlessPending(release, 'approve');
    if (release.isApproved) throw new Refusal('NothingToDo', {en: 'the release is approved already', ru: 'релиз уже подтверждён'});
    return {version: release.version};
  },
  steps: ({target}) => [
    patchStep({
      id: 'approve',
      title: {en: 'Set approved', ru: 'Установить approved'},
      will: {en: 'approved: true on the DeckhouseRelease.', ru: 'approved: true на DeckhouseRelease.'},
      object: target,
      undoCheck: reader => deckhouseReleaseWaits(reader, target),
      patch: {approved: true},
      verify: async reader => {
        const {isApproved, message, phase = ''} = readDeckhouseRelease(await readTarget(reader, target));
        if (!isApproved) return failed('Withdrawn', {en: 'somebody took the approval back', ru: 'кто-то отозвал подтверждение'});
        return done(
          message === ''
            ? {en: `approved, phase ${phase}`, ru: `подтверждён, фаза ${phase}`}
            : {en: `approved; ${message}`, ru: `подтверждён; ${message}`},
        );
      },
      commands: ['kubectl patch deckhouserelease "$TARGET" --type=merge -p \'{"approved": true}\''],
    }),
  ],
});
