/** Modules: what each one is doing, and why it is not running where it is not. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {type ModuleSourceFacts, readModuleSource} from '../domain/module-source-verdict.ts';
import {judgeModule, type ModuleFacts, readModule} from '../domain/module-verdict.ts';
import {commanderDatabase, commanderModule} from '../domain/postgres/commander.ts';
import type {KeysWarning} from '../domain/postgres/key-backup.ts';
import type {Verdict} from '../domain/verdict.ts';
import {keysBackup, keysLines, keysSource, keysWarningIn, withKeysWarning} from './commander-keys.ts';
import {defineView, type Seen} from './define-view.ts';
import {postgresResource} from './postgres-sources.ts';

export const modules = defineView<ModuleFacts>({
  name: 'modules',
  resource: {group: 'deckhouse.io', plural: 'modules', versions: ['v1alpha1']},
  aliases: ['module', 'mod'],
  facts: readModule,
  related: [
    {name: 'sources', resource: {group: 'deckhouse.io', plural: 'modulesources', versions: ['v1alpha1']}, facts: readModuleSource},
    keysSource,
  ],
  relatedRuns: [keysBackup],
  columns: [
    // Newer CRDs show it only when wide; the documentation's tables always have it.
    {title: 'WEIGHT', kind: 'number', leaves: 'early', value: module => module.weight},
    {title: 'STAGE', kind: 'text', leaves: 'first', value: module => module.stage},
    {title: 'RELEASE CHANNEL', kind: 'text', priority: 1, value: module => module.releaseChannel},
    {title: 'SOURCE', kind: 'text', leaves: 'early', value: module => module.source},
    {title: 'VERSION', kind: 'version', priority: 1, value: module => module.version},
    {title: 'PHASE', kind: 'text', value: module => module.phase},
    {title: 'ENABLED', kind: 'text', leaves: 'early', value: module => module.enabled?.status},
    {title: 'DISABLED MESSAGE', kind: 'text', priority: 1, value: module => module.enabled?.message},
    {title: 'READY', kind: 'text', leaves: 'early', value: module => module.ready?.status},
  ],
  hasAge: false,
  verdict: (module, seen) => withKeysWarning(judged(module, seen), keysWarningOf(module, seen)),
  lines: (module, seen) => keysLines(judged(module, seen), keysWarningOf(module, seen)),
  leads: [
    {
      id: 'database',
      keys: ['D'],
      title: phrase('key.database'),
      resource: postgresResource,
      to: module => (isCommanderOn(module) ? {kind: 'picture', resource: 'postgres', ...commanderDatabase} : undefined),
    },
  ],
  actions: [
    {
      keys: ['e'],
      title: phrase('action.enable'),
      runbook: 'module-enable',
      isMain: true,
      disabledReason: module => (isAsked(module) ? phrase('action.moduleOn') : undefined),
    },
    {
      keys: ['E'],
      title: phrase('action.disable'),
      runbook: 'module-disable',
      disabledReason: module => (module.asked?.status === 'False' ? phrase('action.moduleOff') : undefined),
    },
    {keys: ['s'], title: phrase('action.source'), runbook: 'module-source-switch', isMain: true, disabledReason: ownSource},
    {
      keys: ['i'],
      title: phrase('action.install'),
      runbook: 'module-install',
      isAsking: true,
      disabledReason: module => (module.phase === 'Ready' ? phrase('action.moduleOn') : ownSource(module)),
    },
    {keys: ['m'], title: phrase('action.maintenance'), runbook: 'module-maintenance'},
    {keys: ['o'], title: phrase('action.settings'), runbook: 'module-settings'},
    {keys: ['p'], title: phrase('action.updatePolicy'), runbook: 'module-update-policy', disabledReason: ownSource},
    {keys: ['c'], title: phrase('action.channel'), runbook: 'module-release-channel', disabledReason: ownSource},
    {keys: ['P'], title: phrase('action.pin'), runbook: 'module-pin', disabledReason: ownSource},
    {
      keys: ['X'],
      title: phrase('action.unpin'),
      runbook: 'module-unpin',
      disabledReason: module => (module.isOverridden ? undefined : phrase('action.notPinned')),
    },
  ],
});

function judged(module: ModuleFacts, seen: Seen): Verdict {
  return judgeModule(module, {
    now: seen.now,
    sourceError: (source, name) =>
      seen
        .related<ModuleSourceFacts>('sources')
        ?.find(candidate => candidate.name === source)
        ?.errors.find(({module: failed}) => failed === name)?.error,
  });
}

function keysWarningOf(module: ModuleFacts, seen: Seen): KeysWarning | undefined {
  return isCommanderOn(module) ? keysWarningIn(seen) : undefined;
}

function isCommanderOn({name, enabled}: ModuleFacts): boolean {
  return name === commanderModule && enabled?.status === 'True';
}

function isAsked({asked}: ModuleFacts): boolean {
  return asked?.status === 'True';
}

/** What ships with the platform has neither sources nor releases. */
function ownSource({source}: ModuleFacts): Phrase | undefined {
  return source === 'Embedded' ? phrase('action.embedded') : undefined;
}
