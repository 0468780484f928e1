/** The help of a screen: every binding in force, by group, in as many columns as there is room for. */
import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import type {BindingInForce} from './keymap.ts';
import {paint, type Theme} from './theme.ts';
import {fitText, textWidth} from './width.ts';

export type HelpOverlayProps = {
  readonly theme: Theme;
  readonly title: string;
  readonly bindings: readonly BindingInForce[];
  /** The heading of bindings that name no group. */
  readonly otherGroup: string;
  /** Lines scrolled away at the top. */
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

const gap = '   ';
const columnWidthMax = 56;

export function HelpOverlay({theme, title, bindings, otherGroup, top, width, height}: HelpOverlayProps): ReactNode {
  const lines = helpLines(theme, bindings, otherGroup, width - 2, height - 2);
  const shown = lines.slice(Math.min(top, helpTopMax(lines.length, height)));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Text wrap="truncate">{` ${paint(theme, fitText(title, width - 2), {tone: 'title'})}`}</Text>
      <Text> </Text>
      {shown.slice(0, Math.max(0, height - 2)).map((line, index) => (
        <Text key={index} wrap="truncate">{` ${line}`}</Text>
      ))}
    </Box>
  );
}

export function helpTopMax(lineCount: number, height: number): number {
  return Math.max(0, lineCount - Math.max(0, height - 2));
}

/** Groups run down the columns; where all of them together are too tall, the lines go on below and can be scrolled to. */
export function helpLines(theme: Theme, bindings: readonly BindingInForce[], otherGroup: string, width: number, height: number): string[] {
  const groups = Map.groupBy(bindings, ({binding}) => binding.group ?? otherGroup);
  const keysWidth = bindings.reduce((widest, {keys}) => Math.max(widest, textWidth(keys.join(' '))), 0);
  const titleWidth = bindings.reduce((widest, {binding}) => Math.max(widest, textWidth(binding.title)), 0);
  const columnWidth = Math.max(1, Math.min(keysWidth + 2 + titleWidth, columnWidthMax, width));
  const columnCount = Math.max(1, Math.floor((width + gap.length) / (columnWidth + gap.length)));
  const blocks = [...groups].map(([group, members]) => [
    paint(theme, fitText(group, columnWidth), {tone: 'accent', isBold: true}),
    ...members.map(({binding, keys}) => {
      const isDisabled = binding.disabledReason !== undefined;
      const name = fitText(keys.join(' '), Math.min(keysWidth, columnWidth));
      const text = fitText(binding.title, Math.max(0, columnWidth - keysWidth - 2));
      return `${paint(theme, name, {tone: isDisabled ? 'dim' : 'plain', isBold: !isDisabled})}  ${paint(theme, text, {tone: isDisabled ? 'dim' : 'plain'})}`;
    }),
    ' '.repeat(columnWidth),
  ]);
  const columns = fillColumns(blocks.flat(), columnCount, height);
  const tallest = Math.max(0, ...columns.map(column => column.length));
  return Array.from({length: tallest}, (_, row) => columns.map(column => column[row] ?? ' '.repeat(columnWidth)).join(gap));
}

function fillColumns(lines: readonly string[], columnCount: number, height: number): string[][] {
  const perColumn = Math.max(1, height, Math.ceil(lines.length / columnCount));
  return Array.from({length: Math.ceil(lines.length / perColumn)}, (_, column) =>
    lines.slice(column * perColumn, (column + 1) * perColumn),
  );
}
