/** Everything that can be done now, to be found by typing: each with its key, and dim where it may not be done. */
import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import type {PromptState} from './prompt.ts';
import {PromptLine} from './prompt-line.tsx';
import {paint, type Theme} from './theme.ts';
import {fitText, textWidth, visibleText} from './width.ts';

export type PaletteItem = {readonly keys: string; readonly title: string; readonly group: string; readonly isDisabled: boolean};

export type PaletteProps = {
  readonly theme: Theme;
  readonly title: string;
  readonly items: readonly PaletteItem[];
  readonly at: number;
  readonly prompt: PromptState;
  readonly width: number;
  readonly height: number;
};

const keysWidthMax = 12;

export function Palette({theme, title, items, at, prompt, width, height}: PaletteProps): ReactNode {
  const room = Math.max(1, height - 1);
  const top = Math.max(0, Math.min(at - Math.floor(room / 2), items.length - room));
  const groupWidth = Math.min(14, Math.max(0, ...items.map(({group}) => textWidth(group))));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <PromptLine theme={theme} sign={`${title} `} state={prompt} suggestion={undefined} width={width} />
      {items.slice(top, top + room).map((item, index) => {
        const isSelected = top + index === at;
        const keys = fitText(item.keys, keysWidthMax);
        const text = fitText(visibleText(item.title), Math.max(1, width - keysWidthMax - groupWidth - 8));
        const line = `${isSelected ? theme.glyphs.cursor : ' '}  ${paint(theme, keys, {tone: item.isDisabled ? 'dim' : 'accent'})}  ${paint(theme, text, {tone: item.isDisabled ? 'dim' : 'plain'})}  ${paint(theme, fitText(item.group, groupWidth), {tone: 'dim'})}`;
        return (
          <Text key={`${top + index}`} wrap="truncate">
            {isSelected ? paint(theme, line, {isInverse: true}) : line}
          </Text>
        );
      })}
    </Box>
  );
}
