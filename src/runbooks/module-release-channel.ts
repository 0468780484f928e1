/** Has a module follow another release channel, by a policy that is its own. */
import {type Fields, readFields, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {readModuleConfig} from '../domain/module-config.ts';
import {readModule} from '../domain/module-verdict.ts';
import type {KindRef} from '../domain/object-ref.ts';
import {patchWrite, readTarget} from '../engine/define-patch-step.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {type CasStep, done, failed, type Progress, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {configCommand, configPermissions, configStep, requireConfig} from './module-config-step.ts';
import {sourceError} from './module-stages.ts';
import {moduleConfigKind, moduleKind, moduleTarget} from './targets.ts';

const channels = ['Alpha', 'Beta', 'EarlyAccess', 'Stable', 'RockSolid', 'Lts'];

export const moduleReleaseChannel = defineRunbook({
  name: 'module-release-channel',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: moduleTarget,
  parameters: {
    channel: {
      type: 'string',
      isRequired: true,
      words: {en: 'the release channel', ru: 'канал обновлений'},
      choices: async () => channels,
      isClosed: true,
    },
  },
  words: {
    title: {en: 'Change the release channel of a module', ru: 'Сменить канал обновлений модуля'},
    why: {en: 'The module is to be newer, or steadier, than the rest.', ru: 'Модуль должен быть новее или стабильнее остальных.'},
    will: {
      en: 'The ModuleUpdatePolicy of the module is changed; where it has none of its own, one is made. Other modules are left alone.',
      ru: 'Меняется ModuleUpdatePolicy модуля; если своей нет, она создаётся. Другие модули не затрагиваются.',
    },
    danger: {
      en: 'A newer channel brings releases at once. A steadier one never downgrades: the version stays until the channel has caught up.',
      ru: 'Более новый канал сразу принесёт релизы. Стабильный версию не понизит: она останется, пока канал не догонит.',
    },
  },
  permissions: [
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modules', scope: 'target'},
    {verbs: ['get', 'create', 'patch'], group: 'deckhouse.io', resource: 'moduleupdatepolicies'},
    {verbs: ['list'], group: 'deckhouse.io', resource: 'moduleconfigs'},
    {verbs: ['get'], group: 'deckhouse.io', resource: 'modulesources'},
    ...configPermissions,
  ],
  undoPermissions: [{verbs: ['delete'], group: 'deckhouse.io', resource: 'moduleupdatepolicies'}],
  exampleFacts: {version: 'v1alpha2', from: '', isEnabled: true, policy: '$TARGET', reason: 'none', channel: '', update: {}},
  gather: async (reader, {target, parameters: {channel}}) => {
    const {name, source, releaseChannel = ''} = readModule(await readTarget(reader, target));
    if (source === 'Embedded')
      throw new Refusal('Embedded', {
        en: `module ${name} ships with the platform and follows its channel`,
        ru: `модуль ${name} поставляется с платформой и следует её каналу`,
      });
    const config = await requireConfig(reader, name);
    const kind = await reader.served('deckhouse.io', 'moduleupdatepolicies', ['v1alpha2', 'v1alpha1']);
    if (kind === undefined)
      throw new Refusal('NotServed', {
        en: 'this platform serves no ModuleUpdatePolicy',
        ru: 'эта платформа не обслуживает ModuleUpdatePolicy',
      });
    const choice = await choosePolicy(reader, kind, name, config.policy);
    if (choice.channel === channel)
      throw new Refusal('NothingToDo', {
        en: `module ${name} follows channel ${channel} already`,
        ru: `модуль ${name} уже следует каналу ${channel}`,
      });
    return {version: kind.version, from: releaseChannel || choice.channel, isEnabled: config.isEnabled, ...choice};
  },
  notes: ({facts: {policy, reason}}) => [
    reason === 'own'
      ? {en: `ModuleUpdatePolicy ${policy} serves this module only.`, ru: `ModuleUpdatePolicy ${policy} относится только к этому модулю.`}
      : {
          en: `A new ModuleUpdatePolicy ${policy} takes over ${reason === 'shared' ? 'mode and windows of the policy so far, which other modules share' : 'mode and windows of module deckhouse'}.`,
          ru: `Новая ModuleUpdatePolicy ${policy} возьмёт режим и окна ${reason === 'shared' ? 'прежней политики, общей с другими модулями' : 'модуля deckhouse'}.`,
        },
  ],
  steps: ({target, parameters: {channel}, facts}) => {
    const module = target.ref.name;
    const follow = (reader: Reader) => followChannel(reader, module, channel, facts.isEnabled);
    const bind = configStep({
      id: 'bind',
      isForeseeable: true,
      title: {en: `Put the module under policy ${facts.policy}`, ru: `Подключить модуль к политике ${facts.policy}`},
      will: {en: 'spec.updatePolicy of the ModuleConfig.', ru: 'spec.updatePolicy в ModuleConfig.'},
      module,
      patch: {spec: {updatePolicy: facts.policy}},
      verify: follow,
      timeouts: {verify: 900},
      commands: [configCommand(true, `{"updatePolicy":"${facts.policy}"}`)],
    });
    const own = facts.reason === 'own';
    return [policyStep(module, channel, facts, own ? follow : undefined), ...(own ? [] : [bind])];
  },
});

type Choice = {
  readonly policy: string;
  /** own: of this module only. shared: others follow it too. none: the settings of module deckhouse. */
  readonly reason: 'own' | 'shared' | 'none';
  readonly channel: string;
  /** Mode and windows that a new policy takes over. */
  readonly update: Fields;
};

async function choosePolicy(reader: Reader, kind: KindRef, module: string, bound: string): Promise<Choice> {
  const users = (await reader.list(moduleConfigKind)).map(readModuleConfig);
  const isUsedByOthers = (policy: string) => users.some(user => user.policy === policy && user.name !== module);
  const current = bound === '' ? undefined : await reader.get({kind, name: bound});
  if (current !== undefined && !isUsedByOthers(bound)) return {policy: bound, reason: 'own', ...contentOf(current)};
  if ((await reader.get({kind, name: module})) !== undefined) {
    throw new Refusal('NameTaken', {
      en: `ModuleUpdatePolicy ${module} is there already and not in use by this module: name it with module-update-policy`,
      ru: `ModuleUpdatePolicy ${module} уже есть, но модуль её не использует: назовите её через module-update-policy`,
    });
  }
  if (current !== undefined) return {policy: module, reason: 'shared', ...contentOf(current)};
  const platform = await reader.get({kind: moduleConfigKind, name: 'deckhouse'});
  const settings = platform === undefined ? {} : readFields(platform, 'spec.settings');
  const update = updateOf(readFields(settings, 'update'));
  return {policy: module, reason: 'none', channel: readString(settings, 'releaseChannel') ?? '', update};
}

function contentOf(policy: KubeObject): Pick<Choice, 'channel' | 'update'> {
  return {channel: readString(policy, 'spec.releaseChannel') ?? '', update: updateOf(readFields(policy, 'spec.update'))};
}

/** Of the platform's own update settings only these two belong into a policy. */
function updateOf({mode, windows}: Fields): Fields {
  return {...(mode === undefined ? {} : {mode}), ...(windows === undefined ? {} : {windows})};
}

function policyStep(
  module: string,
  channel: string,
  {policy, version, reason, update}: Choice & {readonly version: string},
  verify: CasStep['verify'],
): CasStep {
  const kind = {group: 'deckhouse.io', version, plural: 'moduleupdatepolicies', kind: 'ModuleUpdatePolicy', isNamespaced: false};
  const ref = {kind, name: policy};
  const selector = version === 'v1alpha1' ? {moduleReleaseSelector: {labelSelector: {matchLabels: {module}}}} : {};
  const spec = reason === 'own' ? {releaseChannel: channel} : {releaseChannel: channel, update, ...selector};
  const typed = {apiVersion: `deckhouse.io/${version}`, kind: 'ModuleUpdatePolicy', metadata: {name: policy}, spec};
  const created = JSON.stringify(typed).replaceAll("'", `'"'"'`);
  const command =
    reason === 'own'
      ? `kubectl patch moduleupdatepolicy ${policy} --type=merge -p '{"spec":{"releaseChannel":"'"$CHANNEL"'"}}'`
      : `printf %s '${created}' | kubectl create -f -`;
  return {
    id: 'policy',
    effect: 'K8sCas',
    title:
      reason === 'own'
        ? {en: `Set the channel of policy ${policy}`, ru: `Задать канал политики ${policy}`}
        : {en: `Make policy ${policy}`, ru: `Создать политику ${policy}`},
    will: {en: `spec.releaseChannel: ${channel}.`, ru: `spec.releaseChannel: ${channel}.`},
    act: async reader => {
      const live = await reader.get(ref);
      if (live === undefined) {
        if (reason === 'own')
          throw new Refusal('PolicyGone', {en: `ModuleUpdatePolicy ${policy} is gone`, ru: `ModuleUpdatePolicy ${policy} больше нет`});
        return [{kind: 'create', ref, object: {spec}}];
      }
      return isPatched(live, {spec}) ? [] : [patchWrite({ref, uid: ''}, live, {spec})];
    },
    undo: 'inverse',
    ...(verify === undefined ? {} : {verify, timeouts: {verify: 900}}),
    commands: [command],
  };
}

/** The platform takes the channel over as it lists the module's source again. */
async function followChannel(reader: Reader, module: string, channel: string, isEnabled: boolean): Promise<Progress> {
  if (!isEnabled) return done({en: 'counts once the module is on', ru: 'подействует, когда модуль включат'});
  const live = await reader.get({kind: moduleKind, name: module});
  if (live === undefined) return failed('ModuleGone', {en: `Module ${module} is gone`, ru: `модуля ${module} больше нет`});
  const {source, releaseChannel} = readModule(live);
  if (releaseChannel !== channel)
    return waiting(
      {en: `Module channel ${channel}`, ru: `канал модуля ${channel}`},
      {
        en: `${releaseChannel ?? 'none'}; sources are listed every 3 min`,
        ru: `${releaseChannel ?? 'нет'}; источники опрашиваются раз в 3 мин`,
      },
    );
  const error = source === undefined ? undefined : await sourceError(reader, source, module);
  return error === undefined
    ? done({en: `channel ${channel}`, ru: `канал ${channel}`})
    : failed('SourceError', {en: `source ${source}: ${error}`, ru: `источник ${source}: ${error}`});
}
