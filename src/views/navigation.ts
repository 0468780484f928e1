/**
 * Where the user is, was, and came from. A place holds all that must come back when it is visited again: cursor, filter,
 * sort and scroll. A trail is the crumbs from a table down to what is open; history walks over trails as a browser does.
 */
import type {PodPurpose} from '../domain/pod-parts.ts';
import type {RunHandle} from '../domain/run-desk.ts';
import type {RunDraft} from './action.ts';
import type {Order} from './table-model.ts';

export type TablePlace = {
  readonly kind: 'table';
  /** The view's name, or `plural.group` of a kind without a view. */
  readonly resource: string;
  /** undefined = all namespaces. Kept, but without effect, for cluster-scoped kinds. */
  readonly namespace: string | undefined;
  readonly filter: string;
  readonly isProblemsOnly: boolean;
  readonly isWide: boolean;
  readonly order: Order | undefined;
  readonly cursorUid: string | undefined;
  readonly cursorIndex: number;
  readonly offset: number;
  readonly scrollX: number;
};

export type ObjectTab = 'yaml' | 'conditions' | 'events';

export type ObjectPlace = {
  readonly kind: 'object';
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly tab: ObjectTab;
};

/** The parts of one object: a pod's containers. */
export type PartsPlace = {readonly kind: 'parts'; readonly resource: string; readonly namespace: string | undefined; readonly name: string};

/** The picture of one object and of what belongs to it. */
export type PicturePlace = {
  readonly kind: 'picture';
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
};

export type ContextsPlace = {readonly kind: 'contexts'};

/** One open terminal, by the number that the list gave it. */
export type TerminalPlace = {readonly kind: 'terminal'; readonly id: number};

export type TerminalsPlace = {readonly kind: 'terminals'};

export type PortForwardsPlace = {readonly kind: 'port-forwards'};

/** Which part of a pod is meant, before it is opened. */
export type PodChoicePlace = {
  readonly kind: 'pod-choice';
  readonly resource: 'pods';
  readonly purpose: PodPurpose;
  readonly namespace: string;
  readonly name: string;
};

/** Parameters that are being filled in; `texts` is what was typed so far, by name, without secrets. */
export type FormPlace = {
  readonly kind: 'form';
  readonly draft: RunDraft;
  readonly texts: Readonly<Record<string, string>>;
  /** The field at hand; the first that is missing where absent. */
  readonly focus?: string;
};

/** What is about to be done, before anybody has agreed. */
export type PlanPlace = {readonly kind: 'plan'; readonly draft: RunDraft};

/** The same on several targets; what became of each, by target, once somebody agreed. */
export type BulkPlace = {
  readonly kind: 'bulk';
  readonly draft: RunDraft;
  readonly runs: Readonly<Record<string, RunHandle>>;
  readonly refusals: Readonly<Record<string, string>>;
};

export type RunTab = 'progress' | 'picture' | 'log';

export type RunPlace = {readonly kind: 'run'; readonly run: RunHandle; readonly tab: RunTab};

export type TranscriptPlace = {readonly kind: 'transcript'; readonly run: RunHandle};

/** Lists around runs that need nothing to come back. */
export type RunListPlace = {readonly kind: 'runbooks' | 'runs' | 'needs' | 'audit'; readonly filter: string};

export type AnyRunPlace = FormPlace | PlanPlace | BulkPlace | RunPlace | TranscriptPlace | RunListPlace;

export type Place =
  | TablePlace
  | ObjectPlace
  | PartsPlace
  | PicturePlace
  | ContextsPlace
  | TerminalPlace
  | TerminalsPlace
  | PortForwardsPlace
  | PodChoicePlace
  | AnyRunPlace;

/** A place that waits for what the cluster serves. */
export type ResourcePlace = TablePlace | ObjectPlace | PartsPlace | PicturePlace | PodChoicePlace;

export type Trail = readonly [Place, ...Place[]];

export type History = {readonly past: readonly Trail[]; readonly present: Trail; readonly future: readonly Trail[]};

const trailsMax = 50;

export function startHistory(place: Place): History {
  return {past: [], present: [place], future: []};
}

export function currentPlace(history: History): Place {
  return history.present.at(-1) ?? history.present[0];
}

/** The tables that were open, the newest first. */
export function tablesOf({past, present}: History): readonly TablePlace[] {
  return [present, ...past.toReversed()].map(([root]) => root).filter(root => root.kind === 'table');
}

/** Goes to another root, as a command does. */
export function goTo(history: History, place: Place): History {
  return visit(history, [place]);
}

/** Opens something inside the current place; Escape leads back. */
export function goInto(history: History, place: Place): History {
  return visit(history, [...history.present, place]);
}

/** The parent crumb, or undefined at the root. */
export function goUp(history: History): History | undefined {
  const [root, ...rest] = history.present;
  if (rest.length === 0) return undefined;
  return visit(history, [root, ...rest.slice(0, -1)]);
}

export function goBack(history: History): History {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  return {past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future]};
}

export function goForward(history: History): History {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return {past: [...history.past, history.present], present: next, future};
}

/** Swaps with the trail visited before this one. */
export function goLast(history: History): History {
  const previous = history.past.at(-1);
  if (previous === undefined) return history.future.length > 0 ? goForward(history) : history;
  return {past: [...history.past.slice(0, -1), history.present], present: previous, future: history.future};
}

/** Keeps what changed about the current place. */
export function remember(history: History, place: Place): History {
  const [root, ...rest] = history.present;
  return {...history, present: rest.length === 0 ? [place] : [root, ...rest.slice(0, -1), place]};
}

export function tablePlace(resource: string, namespace: string | undefined): TablePlace {
  return {
    kind: 'table',
    resource,
    namespace,
    filter: '',
    isProblemsOnly: false,
    isWide: false,
    order: undefined,
    cursorUid: undefined,
    cursorIndex: 0,
    offset: 0,
    scrollX: 0,
  };
}

/** Opens a place where the forms and plans that led to it are no longer worth coming back to. */
export function goBeyond(history: History, place: Place): History {
  const kept = history.present.filter(({kind}) => kind !== 'form' && kind !== 'plan');
  const [root, ...rest] = kept;
  return {...history, present: root === undefined ? [place] : [root, ...rest, place]};
}

function visit(history: History, trail: Trail): History {
  return {past: [...history.past, history.present].slice(-trailsMax), present: trail, future: []};
}
