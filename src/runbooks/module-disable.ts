/** Turns a module off, with everything that it made in the cluster. */
import {readBoolean} from '../domain/fields.ts';
import type {KubeWrite} from '../domain/kube-write.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {dependantsOf, disableWarning} from '../domain/module-links.ts';
import {readModule} from '../domain/module-verdict.ts';
import {joinWords, type Words} from '../domain/words.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {configCommand, configPermissions, configStep, findConfig} from './module-config-step.ts';
import {sayPhase} from './release-progress.ts';
import {moduleConfigKind, moduleKind, moduleTarget} from './targets.ts';

const allow = 'modules.deckhouse.io/allow-disabling';

export const moduleDisable = defineRunbook({
  name: 'module-disable',
  version: 1,
  group: 'modules',
  risk: 'destructive',
  target: moduleTarget,
  parameters: {},
  words: {
    title: {en: 'Turn a module off', ru: 'Выключить модуль'},
    why: {en: 'The module is no longer wanted.', ru: 'Модуль больше не нужен.'},
    will: {
      en: 'spec.enabled of its ModuleConfig becomes false; the platform deletes what the module runs. Its pending releases are deleted too.',
      ru: 'spec.enabled в ModuleConfig становится false; платформа удалит всё, что модуль запускал, и его ожидающие релизы.',
    },
    danger: {
      en: 'What the module made and kept is gone; turning it on again does not bring it back. After 3 days its releases and files are deleted.',
      ru: 'Созданное модулем пропадёт, и включение этого не вернёт. Через 3 дня удаляются его релизы и файлы.',
    },
  },
  permissions: [{verbs: ['get', 'list'], group: 'deckhouse.io', resource: 'modules'}, ...configPermissions],
  undoPermissions: [{verbs: ['delete'], group: 'deckhouse.io', resource: 'moduleconfigs'}],
  exampleFacts: {hasConfig: true, wasEnabled: true, dependants: [], isCritical: false, warning: null},
  gather: async (reader, {target}) => {
    const module = await readTarget(reader, target);
    const {name, asked, enabled} = readModule(module);
    if (name === 'deckhouse')
      throw new Refusal('Forbidden', {
        en: 'module deckhouse is the platform itself and cannot be turned off',
        ru: 'модуль deckhouse — это сама платформа, его нельзя выключить',
      });
    const config = await findConfig(reader, name);
    if (config?.isEnabled !== true && enabled?.status !== 'True' && asked?.status !== 'True') {
      throw new Refusal('NothingToDo', {en: `module ${name} is off already`, ru: `модуль ${name} уже выключен`});
    }
    return {
      hasConfig: config !== undefined,
      wasEnabled: config?.isEnabled === true,
      dependants: dependantsOf(name, await reader.list(moduleKind)),
      isCritical: readBoolean(module, 'properties.critical') === true,
      warning: disableWarning(module) ?? null,
    };
  },
  notes: ({facts: {dependants, isCritical, warning}}) => [
    ...(warning === null ? [] : [warning]),
    ...(dependants.length === 0 ? [] : [dependantsNote(dependants)]),
    ...(isCritical ? [{en: 'The platform calls the module critical.', ru: 'Платформа считает модуль критичным.'}] : []),
  ],
  steps: ({target, facts}) => {
    const module = target.ref.name;
    const asksConsent = facts.warning !== null;
    return [
      configStep({
        id: 'disable',
        title: {en: `Turn ModuleConfig ${module} off`, ru: `Выключить ModuleConfig ${module}`},
        will: asksConsent
          ? {
              en: `spec.enabled: false, with the annotation ${allow} that the module asks for.`,
              ru: `spec.enabled: false и аннотация ${allow}, которую требует модуль.`,
            }
          : {en: 'spec.enabled: false.', ru: 'spec.enabled: false.'},
        module,
        // The platform drops the annotation as it acts: it counts only together with the change.
        patch: live => {
          const isDone = live !== undefined && readBoolean(live, 'spec.enabled') === false;
          return {...(asksConsent && !isDone ? {metadata: {annotations: {[allow]: 'true'}}} : {}), spec: {enabled: false}};
        },
        ...(facts.warning === null ? {} : {gate: consentGate(module, facts.warning)}),
        // By comparison of the whole patch nothing could be put back, for the platform has dropped the annotation.
        undo: facts.hasConfig ? reader => turnOnAgain(reader, module, facts.wasEnabled) : 'inverse',
        verify: reader => followOff(reader, module),
        timeouts: {verify: 1800},
        commands: [configCommand(facts.hasConfig, '{"enabled":false}', asksConsent ? allow : undefined)],
      }),
    ];
  },
});

function dependantsNote(names: readonly string[]): Words {
  const list = names.join(', ');
  return {
    en: `These modules need it and will be turned off by the platform: ${list}.`,
    ru: `Эти модули зависят от него, и платформа их выключит: ${list}.`,
  };
}

function consentGate(module: string, warning: Words) {
  return {
    id: 'allow-disabling',
    ask: {en: `${warning.en}. Turn ${module} off?`, ru: `${warning.ru}. Выключить ${module}?`},
    facts: async (reader: Reader) => {
      const live = await reader.get({kind: moduleKind, name: module});
      return {warning: live === undefined ? '' : (disableWarning(live)?.en ?? '')};
    },
  };
}

async function turnOnAgain(reader: Reader, module: string, wasEnabled: boolean): Promise<readonly KubeWrite[]> {
  const ref = {kind: moduleConfigKind, name: module};
  const live = await reader.get(ref);
  const before = {spec: {enabled: wasEnabled ? true : null}};
  return live === undefined || isPatched(live, before) ? [] : [patchWrite({ref, uid: ''}, live, before)];
}

async function followOff(reader: Reader, module: string): Promise<Progress> {
  const config = await findConfig(reader, module);
  if (config?.isEnabled === true)
    return failed('TurnedOnAgain', {
      en: 'somebody turned the ModuleConfig on again',
      ru: 'кто-то снова включил ModuleConfig',
    });
  const live = await reader.get({kind: moduleKind, name: module});
  if (live === undefined) return done({en: 'the module is gone from the cluster', ru: 'модуля в кластере больше нет'});
  const {enabled, phase, ready} = readModule(live);
  if (enabled?.status === 'True')
    return waiting(
      {en: 'condition EnabledByModuleManager False', ru: 'условие EnabledByModuleManager False'},
      sayPhase(phase, ready?.message ?? ''),
    );
  return done(joinWords([{en: 'off', ru: 'выключен'}, sayPhase(phase, '')], ', '));
}
