/** Makes a registry with modules known to the platform. */
import {readModuleSource} from '../domain/module-source-verdict.ts';
import {asWords} from '../domain/words.ts';
import {defineRunbook, Refusal} from '../engine/define-runbook.ts';
import {done, failed, type Progress, waiting} from '../engine/define-step.ts';
import {secretPlace} from '../engine/fill-secrets.ts';
import type {Reader} from '../engine/reader.ts';
import {moduleSourceKind, moduleSourceTarget} from './targets.ts';

export const moduleSourceAdd = defineRunbook({
  name: 'module-source-add',
  version: 1,
  group: 'modules',
  risk: 'change',
  target: {...moduleSourceTarget, isNew: true},
  parameters: {
    repo: {
      type: 'string',
      isRequired: true,
      words: {en: 'host and path of the registry, without a scheme', ru: 'хост и путь registry, без схемы'},
    },
    scheme: {
      type: 'string',
      default: 'HTTPS',
      words: {en: 'HTTPS or HTTP', ru: 'HTTPS или HTTP'},
      choices: async () => ['HTTPS', 'HTTP'],
      isClosed: true,
    },
    dockerCfgFrom: {
      type: 'secret',
      words: {
        en: 'credentials: a Docker config in a Secret, as namespace/name/key; without it anonymous',
        ru: 'доступ: Docker config в Secret, namespace/name/key; без него анонимно',
      },
    },
    caFrom: {
      type: 'secret',
      words: {
        en: 'root certificate of the registry (PEM) in a Secret, as namespace/name/key',
        ru: 'корневой сертификат registry (PEM) в Secret, namespace/name/key',
      },
    },
  },
  words: {
    title: {en: 'Add a module source', ru: 'Добавить источник модулей'},
    why: {en: 'Modules of another registry are wanted.', ru: 'Нужны модули из другого registry.'},
    will: {
      en: 'A ModuleSource is made; the run waits for its first listing. Nothing is installed by it.',
      ru: 'Создаётся ModuleSource; запуск ждёт первого опроса. Модули этим не устанавливаются.',
    },
    danger: {
      en: 'A module that two sources offer needs a choice before it is installed. Undo deletes the source while nothing of it is deployed.',
      ru: 'Если модуль предлагают два источника, перед установкой придётся выбрать. Отмена удалит источник, пока из него ничего не установлено.',
    },
  },
  permissions: [
    {verbs: ['get', 'create'], group: 'deckhouse.io', resource: 'modulesources'},
    {verbs: ['get'], group: '', resource: 'secrets', parameter: 'dockerCfgFrom'},
    {verbs: ['get'], group: '', resource: 'secrets', parameter: 'caFrom'},
  ],
  undoPermissions: [{verbs: ['delete'], group: 'deckhouse.io', resource: 'modulesources'}],
  gather: async (reader, {target, parameters: {repo}}) => {
    if (target.ref.name === 'Embedded')
      throw new Refusal('BadName', {en: 'a source cannot be called Embedded', ru: 'источник нельзя назвать Embedded'});
    if (/^[a-z]+:\/\//i.test(repo))
      throw new Refusal('BadRepo', {
        en: `give repo without its scheme: ${repo.replace(/^[a-z]+:\/\//i, '')}`,
        ru: `укажите repo без схемы: ${repo.replace(/^[a-z]+:\/\//i, '')}`,
      });
    if (!/^[^\s/]+(?:\/[^\s/]+)*$/.test(repo))
      throw new Refusal('BadRepo', {
        en: 'repo is host/path, such as registry.example.com/modules',
        ru: 'repo — это хост/путь, например registry.example.com/modules',
      });
    const others = await reader.list(moduleSourceKind);
    const twins = others.filter(other => sameRepo(other.spec, repo)).map(({metadata}) => metadata.name);
    return {twins};
  },
  notes: ({facts: {twins}}) =>
    twins.length === 0
      ? []
      : [{en: `The same repo is source ${twins.join(', ')} already.`, ru: `Этот repo уже есть: ${twins.join(', ')}.`}],
  steps: ({target, parameters: {repo, scheme, dockerCfgFrom, caFrom}}) => [
    {
      id: 'add',
      effect: 'K8sCas',
      title: {en: 'Make the ModuleSource and wait for its first listing', ru: 'Создать ModuleSource и дождаться первого опроса'},
      will: {en: `${scheme} ${repo}`, ru: `${scheme} ${repo}`},
      act: async reader => {
        if ((await reader.get(target.ref)) !== undefined) return [];
        const registry = {
          scheme,
          repo,
          ...(dockerCfgFrom === undefined ? {} : {dockerCfg: {...secretPlace(dockerCfgFrom), $jsonAs: 'base64'}}),
          ...(caFrom === undefined ? {} : {ca: secretPlace(caFrom)}),
        };
        return [{kind: 'create', ref: target.ref, object: {spec: {registry}}}];
      },
      undo: 'inverse',
      verify: reader => followFirstSync(reader, target.ref.name),
      commands: [
        addCommand(dockerCfgFrom, caFrom),
        `kubectl wait modulesource "$TARGET" --for=jsonpath='{.status.syncTime}' --timeout=10m`,
      ],
    },
  ],
});

function sameRepo(spec: unknown, repo: string): boolean {
  return JSON.stringify(spec ?? {}).includes(`"repo":${JSON.stringify(repo)}`);
}

async function followFirstSync(reader: Reader, name: string): Promise<Progress> {
  const live = await reader.get({kind: moduleSourceKind, name});
  if (live === undefined) return failed('SourceGone', {en: `ModuleSource ${name} is gone`, ru: `ModuleSource ${name} больше нет`});
  const {message = '', syncTime, errors, modulesCount = 0} = readModuleSource(live);
  if (message !== '' && message !== 'Ready' && !message.startsWith('Some errors occurred'))
    return failed('RegistryRefused', asWords(message));
  if (syncTime === undefined) return waiting({en: 'a first listing', ru: 'первый опрос'}, {en: 'none yet', ru: 'ещё не было'});
  const held = errors.map(({module, error}) => `${module}: ${error}`).join('; ');
  const tail = held === '' ? '' : `; ${held}`;
  return done({en: `${modulesCount} modules${tail}`, ru: `модулей: ${modulesCount}${tail}`});
}

/** In YAML, since a certificate has lines. */
function addCommand(dockerCfgFrom: string | undefined, caFrom: string | undefined): string {
  const head = `printf 'apiVersion: deckhouse.io/v1alpha1\\nkind: ModuleSource\\nmetadata: {name: "%s"}\\nspec:\\n  registry:\\n    repo: "%s"\\n    scheme: %s\\n' "$TARGET" "$REPO" "$SCHEME"`;
  const dockerCfg = dockerCfgFrom === undefined ? '' : ` printf '    dockerCfg: '; ${secretCommand('DOCKER_CFG_FROM')}; echo;`;
  const ca = caFrom === undefined ? '' : ` printf '    ca: |\\n'; ${secretCommand('CA_FROM')} | base64 -d | sed 's/^/      /';`;
  return `{ ${head};${dockerCfg}${ca} } | kubectl create -f -`;
}

function secretCommand(variable: string): string {
  const part = (index: number) => `"$(echo "$${variable}" | cut -d/ -f${index})"`;
  return `kubectl get secret -n ${part(1)} ${part(2)} -o go-template='{{index .data "'${part(3)}'"}}'`;
}
