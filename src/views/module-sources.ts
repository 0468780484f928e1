/** Module sources: when each registry was last listed, and which of its modules cannot be read. */
import {phrase} from '../domain/messages/phrase.ts';
import {judgeModuleSource, type ModuleSourceFacts, readModuleSource} from '../domain/module-source-verdict.ts';
import {defineView} from './define-view.ts';

export const moduleSources = defineView<ModuleSourceFacts>({
  name: 'modulesources',
  resource: {group: 'deckhouse.io', plural: 'modulesources', versions: ['v1alpha1']},
  aliases: ['ms', 'modulesource', 'sources'],
  facts: readModuleSource,
  columns: [
    {title: 'COUNT', kind: 'number', value: source => source.modulesCount},
    {title: 'STATUS', kind: 'text', value: source => source.phase},
    {title: 'SYNC', kind: 'age', value: source => source.syncTime},
    {title: 'MSG', kind: 'text', leaves: 'first', value: source => source.message},
  ],
  hasAge: false,
  verdict: (source, seen) => judgeModuleSource(source, seen.now),
  lines: source => source.errors.map(({module, error}) => ({label: module, word: 'broken', reason: phrase('text', error)})),
  actions: [
    {keys: ['a'], title: phrase('action.addSource'), runbook: 'module-source-add', isNew: true, isMain: true},
    {
      keys: ['X'],
      title: phrase('action.forceDelete'),
      runbook: 'module-source-force-delete',
      disabledReason: source => (source.deletion === undefined ? phrase('action.notDeleting') : undefined),
    },
  ],
});
