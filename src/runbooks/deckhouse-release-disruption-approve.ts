/** Consents to what a pending release of the platform will disrupt. */
import {readDeckhouseRelease} from '../domain/deckhouse-release.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed} from '../engine/define-step.ts';
import {deckhouseReleaseWaits, refuseUnlessPending} from './release-progress.ts';
import {deckhouseReleaseTarget} from './targets.ts';

export const deckhouseReleaseDisruptionApprove = defineRunbook({
  name: 'deckhouse-release-disruption-approve',
  version: 1,
  group: 'releases',
  risk: 'change',
  target: deckhouseReleaseTarget,
  parameters: {},
  words: {
    title: {en: 'Consent to the disruption of a platform release', ru: 'Согласиться на простой при обновлении платформы'},
    why: {
      en: 'The release disrupts something and the platform does not install it without consent.',
      ru: 'Релиз что-то прервёт, и без согласия платформа его не поставит.',
    },
    will: {en: 'The release is annotated; it is installed when its turn comes.', ru: 'Релиз получает аннотацию и ставится в свой черёд.'},
    danger: {
      en: 'What the release names below stops for a while. Until it starts, undo takes the consent back.',
      ru: 'То, что названо ниже, на время остановится. Пока обновление не началось, отмена отзывает согласие.',
    },
  },
  permissions: [{verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'deckhousereleases', scope: 'target'}],
  gather: async (reader, {target}) => {
    const release = readDeckhouseRelease(await readTarget(reader, target));
    refuseUnlessPending(release, 'consent to');
    if (release.isDisruptionApproved)
      throw new Refusal('NothingToDo', {en: 'the disruption is approved already', ru: 'простой уже подтверждён'});
    return {version: release.version, disruption: release.disruption ?? ''};
  },
  notes: ({facts}) => [
    facts.disruption === ''
      ? {
          en: 'The platform does not ask for it now; the consent counts if it asks later.',
          ru: 'Сейчас платформа согласия не просит; оно подействует, если попросит позже.',
        }
      : {en: `The release says: ${facts.disruption}`, ru: `Релиз сообщает: ${facts.disruption}`},
  ],
  steps: ({target}) => [
    patchStep({
      id: 'consent',
      title: {en: 'Annotate the release', ru: 'Поставить аннотацию'},
      will: {
        en: 'release.deckhouse.io/disruption-approved=true on the DeckhouseRelease.',
        ru: 'release.deckhouse.io/disruption-approved=true на DeckhouseRelease.',
      },
      object: target,
      undoCheck: reader => deckhouseReleaseWaits(reader, target),
      patch: annotationPatch({'release.deckhouse.io/disruption-approved': 'true'}),
      verify: async reader => {
        const {isDisruptionApproved, phase = ''} = readDeckhouseRelease(await readTarget(reader, target));
        return isDisruptionApproved
          ? done({en: `approved, phase ${phase}`, ru: `подтверждён, фаза ${phase}`})
          : failed('Withdrawn', {en: 'somebody took the consent back', ru: 'кто-то отозвал согласие'});
      },
      commands: ['kubectl annotate deckhouserelease "$TARGET" release.deckhouse.io/disruption-approved=true'],
    }),
  ],
});
