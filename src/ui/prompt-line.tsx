/** The line of a prompt: its sign, the text with the cursor, the suggestion behind it, and what is wrong or found at the right. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {type PromptState, suggestedRest} from './prompt.ts';
import {paint, type Theme, type Tone} from './theme.ts';
import {cutColumns, fitText, graphemes, textWidth, visibleText} from './width.ts';

export type PromptLineProps = {
  readonly theme: Theme;
  /** `:` or `/`. */
  readonly sign: string;
  readonly state: PromptState;
  readonly suggestion: string | undefined;
  /** An error, or what the text has found; cut where the text needs the room. */
  readonly note?: {readonly text: string; readonly tone: Tone};
  readonly width: number;
};

export function PromptLine({theme, sign, state, suggestion, note, width}: PromptLineProps): ReactNode {
  const before = visibleText(state.text.slice(0, state.cursor));
  const rest = state.text.slice(state.cursor);
  const ghost = rest === '' ? visibleText(suggestedRest(state, suggestion)) : '';
  const [under = ' ', ...behind] = graphemes(visibleText(rest === '' ? ghost : rest));
  const tail = behind.join('');
  const noteWidth = note === undefined ? 0 : Math.min(textWidth(visibleText(note.text)), Math.floor(width / 2));
  const signWidth = textWidth(sign) + 1;
  const room = Math.max(1, width - signWidth - (noteWidth === 0 ? 0 : noteWidth + 2));

  // The cursor stays in sight: what does not fit leaves at the left.
  const cursorEnd = textWidth(before) + textWidth(under);
  const hidden = Math.max(0, cursorEnd - room);
  const head = cutColumns(before, hidden, hidden + room);
  const shownTail = cutColumns(tail, 0, Math.max(0, room - textWidth(head) - textWidth(under)));
  const used = textWidth(head) + textWidth(under) + textWidth(shownTail);
  const line = [
    ` ${paint(theme, sign, {tone: 'accent', isBold: true})}`,
    head,
    paint(theme, under, {isInverse: true}),
    ghost === '' ? shownTail : paint(theme, shownTail, {tone: 'dim'}),
    ' '.repeat(Math.max(0, room - used)),
    note === undefined ? '' : `  ${paint(theme, fitText(visibleText(note.text), noteWidth), {tone: note.tone})}`,
  ];
  return <Text wrap="truncate">{line.join('')}</Text>;
}
