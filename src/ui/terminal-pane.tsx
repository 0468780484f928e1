/** A live terminal drawn inside our frame: the lines that its emulator holds, cursor and colours included. */
import {Box, Text} from 'ink';
import {type ReactNode, useLayoutEffect} from 'react';
import type {TerminalEmulator} from './terminal-emulator.ts';
import type {Theme} from './theme.ts';

export type TerminalPaneProps = {
  readonly theme: Theme;
  readonly emulator: TerminalEmulator;
  readonly width: number;
  readonly height: number;
};

export function TerminalPane({theme, emulator, width, height}: TerminalPaneProps): ReactNode {
  useLayoutEffect(() => emulator.resize({columns: width, rows: height}), [emulator, width, height]);
  // Between a resize and the effect that follows it the emulator still has its old size.
  const lines = emulator.lines(theme.level).slice(-height);
  return (
    <Box flexDirection="column" width={width} height={height}>
      {lines.map((line, row) => (
        <Text key={row} wrap="truncate">
          {line}
        </Text>
      ))}
    </Box>
  );
}
