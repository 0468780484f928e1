/** What a table without rows says instead of them: what is not there, where, and which key shows more. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {TableScreen} from './table-screen.ts';

/** [] where there are rows, or where nobody knows yet: why stands above the table then. */
export function emptyPhrases(screen: TableScreen): readonly Phrase[] {
  const {source, model} = screen;
  if (model.shown.length > 0 || source.status().state !== 'live') return [];
  const {filter, isProblemsOnly, namespace} = screen.place();
  if (model.total > 0) {
    return [
      ...(filter === '' ? [] : [phrase('table.noMatch', model.total, filter)]),
      ...(isProblemsOnly ? [phrase('table.noProblems')] : []),
      phrase('table.escShowsAll'),
    ];
  }
  const {name} = source.view();
  if (!source.resource.isNamespaced || namespace === undefined) return [phrase('table.noneInCluster', name)];
  return [phrase('table.noneInNamespace', name, namespace), phrase('table.showsAllNamespaces', '0')];
}
