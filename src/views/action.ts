/** What a key on an object starts, as data: footer, help, palette and the list of what waits are made of it. */
import type {Fields} from '../domain/fields.ts';
import type {Phrase} from '../domain/messages/phrase.ts';
import type {DraftForm} from '../domain/object-draft.ts';
import type {Seen} from './define-view.ts';

export type Action<Facts = unknown> = {
  /** Where two actions share a key, the first that makes sense for the row has it. */
  readonly keys: readonly string[];
  /** One or two words: it stands in the footer. */
  readonly title: Phrase;
  /** The runbook's name; the action is not there where this engine has no such runbook. */
  readonly runbook: string;
  /** Stands in the footer. */
  readonly isMain?: boolean;
  /** Makes a new object: no row is needed. */
  readonly isNew?: boolean;
  /** Everything is known without a form, but a person should see it: the form opens all the same. */
  readonly isAsking?: boolean;
  /** The parameter `patch` comes out of the user's editor: what was changed in the object. */
  readonly edit?: DraftForm;
  /** Beside the target; what is required and missing is asked for in a form. */
  parameters?(facts: Facts, seen: Seen): Fields;
  /** Why it makes no sense for this row; undefined where it may. */
  disabledReason?(facts: Facts, seen: Seen): Phrase | undefined;
  /** What waits for a person to press this key; undefined where nothing does. */
  need?(facts: Facts, seen: Seen): Phrase | undefined;
};

/** An object on which an action may be started. */
export type ActionRow = {readonly namespace: string | undefined; readonly name: string; readonly facts: unknown};

/** What is to be run, on one target or on several: typed parameters as they are known so far. */
export type RunDraft = {
  readonly runbook: string;
  /** [] where the target is still to be named. */
  readonly targets: readonly string[];
  readonly parameters: Fields;
  readonly undoOf?: {readonly name: string; readonly uid: string};
};
