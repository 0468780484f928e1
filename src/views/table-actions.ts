/** The actions of a table's rows: those of its view, and those of its kind; and where its view leads from a row. */
import type {Binding} from '../ui/keymap.ts';
import type {ActionRow} from './action.ts';
import {actionsOfKind} from './kind-actions.ts';
import {leadBindings} from './lead.ts';
import {actionBindings} from './start-action.ts';
import type {ModelRow} from './table-model.ts';
import type {TableScreen} from './table-screen.ts';

export function tableActions(screen: TableScreen): readonly Binding[] {
  const {source, context} = screen;
  const {resource} = source;
  const toRow = ({entry}: ModelRow<unknown>): ActionRow => ({
    namespace: resource.isNamespaced ? entry.namespace : undefined,
    name: entry.name,
    facts: entry.row.facts,
  });
  const current = screen.current();
  const actions = actionBindings({
    context,
    resource,
    actions: [...(source.view().actions ?? []), ...actionsOfKind(resource)],
    row: current && toRow(current),
    marked: [...screen.marks].flatMap(uid => {
      const row = screen.model.get(uid);
      return row === undefined ? [] : [toRow(row)];
    }),
    seen: screen.seen(),
  });
  return [...actions, ...leadBindings(context, source.view().leads, current?.entry.row.facts)];
}
