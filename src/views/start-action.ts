/** From a key to the plan: fills the parameters from the rows and opens the form, where something is missing, or the plan. */
import {phrase} from '../domain/messages/phrase.ts';
import type {Resource} from '../domain/resource.ts';
import {resourceName} from '../domain/resource.ts';
import type {RunbookEntry} from '../domain/run-desk.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Action, ActionRow, RunDraft} from './action.ts';
import type {Seen} from './define-view.ts';
import {startEdit} from './edit-object.ts';
import type {BulkPlace, PlanPlace} from './navigation.ts';
import type {ScreenContext} from './screen.ts';

export type ActionPlace = {
  readonly context: ScreenContext;
  readonly resource: Resource;
  readonly actions: readonly Action[];
  /** The row under the cursor. */
  readonly row: ActionRow | undefined;
  /** Marked rows, [] where none is marked. */
  readonly marked: readonly ActionRow[];
  readonly seen: Seen;
};

/** One binding a key, for the actions whose runbook is there. */
export function actionBindings(place: ActionPlace): readonly Binding[] {
  const {context, actions} = place;
  const entries = new Map(
    context.session
      .desk()
      ?.catalogue()
      .map(entry => [entry.name, entry]) ?? [],
  );
  const byKey = Map.groupBy(
    actions.filter(({runbook}) => entries.has(runbook)),
    ({keys}) => keys[0] ?? '',
  );
  return [...byKey.values()].flatMap(rivals => {
    const action = rivals.find(each => reasonAgainst(place, each) === undefined) ?? rivals[0];
    const entry = action && entries.get(action.runbook);
    return action === undefined || entry === undefined ? [] : [bindingOf(place, action, entry)];
  });
}

/** A key that an action takes is no longer the table's. */
export function withoutKeys(bindings: readonly Binding[], taken: readonly Binding[]): readonly Binding[] {
  const keys = new Set(taken.flatMap(binding => binding.keys));
  return bindings.flatMap(binding => {
    const left = binding.keys.filter(key => !keys.has(key));
    return left.length === 0 ? [] : [left.length === binding.keys.length ? binding : {...binding, keys: left}];
  });
}

export function targetOf({target}: RunbookEntry, resource: Pick<Resource, 'group' | 'plural'>, {namespace, name}: ActionRow): string {
  const scoped = namespace === undefined ? name : `${namespace}/${name}`;
  if (target === undefined) return `${resourceName(resource)}/${scoped}`;
  return target.isNamespaced ? scoped : name;
}

/** The form where something required is missing, else the plan. */
export function openDraft(context: ScreenContext, draft: RunDraft): void {
  const entry = context.session
    .desk()
    ?.catalogue()
    .find(({name}) => name === draft.runbook);
  if (entry === undefined) context.flash(phrase('run.noRunbook', draft.runbook), 'broken');
  else if (isComplete(entry, draft)) context.goInto(planPlace(draft));
  else context.goInto({kind: 'form', draft, texts: {}});
}

/** One plan, or the list of several. */
export function planPlace(draft: RunDraft): PlanPlace | BulkPlace {
  return draft.targets.length > 1 ? {kind: 'bulk', draft, runs: {}, refusals: {}} : {kind: 'plan', draft};
}

function isComplete({parameters}: RunbookEntry, draft: RunDraft): boolean {
  if (draft.targets.length === 0) return false;
  return parameters.every(
    ({name, isRequired, default: preset}) => !isRequired || preset !== undefined || draft.parameters[name] !== undefined,
  );
}

function bindingOf(place: ActionPlace, action: Action, entry: RunbookEntry): Binding {
  const {context, marked} = place;
  const title = context.say(action.title);
  const reason = reasonAgainst(place, action);
  return {
    id: `action.${action.runbook}${action.edit === undefined ? '' : '.editor'}`,
    keys: action.keys,
    title: marked.length > 0 && action.isNew !== true ? `${title} (${marked.length})` : title,
    group: context.say(phrase('group.actions')),
    isInFooter: action.isMain === true,
    ...(reason === undefined ? {} : {disabledReason: reason}),
    run: () => start(place, action, entry),
  };
}

/** Of several marked rows the plan says for each whether it may be. */
function reasonAgainst({context, row, marked, seen}: ActionPlace, action: Action): string | undefined {
  const {readOnly} = context.session.facts();
  if (readOnly !== undefined) return context.say(phrase('gate.off', readOnly));
  if (action.edit !== undefined && marked.length > 1) return context.say(phrase('action.oneAtATime'));
  if (action.isNew === true || marked.length > 0) return undefined;
  if (row === undefined) return context.say(phrase('key.nothingSelected'));
  if (row.facts === undefined) return context.say(phrase('action.unreadable'));
  const reason = action.disabledReason?.(row.facts, seen);
  return reason && context.say(reason);
}

function start(place: ActionPlace, action: Action, entry: RunbookEntry): void {
  const {context, resource, row, marked, seen} = place;
  const rows = action.isNew === true ? [] : marked.length > 0 ? marked : row === undefined ? [] : [row];
  const [first] = rows;
  if (action.edit !== undefined && first !== undefined) {
    void startEdit(context, {resource, row: first, target: targetOf(entry, resource, first), runbook: entry.name, form: action.edit});
    return;
  }
  const parameters = first?.facts === undefined ? {} : (action.parameters?.(first.facts, seen) ?? {});
  const draft = {runbook: entry.name, targets: rows.map(each => targetOf(entry, resource, each)), parameters};
  if (action.isAsking === true) context.goInto({kind: 'form', draft, texts: {}});
  else openDraft(context, draft);
}
