/** Has later releases of a module come from another source. */
import {readModuleRelease} from '../domain/module-release.ts';
import {readModuleSource} from '../domain/module-source-verdict.ts';
import {readModule} from '../domain/module-verdict.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {configCommand, configPermissions, configStep, requireConfig} from './module-config-step.ts';
import {chooseSource} from './module-readiness.ts';
import {sourceError, sourcesOf} from './module-stages.ts';
import {moduleKind, moduleReleaseKind, moduleSourceKind, moduleTarget} from './targets.ts';

export const moduleSourceSwitch = defineRunbook({
  name: 'module-source-switch',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    source: {
      type: 'string',
      isRequired: true,
      words: {en: 'the ModuleSource of later releases', ru: 'ModuleSource для следующих релизов'},
      choices: (reader, given) => sourcesOf(reader, String(given.target)),
      isClosed: true,
    },
  },
  words: {
    title: {en: 'Switch the source of a module', ru: 'Сменить источник модуля'},
    why: {
      en: 'The module moves to another registry, or two sources offer it.',
      ru: 'Модуль переезжает в другой registry, или его предлагают два источника.',
    },
    will: {
      en: 'spec.source of the ModuleConfig is set. Versions that are not in the cluster yet come from the new source.',
      ru: 'Задаётся spec.source в ModuleConfig. Версии, которых ещё нет в кластере, придут из нового источника.',
    },
    danger: {
      en: 'Releases made before keep the old source, which cannot be deleted while one of them is deployed.',
      ru: 'Созданные ранее релизы остаются за старым источником; пока один из них установлен, удалить его нельзя.',
    },
  },
  permissions: [
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modules', scope: 'target'},
    {verbs: ['get', 'list'], group: 'deckhouse.io', resource: 'modulesources'},
    {verbs: ['list'], group: 'deckhouse.io', resource: 'modulereleases'},
    ...configPermissions,
  ],
  exampleFacts: {current: '', staying: []},
  gather: async (reader, {target, parameters: {source}}) => {
    const module = await readTarget(reader, target);
    const {name, source: current = ''} = readModule(module);
    if (current === 'Embedded')
      throw new Refusal('Embedded', {
        en: `module ${name} ships with the platform and has no source to switch`,
        ru: `модуль ${name} поставляется с платформой, сменить источник нельзя`,
      });
    const config = await requireConfig(reader, name);
    if (!config.isEnabled)
      throw new Refusal('NotEnabled', {
        en: `module ${name} is off: module-install takes a source`,
        ru: `модуль ${name} выключен: источник задаётся в module-install`,
      });
    if (config.source === source && current === source)
      throw new Refusal('NothingToDo', {en: `module ${name} comes from ${source} already`, ru: `модуль ${name} уже берётся из ${source}`});
    await chooseSource(reader, module, source);
    const releases = (await reader.list(moduleReleaseKind, {labelSelector: `module=${name}`})).filter(
      ({metadata}) => metadata.labels?.source !== source,
    );
    const staying = releases.filter(release => ['Pending', 'Deployed'].includes(readModuleRelease(release).phase ?? ''));
    return {current, staying: staying.map(({metadata}) => metadata.name).sort()};
  },
  notes: ({facts: {current, staying}}) =>
    staying.length === 0
      ? []
      : [{en: `Stay with source ${current}: ${staying.join(', ')}.`, ru: `Остаются за источником ${current}: ${staying.join(', ')}.`}],
  steps: ({target, parameters: {source}, facts}) => [
    configStep({
      id: 'switch',
      title: {en: `Set spec.source to ${source}`, ru: `Задать spec.source: ${source}`},
      will: {
        en: 'Then wait until the platform has taken it over and listed the new source.',
        ru: 'Затем дождаться, пока платформа примет это и опросит новый источник.',
      },
      module: target.ref.name,
      patch: {spec: {source}},
      verify: (reader, past) => followSwitch(reader, target.ref.name, source, past),
      timeouts: {verify: 900},
      commands: [
        configCommand(true, `{"source":"'"$SOURCE"'"}`),
        `kubectl wait module "$TARGET" --for=jsonpath='{.properties.source}'="$SOURCE" --timeout=10m`,
      ],
      danger: {
        en: `Undo sets it back${facts.current === '' ? '' : ` to ${facts.current}`}; releases made meanwhile stay with ${source}.`,
        ru: `Отмена вернёт прежнее значение; созданные за это время релизы останутся за ${source}.`,
      },
    }),
  ],
});

async function followSwitch(reader: Reader, module: string, source: string, {startedAt}: StepPast): Promise<Progress> {
  const live = await reader.get({kind: moduleKind, name: module});
  const current = live === undefined ? undefined : readModule(live).source;
  if (current !== source)
    return waiting(
      {en: `Module source ${source}`, ru: `источник модуля — ${source}`},
      current === undefined ? {en: 'none', ru: 'нет'} : {en: `source ${current}`, ru: `источник ${current}`},
    );
  const object = await reader.get({kind: moduleSourceKind, name: source});
  if (object === undefined) return failed('SourceGone', {en: `ModuleSource ${source} is gone`, ru: `ModuleSource ${source} больше нет`});
  const {syncTime} = readModuleSource(object);
  // The platform writes whole seconds.
  if (syncTime === undefined || syncTime < Math.floor(startedAt / 1000) * 1000) {
    return waiting(
      {en: `source ${source} listed since the switch`, ru: `источник ${source} опрошен после переключения`},
      syncTime === undefined
        ? {en: 'never listed', ru: 'ни разу не опрошен'}
        : {en: `listed ${new Date(syncTime).toISOString()}`, ru: `опрошен ${new Date(syncTime).toISOString()}`},
    );
  }
  const error = await sourceError(reader, source, module);
  return error === undefined
    ? done({en: `later releases come from ${source}`, ru: `следующие релизы придут из ${source}`})
    : failed('SourceError', {en: `source ${source}: ${error}`, ru: `источник ${source}: ${error}`});
}
