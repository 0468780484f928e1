/** Deletes a module source although releases of it are deployed. */
import {readModuleRelease} from '../domain/module-release.ts';
import {annotationPatch, patchStep, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, type Progress, type Target, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {heldBy} from './held-by.ts';
import {moduleReleaseKind, moduleSourceTarget} from './targets.ts';

const force = 'modules.deckhouse.io/force-delete';

export const moduleSourceForceDelete = defineRunbook({
  name: 'module-source-force-delete',
  version: 1,
  group: 'modules',
  risk: 'destructive',
  target: moduleSourceTarget,
  parameters: {},
  words: {
    title: {en: 'Delete a module source by force', ru: 'Удалить источник модулей принудительно'},
    why: {
      en: 'The source has to go and its deletion is held up by deployed releases.',
      ru: 'Источник нужно убрать, а удаление держат установленные релизы.',
    },
    will: {
      en: 'The source is annotated and deleted; its ModuleReleases go with it.',
      ru: 'Источник получает аннотацию и удаляется; вместе с ним удалятся его ModuleRelease.',
    },
    danger: {
      en: 'Modules of the source lose their files at the next restart of the platform. Cannot be undone: add the source again with module-source-add.',
      ru: 'При следующем перезапуске платформы модули источника потеряют файлы. Не отменяется: источник можно добавить заново через module-source-add.',
    },
  },
  permissions: [
    {verbs: ['get', 'patch', 'delete'], group: 'deckhouse.io', resource: 'modulesources', scope: 'target'},
    {verbs: ['list'], group: 'deckhouse.io', resource: 'modulereleases'},
  ],
  gather: async (reader, {target}) => {
    const {metadata} = await readTarget(reader, target);
    const releases = await reader.list(moduleReleaseKind, {labelSelector: `source=${metadata.name}`});
    const deployed = releases.filter(release => readModuleRelease(release).phase === 'Deployed').map(release => release.metadata.name);
    if (deployed.length === 0 && metadata.deletionTimestamp === undefined) {
      throw new Refusal('NotHeld', {
        en: 'no deployed release holds the source: delete it in the ordinary way (object-delete)',
        ru: 'источник не держит ни один развёрнутый релиз: удалите его обычным путём (object-delete)',
      });
    }
    return {deployed: deployed.sort(), releases: releases.length};
  },
  notes: ({facts: {deployed, releases}}) => [
    {
      en: `Deployed from it: ${deployed.join(', ') || 'nothing'}; ${releases} releases go with it.`,
      ru: `Установлено из него: ${deployed.join(', ') || 'ничего'}; вместе с ним удалится релизов: ${releases}.`,
    },
  ],
  steps: ({target}) => [
    patchStep({
      id: 'force',
      title: {en: 'Annotate the source', ru: 'Поставить аннотацию'},
      will: {en: `${force}=true lets the platform give it up.`, ru: `${force}=true разрешает платформе отпустить источник.`},
      object: target,
      patch: annotationPatch({[force]: 'true'}),
      commands: [`kubectl annotate modulesource "$TARGET" ${force}=true`],
    }),
    {
      id: 'delete',
      effect: 'K8sCas',
      title: {en: 'Delete the source', ru: 'Удалить источник'},
      will: {en: 'Then wait until it is gone.', ru: 'Затем дождаться, пока он исчезнет.'},
      act: async reader => {
        const live = await reader.get(target.ref);
        const isLeft = live !== undefined && live.metadata.uid === target.uid && live.metadata.deletionTimestamp === undefined;
        return isLeft ? [{kind: 'delete', ref: target.ref, uid: target.uid, propagation: 'Background'}] : [];
      },
      verify: reader => followDeletion(reader, target),
      commands: ['kubectl delete modulesource "$TARGET"'],
    },
  ],
});

async function followDeletion(reader: Reader, {ref, uid}: Target): Promise<Progress> {
  const live = await reader.get(ref);
  if (live === undefined || live.metadata.uid !== uid) return done({en: 'gone', ru: 'удалён'});
  return waiting({en: 'the source gone', ru: 'источник удалён'}, heldBy(live));
}
