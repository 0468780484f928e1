/** Turns a module on that the platform knows already. */
import {readModule} from '../domain/module-verdict.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {configCommand, configPermissions, configStep, findConfig} from './module-config-step.ts';
import {chooseSource, refuseUnlessPossible} from './module-readiness.ts';
import {downloadStep, followConfig, readyStep, stagePermissions} from './module-stages.ts';
import {moduleTarget} from './targets.ts';

export const moduleEnable = defineRunbook({
  name: 'module-enable',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {},
  words: {
    title: {en: 'Turn a module on', ru: 'Включить модуль'},
    why: {en: 'The module is wanted and is off.', ru: 'Модуль нужен, а он выключен.'},
    will: {
      en: 'spec.enabled of its ModuleConfig becomes true; the run waits until the module is Ready.',
      ru: 'spec.enabled в ModuleConfig становится true; запуск ждёт состояния Ready.',
    },
    danger: {
      en: 'The module takes resources of the cluster. Undo turns it off again, with all it made.',
      ru: 'Модуль займёт ресурсы кластера. Отмена выключит его со всем, что он создал.',
    },
  },
  permissions: [...stagePermissions, ...configPermissions],
  undoRisk: 'destructive',
  undoPermissions: [{verbs: ['delete'], group: 'deckhouse.io', resource: 'moduleconfigs'}],
  exampleFacts: {hasConfig: true, isEmbedded: false},
  gather: async (reader, {target}) => {
    const module = await readTarget(reader, target);
    const {name, source, asked, enabled, phase} = readModule(module);
    const config = await findConfig(reader, name);
    const isOn = enabled?.status === 'True';
    if (config?.isEnabled === true || (config === undefined && isOn)) {
      const told = enabled?.message || asked?.message;
      throw new Refusal('NothingToDo', {
        en: `module ${name} is turned on already${isOn ? '' : `, but ${told || `its phase is ${phase ?? 'not set'}`}`}`,
        ru: `модуль ${name} уже включён${isOn ? '' : `, но ${told || `его фаза — ${phase ?? 'не задана'}`}`}`,
      });
    }
    await refuseUnlessPossible(reader, module);
    const isEmbedded = source === 'Embedded';
    if (!isEmbedded) await chooseSource(reader, module, config?.source);
    return {hasConfig: config !== undefined, isEmbedded};
  },
  steps: ({target, facts}) => {
    const module = target.ref.name;
    return [
      configStep({
        id: 'enable',
        title: {en: `Turn ModuleConfig ${module} on`, ru: `Включить ModuleConfig ${module}`},
        will: {en: 'spec.enabled: true.', ru: 'spec.enabled: true.'},
        module,
        patch: {spec: {enabled: true}},
        verify: reader => followConfig(reader, module),
        commands: [configCommand(facts.hasConfig, '{"enabled":true}')],
      }),
      ...(facts.isEmbedded ? [] : [downloadStep(module)]),
      readyStep(module),
    ];
  },
});
