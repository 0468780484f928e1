/** Changes settings of a module, checked against the schema that the module declares. */
import {type Fields, readFields, readItems, readString} from '../domain/fields.ts';
import {isPatched, mergePatch} from '../domain/merge-patch.ts';
import {isOn} from '../domain/module-links.ts';
import {settingsProblems} from '../domain/settings-schema.ts';
import {asWords} from '../domain/words.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {configCommand, configPermissions, configStep, findConfig} from './module-config-step.ts';
import {refuseSecrets} from './refuse-secrets.ts';
import {moduleTarget} from './targets.ts';

type Schemas = readonly {readonly version: number; readonly schema: Fields}[];

export const moduleSettings = defineRunbook({
  name: 'module-settings',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    settings: {
      type: 'fields',
      isRequired: true,
      words: {en: 'what to set, as a merge patch: null removes a field', ru: 'что задать, как merge patch: null удаляет поле'},
    },
    settingsVersion: {
      type: 'integer',
      min: 1,
      words: {en: 'version of the settings schema', ru: 'версия схемы настроек'},
      choices: async (reader, given) => (await readSchemas(reader, String(given.target))).map(({version}) => String(version)),
    },
  },
  words: {
    title: {en: 'Change the settings of a module', ru: 'Изменить настройки модуля'},
    why: {en: 'The module is to work otherwise.', ru: 'Модуль должен работать иначе.'},
    will: {
      en: 'The fields are merged into spec.settings of the ModuleConfig; the platform rolls the module out again.',
      ru: 'Поля вносятся в spec.settings в ModuleConfig; платформа раскатит модуль заново.',
    },
    danger: {
      en: 'Pods of the module may restart. Undo puts the old values back.',
      ru: 'Поды модуля могут перезапуститься. Отмена вернёт прежние значения.',
    },
  },
  permissions: [
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modules', scope: 'target'},
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modulesettingsdefinitions'},
    ...configPermissions,
  ],
  undoPermissions: [{verbs: ['delete'], group: 'deckhouse.io', resource: 'moduleconfigs'}],
  exampleFacts: {hasConfig: true, isOn: true, version: 1, isChecked: true},
  gather: async (reader, {target, parameters: {settings, settingsVersion}}) => {
    const module = await readTarget(reader, target);
    const {name} = module.metadata;
    refuseSecrets(settings, 'settings', `kubectl edit moduleconfig ${name}`);
    const config = await findConfig(reader, name);
    const schemas = await readSchemas(reader, name);
    const version = settingsVersion ?? config?.settingsVersion ?? schemas.at(-1)?.version;
    if (version === undefined) {
      throw new Refusal('VersionNeeded', {
        en: `nothing says which version of settings module ${name} takes: give settingsVersion`,
        ru: `неизвестно, какую версию настроек принимает модуль ${name}: задайте settingsVersion`,
      });
    }
    if (config !== undefined && isPatched(config.settings, settings) && config.settingsVersion === version) {
      throw new Refusal('NothingToDo', {en: 'the settings are so already', ru: 'настройки уже такие'});
    }
    const schema = schemas.find(each => each.version === version)?.schema;
    const problems = schema === undefined ? [] : settingsProblems(mergePatch(config?.settings ?? {}, settings), schema);
    if (problems.length > 0)
      throw new Refusal('BadSettings', {
        en: `the settings do not fit version ${version}: ${problems.join('; ')}`,
        ru: `настройки не подходят к версии ${version}: ${problems.join('; ')}`,
      });
    return {hasConfig: config !== undefined, isOn: isOn(module), version, isChecked: schema !== undefined};
  },
  notes: ({facts: {isChecked, version}}) =>
    isChecked
      ? []
      : [
          {
            en: `The module declares no schema of version ${version}: only the platform can check the settings.`,
            ru: `Схемы версии ${version} модуль не объявил: настройки проверит только платформа.`,
          },
        ],
  steps: ({target, parameters: {settings}, facts}) => {
    const module = target.ref.name;
    // A config without `enabled` would turn a module off that is on by bundle.
    const enabled = !facts.hasConfig && facts.isOn ? {enabled: true} : {};
    return [
      configStep({
        id: 'settings',
        title: {en: 'Merge the settings', ru: 'Внести настройки'},
        will: {en: `spec.settings in version ${facts.version}.`, ru: `spec.settings в версии ${facts.version}.`},
        module,
        patch: {spec: {...enabled, version: facts.version, settings}},
        verify: reader => followSettings(reader, module),
        // The platform's word comes a moment after the write, and there is no generation to compare.
        stableTimes: 3,
        commands: [
          configCommand(
            facts.hasConfig,
            `{${facts.hasConfig || !facts.isOn ? '' : '"enabled":true,'}"version":${facts.version},"settings":'"$SETTINGS"'}`,
          ),
        ],
      }),
    ];
  },
});

async function followSettings(reader: Reader, module: string): Promise<Progress> {
  const config = await findConfig(reader, module);
  if (config === undefined) return failed('ConfigGone', {en: 'the ModuleConfig is gone', ru: 'ModuleConfig больше нет'});
  return config.message.startsWith('Error:')
    ? failed('ConfigRejected', asWords(`ModuleConfig: ${config.message}`))
    : done(config.message === '' ? undefined : asWords(config.message));
}

/** Ascending; [] where the module declares none. */
async function readSchemas(reader: Reader, module: string): Promise<Schemas> {
  const kind = {
    group: 'deckhouse.io',
    version: 'v1alpha1',
    plural: 'modulesettingsdefinitions',
    kind: 'ModuleSettingsDefinition',
    isNamespaced: false,
  };
  const definition = await reader.get({kind, name: module});
  if (definition === undefined) return [];
  const versions = readItems(definition, 'spec.versions', item => ({
    version: Number(readString(item, 'name')?.replace(/^v/, '')),
    schema: readFields(item, 'schema'),
  }));
  return versions.filter(({version}) => Number.isInteger(version)).sort((left, right) => left.version - right.version);
}
