/** The way of a module from a person's wish to running, stage by stage, and the step that waits for its end. */
import {readItems, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {LogPlace} from '../domain/log-place.ts';
import {readModuleConfig} from '../domain/module-config.ts';
import {isNewer, readModuleRelease} from '../domain/module-release.ts';
import {readModuleSource} from '../domain/module-source-verdict.ts';
import {type ModuleFacts, readModule} from '../domain/module-verdict.ts';
import {asWords} from '../domain/words.ts';
import type {Permission} from '../engine/define-runbook.ts';
import {type CasStep, done, failed, type Progress, type StepPast, waiting} from '../engine/define-step.ts';
import type {Reader} from '../engine/reader.ts';
import {obstacleIn, sayPhase} from './release-progress.ts';
import {moduleConfigKind, moduleKind, moduleReleaseKind, moduleSourceKind} from './targets.ts';

/** What the platform answered before it heard of a change may stand this long, and what it retries by itself may fail so long. */
const graceMs = 3 * 60_000;
/** A ModuleConfig is taken up at once; this is for a platform that is just restarting. */
const configGraceMs = 60_000;

/** What the steps of this file take. */
export const stagePermissions: readonly Permission[] = [
  {verbs: ['get', 'list'], group: 'deckhouse.io', resource: 'modules'},
  {verbs: ['get', 'list'], group: 'deckhouse.io', resource: 'modulesources'},
  {verbs: ['list'], group: 'deckhouse.io', resource: 'modulereleases'},
  {verbs: ['list'], group: '', resource: 'pods', scope: {namespace: 'd8-system'}},
];

export function downloadStep(module: string): CasStep {
  return {
    id: 'download',
    effect: 'K8sCas',
    title: {en: `Wait until ${module} is downloaded`, ru: `Дождаться загрузки модуля ${module}`},
    will: {
      en: 'Nothing is written: the platform makes a release and downloads it. Sources are listed every 3 minutes.',
      ru: 'Ничего не пишется: платформа создаёт релиз и скачивает его. Источники опрашиваются раз в 3 минуты.',
    },
    act: async () => [],
    undo: async () => [],
    verify: (reader, past) => followDownload(reader, module, past),
    timeouts: {verify: 1200},
    commands: [`kubectl wait modulerelease -l module=${module} --for=jsonpath='{.status.phase}'=Deployed --timeout=20m`],
  };
}

export function readyStep(module: string): CasStep {
  return {
    id: 'ready',
    effect: 'K8sCas',
    title: {en: `Wait until ${module} is Ready`, ru: `Дождаться Ready модуля ${module}`},
    will: {en: 'Nothing is written: the platform rolls the module out.', ru: 'Ничего не пишется: платформа раскатывает модуль.'},
    act: async () => [],
    undo: async () => [],
    verify: (reader, past) => followInstall(reader, module, past),
    timeouts: {verify: 1800},
    commands: [`kubectl wait module ${module} --for=jsonpath='{.status.phase}'=Ready --timeout=30m`],
  };
}

/** Until the platform has taken the wish up. */
export async function followConfig(reader: Reader, module: string): Promise<Progress> {
  const config = await reader.get({kind: moduleConfigKind, name: module});
  const message = config === undefined ? '' : readModuleConfig(config).message;
  if (message.startsWith('Error:')) return failed('ConfigRejected', asWords(`ModuleConfig: ${message}`));
  const live = await reader.get({kind: moduleKind, name: module});
  const asked = live === undefined ? undefined : readModule(live).asked;
  if (asked?.status === 'True') return done();
  return waiting(
    {en: 'condition EnabledByModuleConfig True', ru: 'условие EnabledByModuleConfig True'},
    asWords(message || (asked?.status ?? {en: 'not set', ru: 'не задано'})),
    await platformLogs(reader),
  );
}

/** Until the module's files are there. */
export async function followDownload(reader: Reader, module: string, past: StepPast): Promise<Progress> {
  const live = await reader.get({kind: moduleKind, name: module});
  if (live === undefined)
    return waiting(
      {en: 'a Module of this name', ru: 'Module с таким именем'},
      {en: 'no source has brought one yet', ru: 'ни один источник его ещё не принёс'},
      await platformLogs(reader),
    );
  const facts = readModule(live);
  const wrong = wrongIn(facts, reader.now() - past.startedAt);
  if (wrong !== undefined) return wrong;
  switch (facts.phase ?? '') {
    case 'Installing':
    case 'Reconciling':
    case 'Ready':
    case 'Error':
    case 'HooksDisabled':
    case 'WaitSyncTasks':
      return done(facts.version === undefined ? undefined : asWords(facts.version));
    case 'Downloaded':
      return waiting(
        {en: 'the module enabled', ru: 'модуль включён'},
        sayPhase('Downloaded', facts.enabled?.message ?? ''),
        await platformLogs(reader),
      );
    default:
      return (await sourceFailure(reader, facts)) ?? (await releaseProgress(reader, facts));
  }
}

/** Until it runs. */
export async function followInstall(reader: Reader, module: string, past: StepPast): Promise<Progress> {
  const live = await reader.get({kind: moduleKind, name: module});
  if (live === undefined) return failed('ModuleGone', {en: `Module ${module} is gone`, ru: `модуля ${module} больше нет`});
  const facts = readModule(live);
  const wrong = wrongIn(facts, reader.now() - past.startedAt);
  if (wrong !== undefined) return wrong;
  const {phase, ready} = facts;
  if (phase === 'Ready' && facts.asked?.status !== 'False' && facts.enabled?.status !== 'False') {
    return done(asWords(facts.version === undefined ? 'Ready' : `Ready, ${facts.version}`));
  }
  return waiting({en: 'phase Ready', ru: 'фаза Ready'}, sayPhase(phase, ready?.message ?? ''), await platformLogs(reader));
}

/** Where the platform tells what it does with modules. */
export async function platformLogs(reader: Reader): Promise<readonly LogPlace[]> {
  const pods = await reader.list(
    {group: '', version: 'v1', plural: 'pods', kind: 'Pod', isNamespaced: true},
    {
      namespace: 'd8-system',
      labelSelector: 'leader=true',
    },
  );
  return pods.map(({metadata}) => ({namespace: 'd8-system', pod: metadata.name, container: 'deckhouse'}));
}

/** What the module itself says that waiting will not mend. */
function wrongIn({phase, source, availableSources, enabled, ready, hooksState}: ModuleFacts, elapsedMs: number): Progress | undefined {
  switch (phase) {
    case 'Conflict':
      // The phase outlives the choice of a source until that source is listed again.
      if (source || elapsedMs < configGraceMs) return undefined;
      return failed('SourceConflict', {
        en: `stage download: several sources offer the module (${availableSources.join(', ')}): name one with module-install and source`,
        ru: `этап загрузки: модуль есть в нескольких источниках (${availableSources.join(', ')}): укажите один — module-install с source`,
      });
    case 'Unavailable':
      return failed('NotInEdition', {
        en: `stage download: ${enabled?.message || 'the module is not part of this edition'}`,
        ru: `этап загрузки: ${enabled?.message || 'модуль не входит в эту редакцию'}`,
      });
    case 'Downloaded':
      // Right after the wish the platform still tells of the time before.
      if (elapsedMs < graceMs) return undefined;
      return failed('TurnedOff', {
        en: `stage enable: the platform keeps the module off: ${enabled?.message || (enabled?.reason ?? 'no reason given')}`,
        ru: `этап включения: платформа держит модуль выключенным: ${enabled?.message || (enabled?.reason ?? 'причина не названа')}`,
      });
    case 'Error':
      if (elapsedMs < graceMs) return undefined;
      return failed(ready?.reason || 'ModuleError', {
        en: `stage install: ${ready?.message || hooksState || 'the module reports an error'}`,
        ru: `этап установки: ${ready?.message || hooksState || 'модуль сообщает об ошибке'}`,
      });
    default:
      return undefined;
  }
}

async function sourceFailure(reader: Reader, {name, source, availableSources}: ModuleFacts): Promise<Progress | undefined> {
  const from = source ?? (availableSources.length === 1 ? availableSources[0] : undefined);
  if (from === undefined || from === 'Embedded') return undefined;
  const error = await sourceError(reader, from, name);
  return error === undefined
    ? undefined
    : failed('SourceError', {
        en: `stage download: source ${from}: ${error}`,
        ru: `этап загрузки: источник ${from}: ${error}`,
      });
}

/** The text with which the source refuses the module, or why it cannot be listed at all. */
export async function sourceError(reader: Reader, source: string, module: string): Promise<string | undefined> {
  const object = await reader.get({kind: moduleSourceKind, name: source});
  if (object === undefined) return 'there is no such ModuleSource';
  const {errors, message = ''} = readModuleSource(object);
  const own = errors.find(error => error.module === module)?.error;
  if (own !== undefined) return own;
  const isWhole = message !== '' && message !== 'Ready' && !message.startsWith('Some errors occurred');
  return isWhole ? message : undefined;
}

async function releaseProgress(reader: Reader, {name, phase = 'not set', lastRelease}: ModuleFacts): Promise<Progress> {
  const objects = await reader.list(moduleReleaseKind, {labelSelector: `module=${name}`});
  const releases = objects.map(object => ({name: object.metadata.name, ...readModuleRelease(object)}));
  const newest = releases.reduce<(typeof releases)[number] | undefined>(
    (best, each) => (best === undefined || isNewer(each.version, best.version) ? each : best),
    undefined,
  );
  const logs = await platformLogs(reader);
  if (newest === undefined)
    return waiting(
      {en: 'a ModuleRelease of the module', ru: 'ModuleRelease этого модуля'},
      {en: `phase ${phase}; sources are listed every 3 min`, ru: `фаза ${phase}; источники опрашиваются раз в 3 мин`},
      logs,
    );
  const told = {
    en: `stage download: release ${newest.name}: ${newest.message}`,
    ru: `этап загрузки: релиз ${newest.name}: ${newest.message}`,
  };
  if (newest.phase === 'Suspended') return failed('ReleaseSuspended', told);
  if (newest.phase === 'Pending' && obstacleIn(newest.message) !== undefined) {
    return failed('ReleaseHeld', told);
  }
  const held = newest.message || lastRelease?.message || '';
  return waiting(
    {en: 'the release downloaded', ru: 'релиз загружен'},
    {
      en: `release ${newest.name} ${newest.phase ?? 'new'}${held === '' ? '' : `: ${held}`}`,
      ru: `релиз ${newest.name} ${newest.phase ?? 'новый'}${held === '' ? '' : `: ${held}`}`,
    },
    logs,
  );
}

/** Sources that list the module, from the Module itself or, where there is none yet, from the sources. */
export async function sourcesOf(reader: Reader, module: string): Promise<readonly string[]> {
  const live = await reader.get({kind: moduleKind, name: module});
  const known = live === undefined ? [] : readModule(live).availableSources;
  if (known.length > 0) return known;
  const sources = await reader.list(moduleSourceKind);
  return sources.filter(source => modulesIn(source).includes(module)).map(source => source.metadata.name);
}

export function modulesIn(source: KubeObject): readonly string[] {
  return readItems(source, 'status.modules', item => readString(item, 'name') ?? '');
}
