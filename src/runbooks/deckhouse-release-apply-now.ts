/** Installs a pending release of the platform at once, without waiting for its window, delay or approval. */
import {readDeckhouseRelease} from '../domain/deckhouse-release.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {deckhouseReleaseWaits, followDeckhouseRelease, obstacleIn, refuseUnlessPending} from './release-progress.ts';
import {deckhouseReleaseTarget} from './targets.ts';

export const deckhouseReleaseApplyNow = defineRunbook({
  name: 'deckhouse-release-apply-now',
  version: 1,
  group: 'releases',
  risk: 'change',
  target: deckhouseReleaseTarget,
  parameters: {},
  words: {
    title: {en: 'Update the platform now', ru: 'Обновить платформу сейчас'},
    why: {
      en: 'The release waits for an update window, a delay or an approval, and is needed at once.',
      ru: 'Релиз ждёт окна обновлений, отсрочки или подтверждения, а нужен сейчас.',
    },
    will: {
      en: 'The release is annotated and deployed. Requirements, order and disruption consent still count.',
      ru: 'Релиз получает аннотацию и устанавливается. Требования, порядок версий и согласие на простой остаются в силе.',
    },
    danger: {
      en: 'The whole platform is updated outside its window and cannot be downgraded.',
      ru: 'Вся платформа обновится вне окна, понизить версию нельзя.',
    },
  },
  permissions: [{verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'deckhousereleases', scope: 'target'}],
  gather: async (reader, {target}) => {
    const release = readDeckhouseRelease(await readTarget(reader, target));
    refuseUnlessPending(release, 'apply');
    if (release.disruption !== undefined && !release.isDisruptionApproved) {
      throw new Refusal('DisruptionNotApproved', {
        en: `run deckhouse-release-disruption-approve first; the release says: ${release.disruption}`,
        ru: `сначала запустите deckhouse-release-disruption-approve; релиз сообщает: ${release.disruption}`,
      });
    }
    const held = release.disruption === undefined ? obstacleIn(release.message) : undefined;
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
    return {version: release.version};
  },
  steps: ({target}) => [
    patchStep({
      id: 'apply',
      title: {en: 'Annotate the release and wait until it is deployed', ru: 'Поставить аннотацию и дождаться установки'},
      will: {
        en: 'release.deckhouse.io/apply-now=true on the DeckhouseRelease.',
        ru: 'release.deckhouse.io/apply-now=true на DeckhouseRelease.',
      },
      object: target,
      undoCheck: reader => deckhouseReleaseWaits(reader, target),
      // The platform drops the annotation as it deploys.
      patch: live =>
        readDeckhouseRelease(live).phase === 'Pending' ? annotationPatch({'release.deckhouse.io/apply-now': 'true'}) : undefined,
      verify: reader => followDeckhouseRelease(reader, target),
      timeouts: {verify: 1800},
      commands: [
        'kubectl annotate deckhouserelease "$TARGET" release.deckhouse.io/apply-now=true',
        'kubectl wait deckhouserelease "$TARGET" --for=jsonpath=\'{.status.phase}\'=Deployed --timeout=30m',
      ],
    }),
  ],
});
