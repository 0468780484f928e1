/** Where a pane of lines stands: scroll position, sideways position, search; pure steps from one state to the next. */
import type {Tone} from './theme.ts';

export type PaneLine = {
  readonly segments: readonly {readonly text: string; readonly tone?: Tone}[];
  /** Changed lately: drawn with a mark at its left. */
  readonly isMarked?: boolean;
};

export type PaneSize = {readonly width: number; readonly height: number};

export type TextPaneState = {
  readonly top: number;
  readonly left: number;
  /** Found without regard to case; '' when nothing is searched. */
  readonly search: string;
  /** The line of the match stepped to last; undefined once the pane was scrolled away. */
  readonly match: number | undefined;
};

export type PaneMove = 'up' | 'down' | 'pageup' | 'pagedown' | 'home' | 'end' | 'left' | 'right' | 'line-start';

export const paneAtTop: TextPaneState = {top: 0, left: 0, search: '', match: undefined};

/** Columns of one sideways step. */
const sideStep = 8;
/** How far from its old place a line is looked for when lines came or went above it. */
const anchorReachLines = 500;

export function movePane(state: TextPaneState, move: PaneMove, lines: readonly PaneLine[], {width, height}: PaneSize): TextPaneState {
  const page = Math.max(1, height - 1);
  const to = (top: number) => ({...state, match: undefined, top: Math.max(0, Math.min(top, topMax(lines, height)))});
  switch (move) {
    case 'up':
      return to(state.top - 1);
    case 'down':
      return to(state.top + 1);
    case 'pageup':
      return to(state.top - page);
    case 'pagedown':
      return to(state.top + page);
    case 'home':
      return {...to(0), left: 0};
    case 'end':
      return to(lines.length);
    case 'left':
      return {...state, left: Math.max(0, state.left - sideStep)};
    case 'right': {
      const widest = lines.slice(state.top, state.top + height).reduce((most, line) => Math.max(most, textOf(line).length), 0);
      return {...state, left: Math.max(0, Math.min(state.left + sideStep, widest - Math.floor(width / 2)))};
    }
    case 'line-start':
      return {...state, left: 0};
  }
}

/** The line at the top stays at the top while lines come and go around it. */
export function rebasePane(state: TextPaneState, before: readonly PaneLine[], after: readonly PaneLine[], height: number): TextPaneState {
  const anchor = before[state.top];
  const within = (top: number) => (top === state.top ? state : {...state, top});
  const text = anchor === undefined ? undefined : textOf(anchor);
  for (let distance = 0; text !== undefined && distance <= anchorReachLines; distance++) {
    for (const at of [state.top - distance, state.top + distance]) {
      const line = after[at];
      if (line !== undefined && textOf(line) === text) return within(Math.min(at, topMax(after, height)));
    }
  }
  return within(Math.min(state.top, topMax(after, height)));
}

/** Searching begins at the line on top; nothing moves when nothing is found. */
export function searchPane(state: TextPaneState, search: string, lines: readonly PaneLine[], height: number): TextPaneState {
  const searching = {...state, search};
  return search === '' ? searching : stepToMatch(searching, lines, height, state.top, 1);
}

/** The next (1) or the previous (-1) line with a match, around the ends. */
export function nextMatch(state: TextPaneState, step: 1 | -1, lines: readonly PaneLine[], height: number): TextPaneState {
  return state.search === '' ? state : stepToMatch(state, lines, height, (state.match ?? state.top - (step === 1 ? 1 : 0)) + step, step);
}

function stepToMatch(state: TextPaneState, lines: readonly PaneLine[], height: number, from: number, step: 1 | -1): TextPaneState {
  for (let count = 0; count < lines.length; count++) {
    const at = (from + count * step + lines.length * 2) % lines.length;
    const line = lines[at];
    if (line === undefined || matchesIn(textOf(line), state.search).length === 0) continue;
    const isInSight = at >= state.top && at < state.top + height;
    return {...state, match: at, top: isInSight ? state.top : Math.min(at, topMax(lines, height))};
  }
  return {...state, match: undefined};
}

export function countMatches(lines: readonly PaneLine[], search: string): number {
  return search === '' ? 0 : lines.reduce((count, line) => count + matchesIn(textOf(line), search).length, 0);
}

/** Where the search is found in a text, as ranges of UTF-16 units. */
export function matchesIn(text: string, search: string): readonly {from: number; to: number}[] {
  if (search === '') return [];
  const found: {from: number; to: number}[] = [];
  const pattern = new RegExp(search.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
  for (const match of text.matchAll(pattern)) found.push({from: match.index, to: match.index + match[0].length});
  return found;
}

export function textOf(line: PaneLine): string {
  return line.segments.map(segment => segment.text).join('');
}

function topMax(lines: readonly PaneLine[], height: number): number {
  return Math.max(0, lines.length - height);
}
