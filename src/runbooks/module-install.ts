/** Brings a module of a source into the cluster: from the wish to Ready, with each stage by name. */
import {readModule} from '../domain/module-verdict.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {configCommand, configPermissions, configStep, findConfig} from './module-config-step.ts';
import {chooseSource, policyNames, refuseUnlessPossible} from './module-readiness.ts';
import {downloadStep, followConfig, readyStep, sourcesOf, stagePermissions} from './module-stages.ts';
import {moduleTarget} from './targets.ts';

export const moduleInstall = defineRunbook({
  name: 'module-install',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    source: {
      type: 'string',
      words: {en: 'the ModuleSource to take it from', ru: 'ModuleSource, из которого взять модуль'},
      choices: (reader, given) => sourcesOf(reader, String(given.target)),
      isClosed: true,
    },
    policy: {
      type: 'string',
      words: {en: 'the ModuleUpdatePolicy to follow', ru: 'ModuleUpdatePolicy для обновлений'},
      choices: policyNames,
      isClosed: true,
    },
  },
  words: {
    title: {en: 'Install a module', ru: 'Установить модуль'},
    why: {
      en: 'A source offers the module and it is wanted in this cluster.',
      ru: 'Источник предлагает модуль, и он нужен в этом кластере.',
    },
    will: {
      en: 'The ModuleConfig is turned on; then the run waits while the platform downloads, installs and starts the module.',
      ru: 'Включается ModuleConfig; дальше запуск ждёт, пока платформа скачает, установит и запустит модуль.',
    },
    danger: {
      en: 'The platform restarts itself. The first version ignores windows and approval. Undo turns the module off again, with all it made.',
      ru: 'Платформа перезапустится. Первая версия ставится без окна и подтверждения. Отмена выключит модуль со всем, что он создал.',
    },
  },
  permissions: [...stagePermissions, ...configPermissions, {verbs: ['list'], group: 'deckhouse.io', resource: 'moduleupdatepolicies'}],
  undoRisk: 'destructive',
  undoPermissions: [{verbs: ['delete'], group: 'deckhouse.io', resource: 'moduleconfigs'}],
  exampleFacts: {hasConfig: false, source: '$SOURCE'},
  gather: async (reader, {target, parameters}) => {
    const module = await readTarget(reader, target);
    const {name, source, phase, asked} = readModule(module);
    if (source === 'Embedded')
      throw new Refusal('Embedded', {
        en: `module ${name} ships with the platform: use module-enable`,
        ru: `модуль ${name} поставляется с платформой: нужен module-enable`,
      });
    const config = await findConfig(reader, name);
    if (phase === 'Ready' && asked?.status === 'True') {
      throw new Refusal('NothingToDo', {
        en: `module ${name} is installed already: use module-source-switch or module-update-policy to change it`,
        ru: `модуль ${name} уже установлен: изменить его — module-source-switch или module-update-policy`,
      });
    }
    await refuseUnlessPossible(reader, module);
    const chosen = await chooseSource(reader, module, parameters.source ?? config?.source);
    return {hasConfig: config !== undefined, source: chosen};
  },
  steps: ({target, parameters, facts}) => {
    const module = target.ref.name;
    const policy = parameters.policy === undefined ? {} : {updatePolicy: parameters.policy};
    const spec = {enabled: true, ...(parameters.source === undefined ? {} : {source: parameters.source}), ...policy};
    const asText = `{"enabled":true${parameters.source === undefined ? '' : `,"source":"'"$SOURCE"'"`}${parameters.policy === undefined ? '' : `,"updatePolicy":"'"$POLICY"'"`}}`;
    return [
      configStep({
        id: 'enable',
        title: {en: `Turn ModuleConfig ${module} on`, ru: `Включить ModuleConfig ${module}`},
        will: {
          en: `The platform takes the module from source ${facts.source}.`,
          ru: `Платформа возьмёт модуль из источника ${facts.source}.`,
        },
        module,
        patch: {spec},
        verify: reader => followConfig(reader, module),
        commands: [configCommand(facts.hasConfig, asText)],
      }),
      downloadStep(module),
      readyStep(module),
    ];
  },
});
