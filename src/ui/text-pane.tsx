/** A pane of lines that scrolls both ways: tones, marks of changed lines, search matches; lines are cut, never wrapped. */
import {Box, Text} from 'ink';
import {memo, type ReactNode} from 'react';
import {matchesIn, type PaneLine, type TextPaneState} from './text-pane-state.ts';
import {paint, type Theme, type Tone} from './theme.ts';
import {cutColumns, textWidth, visibleText} from './width.ts';

export type TextPaneProps = {
  readonly theme: Theme;
  readonly lines: readonly PaneLine[];
  readonly state: TextPaneState;
  readonly width: number;
  readonly height: number;
};

/** The mark of changed lines and a space at the left, the sign of a cut line at the right. */
const frameColumns = 3;

export function TextPane({theme, lines, state, width, height}: TextPaneProps): ReactNode {
  return (
    <Box flexDirection="column" width={width} height={height}>
      {lines.slice(state.top, state.top + height).map((line, index) => (
        <PaneRow
          key={state.top + index}
          theme={theme}
          line={line}
          left={state.left}
          search={state.search}
          isCurrent={state.match === state.top + index}
          width={width}
        />
      ))}
    </Box>
  );
}

type PaneRowProps = {theme: Theme; line: PaneLine; left: number; search: string; isCurrent: boolean; width: number};

const PaneRow = memo(({theme, line, left, search, isCurrent, width}: PaneRowProps): ReactNode => {
  const side = line.isMarked === true ? `${paint(theme, theme.glyphs.mark, {tone: 'accent', isBold: true})} ` : '  ';
  const right = left + width - frameColumns;
  let column = 0;
  let text = '';
  for (const run of runsOf(line, search)) {
    const runWidth = textWidth(run.text);
    const piece = cutColumns(run.text, left - column, right - column);
    text += paint(theme, piece, run.isMatch ? {isInverse: true, isBold: isCurrent} : {tone: run.tone, isBold: line.isMarked === true});
    column += runWidth;
    if (column > right) break;
  }
  const more = column > right ? paint(theme, theme.glyphs.moreRight, {tone: 'dim'}) : '';
  return <Text wrap="truncate">{side + text + more}</Text>;
});

type Run = {readonly text: string; readonly tone: Tone; readonly isMatch: boolean};

/** Pieces of one look each: segments, cut again where a match begins or ends. */
function runsOf(line: PaneLine, search: string): Run[] {
  const segments = line.segments.map(({text, tone = 'plain'}) => ({text: visibleText(text), tone}));
  const matches = matchesIn(segments.map(segment => segment.text).join(''), search);
  const runs: Run[] = [];
  let start = 0;
  for (const {text, tone} of segments) {
    const end = start + text.length;
    let at = start;
    for (const {from, to} of matches) {
      if (to <= at || from >= end) continue;
      if (from > at) runs.push({text: text.slice(at - start, from - start), tone, isMatch: false});
      runs.push({text: text.slice(Math.max(at, from) - start, Math.min(to, end) - start), tone, isMatch: true});
      at = Math.min(to, end);
    }
    if (at < end) runs.push({text: text.slice(at - start), tone, isMatch: false});
    start = end;
  }
  return runs;
}
