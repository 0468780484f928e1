/** Has the platform download and apply the deployed release of a module once more. */
import {readModuleRelease} from '../domain/module-release.ts';
import {asWords} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, waiting} from '../engine/define-step.ts';
import {readyStep} from './module-stages.ts';
import {moduleReleaseTarget} from './targets.ts';

const reinstall = 'modules.deckhouse.io/reinstall';
/** The platform drops its own annotation when it has acted; this one stays and tells whose request it was. */
const mark = 'deckhand.dev/reinstall';

export const moduleReleaseReinstall = defineRunbook({
  name: 'module-release-reinstall',
  version: 1,
  group: 'releases',
  risk: 'change',
  target: moduleReleaseTarget,
  parameters: {},
  words: {
    title: {en: 'Reinstall a deployed module release', ru: 'Переустановить релиз модуля'},
    why: {
      en: 'The files of the module are damaged or its image was pushed anew under the same version.',
      ru: 'Файлы модуля повреждены, или образ той же версии опубликовали заново.',
    },
    will: {
      en: 'The platform downloads the same version again, restarts itself and rolls the module out.',
      ru: 'Платформа скачает ту же версию ещё раз, перезапустится и раскатит модуль.',
    },
    danger: {
      en: 'Restarts the platform. If the registry no longer has the version the module keeps running as it is. Cannot be undone.',
      ru: 'Перезапускает платформу. Если версии уже нет в registry, модуль останется как есть. Отменить нельзя.',
    },
  },
  permissions: [
    {verbs: ['get', 'patch'], group: 'deckhouse.io', resource: 'modulereleases', scope: 'target'},
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modules'},
    {verbs: ['list'], group: '', resource: 'pods', scope: {namespace: 'd8-system'}},
  ],
  exampleFacts: {module: '$MODULE', version: '$VERSION'},
  gather: async (reader, {target}) => {
    const live = await readTarget(reader, target);
    const {phase, moduleName, version} = readModuleRelease(live);
    if (phase !== 'Deployed') {
      throw new Refusal('NotDeployed', {
        en: `only a deployed release can be reinstalled, this one is ${phase ?? 'without a phase yet'}`,
        ru: `переустановить можно только развёрнутый релиз, а фаза этого — ${phase ?? 'не задана'}`,
      });
    }
    if (live.metadata.annotations?.[reinstall] === 'true')
      throw new Refusal('NothingToDo', {en: 'the platform is reinstalling it already', ru: 'платформа уже переустанавливает его'});
    return {module: moduleName, version};
  },
  steps: ({target, facts}) => [
    {
      id: 'reinstall',
      effect: 'Probed',
      title: {en: 'Ask for the reinstallation', ru: 'Запросить переустановку'},
      will: {
        en: `${reinstall}=true on the ModuleRelease; the platform removes it when it has acted.`,
        ru: `${reinstall}=true на ModuleRelease; платформа снимет её, когда закончит.`,
      },
      act: async (reader, key) => {
        const live = await readTarget(reader, target);
        return [patchWrite(target, live, {metadata: {annotations: {[reinstall]: 'true', [mark]: key}}})];
      },
      probe: async (reader, {key}) => {
        const live = await readTarget(reader, target);
        return live.metadata.annotations?.[mark] === key ? 'done' : 'not-done';
      },
      verify: async reader => {
        const live = await readTarget(reader, target);
        const {phase = '', message} = readModuleRelease(live);
        if (phase !== 'Deployed')
          return failed('NotDeployed', {en: `the release is ${phase}: ${message}`, ru: `релиз в фазе ${phase}: ${message}`});
        if (live.metadata.annotations?.[reinstall] === undefined) return done({en: 'reinstalled', ru: 'переустановлен'});
        return waiting(
          {en: `annotation ${reinstall} removed by the platform`, ru: `платформа сняла аннотацию ${reinstall}`},
          message === '' ? {en: 'still there', ru: 'ещё на месте'} : asWords(message),
        );
      },
      commands: [`kubectl annotate modulerelease "$TARGET" ${reinstall}=true`],
    },
    readyStep(facts.module),
  ],
});
