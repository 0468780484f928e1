/** A one-line text entry: text, cursor, history, and a suggestion shown behind the cursor. Pure. */
import type {Key} from './keys.ts';
import {graphemes, visibleText} from './width.ts';

export type PromptState = {
  readonly text: string;
  /** In UTF-16 units, always between graphemes. */
  readonly cursor: number;
  /** Newest last, at most 20. */
  readonly history: readonly string[];
  /** Position while walking through the history; `history.length` when not. */
  readonly historyAt: number;
  /** What had been typed before the walk through the history began. */
  readonly draft: string;
};

const historyLengthMax = 20;
/** Longer pastes are cut: nothing that a prompt asks for is longer. */
const textLengthMax = 4_096;

export function openPrompt(history: readonly string[], text = ''): PromptState {
  return {text, cursor: text.length, history, historyAt: history.length, draft: text};
}

/** The history with an entry as its newest; an empty one is not kept, an old one moves up. */
export function remember(history: readonly string[], entry: string): readonly string[] {
  if (entry.trim() === '') return history;
  return [...history.filter(other => other !== entry), entry].slice(-historyLengthMax);
}

/**
 * The prompt after a key; undefined when the key is none of its own (Enter, Escape and commands, which its owner binds).
 * `suggestion` is the whole text that is proposed; it counts only while it continues what stands there.
 */
export function pressInPrompt(state: PromptState, key: Key, suggestion: string | undefined): PromptState | undefined {
  const {text, cursor} = state;
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  switch (key.name) {
    case 'left':
    case 'ctrl-b':
      return {...state, cursor: cursor - lengthOf(graphemes(before).at(-1))};
    case 'right':
    case 'ctrl-f':
      return after === '' ? accepted(state, suggestion) : {...state, cursor: cursor + lengthOf(graphemes(after)[0])};
    case 'tab':
      return accepted(state, suggestion);
    case 'home':
    case 'ctrl-a':
      return {...state, cursor: 0};
    case 'end':
    case 'ctrl-e':
      return after === '' ? accepted(state, suggestion) : {...state, cursor: text.length};
    case 'backspace':
      return edited(state, before.slice(0, before.length - lengthOf(graphemes(before).at(-1))), after);
    case 'delete':
    case 'ctrl-d':
      return edited(state, before, after.slice(lengthOf(graphemes(after)[0])));
    case 'ctrl-w':
    case 'alt-backspace':
      return edited(state, before.replace(/\S*\s*$/u, ''), after);
    case 'ctrl-u':
      return edited(state, '', after);
    case 'ctrl-k':
      return edited(state, before, '');
    case 'up':
    case 'ctrl-p':
      return walked(state, -1);
    case 'down':
    case 'ctrl-n':
      return walked(state, 1);
    default:
      return key.text === undefined ? undefined : edited(state, before + key.text, after);
  }
}

/** A paste never ends the entry: it becomes one line. */
export function pasteInPrompt(state: PromptState, pasted: string): PromptState {
  const line = visibleText(pasted.replace(/[\r\n]+$/, '').replace(/[\r\n\t]+/g, ' '));
  return edited(state, state.text.slice(0, state.cursor) + line, state.text.slice(state.cursor));
}

/** What the suggestion adds behind the cursor; '' when it adds nothing. */
export function suggestedRest({text, cursor}: PromptState, suggestion: string | undefined): string {
  return suggestion !== undefined && cursor === text.length && text !== '' && suggestion.startsWith(text)
    ? suggestion.slice(text.length)
    : '';
}

function accepted(state: PromptState, suggestion: string | undefined): PromptState {
  return edited(state, state.text.slice(0, state.cursor) + suggestedRest(state, suggestion), state.text.slice(state.cursor));
}

function edited(state: PromptState, before: string, after: string): PromptState {
  const head = before.slice(0, textLengthMax);
  return {...state, text: head + after.slice(0, textLengthMax - head.length), cursor: head.length, historyAt: state.history.length};
}

function walked(state: PromptState, step: -1 | 1): PromptState {
  const isAtDraft = state.historyAt === state.history.length;
  const historyAt = Math.max(0, Math.min(state.history.length, state.historyAt + step));
  const draft = isAtDraft ? state.text : state.draft;
  const text = state.history[historyAt] ?? draft;
  return {...state, historyAt, draft, text, cursor: text.length};
}

function lengthOf(grapheme: string | undefined): number {
  return grapheme?.length ?? 0;
}
