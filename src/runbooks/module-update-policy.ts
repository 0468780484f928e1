/** Puts a module under another update policy, or back under the settings of module deckhouse. */
import {readString} from '../domain/fields.ts';
import {readModuleRelease} from '../domain/module-release.ts';
import type {UpdatePolicy} from '../domain/update-policy.ts';
import {asWords} from '../domain/words.ts';
import {readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {configCommand, configPermissions, configStep, requireConfig} from './module-config-step.ts';
import {listPolicies, policyNames} from './module-readiness.ts';
import {moduleKind, moduleReleaseKind, moduleTarget} from './targets.ts';

/** No object can be called that. */
const none = '-';

export const moduleUpdatePolicy = defineRunbook({
  name: 'module-update-policy',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    policy: {
      type: 'string',
      isRequired: true,
      words: {
        en: `the ModuleUpdatePolicy; ${none} follows the settings of module deckhouse`,
        ru: `ModuleUpdatePolicy; ${none} — по настройкам модуля deckhouse`,
      },
      choices: async reader => [...(await policyNames(reader)), none],
    },
  },
  words: {
    title: {en: 'Change the update policy of a module', ru: 'Сменить политику обновлений модуля'},
    why: {
      en: 'The module is to update at other times, or only when somebody agrees.',
      ru: 'Модуль должен обновляться в другое время или только с согласия.',
    },
    will: {
      en: 'spec.updatePolicy of the ModuleConfig is set; it counts for releases to come.',
      ru: 'Задаётся spec.updatePolicy в ModuleConfig; действует для будущих релизов.',
    },
    danger: {
      en: 'The channel is part of a policy and may change too. Releases that are pending keep the policy they were made under.',
      ru: 'Канал входит в политику и тоже может смениться. Ожидающие релизы остаются под прежней политикой.',
    },
  },
  permissions: [
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modules', scope: 'target'},
    {verbs: ['list'], group: 'deckhouse.io', resource: 'moduleupdatepolicies'},
    {verbs: ['list'], group: 'deckhouse.io', resource: 'modulereleases'},
    ...configPermissions,
  ],
  exampleFacts: {mode: '', isEnabled: true, pending: []},
  gather: async (reader, {target, parameters}) => {
    const module = await readTarget(reader, target);
    const {name} = module.metadata;
    if (readString(module, 'properties.source') === 'Embedded') {
      throw new Refusal('Embedded', {
        en: `module ${name} ships with the platform and is updated together with it`,
        ru: `модуль ${name} поставляется с платформой и обновляется вместе с ней`,
      });
    }
    const policies = await listPolicies(reader);
    const policy = policies.find(each => each.name === parameters.policy);
    if (policy === undefined && parameters.policy !== none) throw unknownPolicy(parameters.policy, policies);
    const config = await requireConfig(reader, name);
    const wanted = parameters.policy === none ? '' : parameters.policy;
    if (config.policy === wanted)
      throw new Refusal('NothingToDo', {
        en: `module ${name} follows ${wanted || 'the settings of module deckhouse'} already`,
        ru: `модуль ${name} уже следует ${wanted || 'настройкам модуля deckhouse'}`,
      });
    const releases = await reader.list(moduleReleaseKind, {labelSelector: `module=${name}`});
    const pending = releases.filter(release => readModuleRelease(release).phase === 'Pending').map(({metadata}) => metadata.name);
    return {mode: policy?.mode ?? '', isEnabled: config.isEnabled, pending: pending.sort()};
  },
  notes: ({parameters: {policy}, facts: {mode, pending}}) => [
    ...(mode === '' ? [] : [{en: `Policy ${policy} has mode ${mode}.`, ru: `Режим политики ${policy}: ${mode}.`}]),
    ...(pending.length === 0
      ? []
      : [{en: `Pending under the old policy: ${pending.join(', ')}.`, ru: `Ждут под прежней политикой: ${pending.join(', ')}.`}]),
  ],
  steps: ({target, parameters, facts}) => {
    const wanted = parameters.policy === none ? null : parameters.policy;
    return [
      configStep({
        id: 'policy',
        title: {en: 'Set spec.updatePolicy', ru: 'Задать spec.updatePolicy'},
        will: {en: 'One patch of the ModuleConfig.', ru: 'Один патч ModuleConfig.'},
        module: target.ref.name,
        patch: {spec: {updatePolicy: wanted}},
        verify: reader => followPolicy(reader, target.ref.name, wanted ?? '', facts.isEnabled),
        commands: [configCommand(true, wanted === null ? '{"updatePolicy":null}' : `{"updatePolicy":"'"$POLICY"'"}`)],
      }),
    ];
  },
});

async function followPolicy(reader: Reader, module: string, wanted: string, isEnabled: boolean): Promise<Progress> {
  if (!isEnabled) return done({en: 'counts once the module is on', ru: 'подействует, когда модуль включат'});
  const live = await reader.get({kind: moduleKind, name: module});
  const current = live === undefined ? '' : (readString(live, 'properties.updatePolicy') ?? '');
  return current === wanted ? done() : waiting(asWords(`Module updatePolicy '${wanted}'`), asWords(`'${current}'`));
}

function unknownPolicy(name: string, policies: readonly UpdatePolicy[]): Refusal {
  if (name !== 'Ignore') {
    const known = policies.map(policy => policy.name).join(', ');
    return new Refusal('UnknownPolicy', {
      en: `there is no ModuleUpdatePolicy ${name}; there are: ${known === '' ? 'none' : known}`,
      ru: `нет ModuleUpdatePolicy ${name}; есть: ${known === '' ? 'ни одной' : known}`,
    });
  }
  const manual = policies.filter(({mode}) => mode === 'Manual' || mode === 'Ignore').map(policy => policy.name);
  const offer = manual.length === 0 ? 'a policy with mode Manual' : `a policy that lets nothing through by itself (${manual.join(', ')})`;
  return new Refusal('NoIgnore', {
    en: `Ignore is no policy, and newer platforms have no such mode: choose ${offer}, or hold the version with module-pin`,
    ru: `Ignore — не политика, в новых платформах такого режима нет: выберите ${offer} или закрепите версию через module-pin`,
  });
}
