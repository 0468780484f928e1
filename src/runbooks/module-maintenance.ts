/** Has the platform leave the resources of a module alone, or look after them again. */
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {configCommand, configPermissions, configStep, requireConfig} from './module-config-step.ts';
import {moduleTarget} from './targets.ts';

const mode = 'NoResourceReconciliation';

export const moduleMaintenance = defineRunbook({
  name: 'module-maintenance',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    on: {type: 'boolean', isRequired: true, words: {en: 'maintenance on or off', ru: 'режим обслуживания: включить или выключить'}},
  },
  words: {
    title: {en: 'Switch the maintenance mode of a module', ru: 'Переключить режим обслуживания модуля'},
    why: {
      en: 'To change resources of the module by hand for a while without the platform putting them back.',
      ru: 'Чтобы временно менять ресурсы модуля руками и платформа их не возвращала.',
    },
    will: {en: 'spec.maintenance of the ModuleConfig is set or removed.', ru: 'Задаётся или снимается spec.maintenance в ModuleConfig.'},
    danger: {
      en: 'In maintenance nothing that breaks is mended, and an alert fires. Switched off, changes made by hand are overwritten.',
      ru: 'В режиме обслуживания сломанное не чинится и горит алерт. После выключения ручные правки перезапишутся.',
    },
  },
  permissions: [{verbs: ['get'], group: 'deckhouse.io', resource: 'modules', scope: 'target'}, ...configPermissions],
  gather: async (reader, {target, parameters: {on}}) => {
    const {isInMaintenance} = await requireConfig(reader, target.ref.name);
    if (isInMaintenance === on)
      throw new Refusal('NothingToDo', {
        en: `maintenance of module ${target.ref.name} is ${on ? 'on' : 'off'} already`,
        ru: `режим обслуживания модуля ${target.ref.name} уже ${on ? 'включён' : 'выключен'}`,
      });
    return {};
  },
  steps: ({target, parameters: {on}}) => [
    configStep({
      id: 'maintenance',
      title: on
        ? {en: 'Set spec.maintenance', ru: 'Задать spec.maintenance'}
        : {en: 'Remove spec.maintenance', ru: 'Снять spec.maintenance'},
      will: {en: `${mode} ${on ? 'is set' : 'is removed'}.`, ru: `${mode} ${on ? 'задаётся' : 'снимается'}.`},
      module: target.ref.name,
      patch: {spec: {maintenance: on ? mode : null}},
      commands: [configCommand(true, `{"maintenance":${on ? `"${mode}"` : 'null'}}`)],
    }),
  ],
});
