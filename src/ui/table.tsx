/** The table: a window of rows that are already chosen, one line of text each, with a marker for the cursor that needs no colour. */
import {Box, Text} from 'ink';
import {memo, type ReactNode} from 'react';
import type {ColumnLayout} from './column-widths.ts';
import {paint, type Theme, type Tone} from './theme.ts';
import {type Align, fitText, textWidth, visibleText} from './width.ts';

export type TableColumn = {readonly title: string; readonly align?: Align; readonly sorted?: 'asc' | 'desc'};

/** `isFresh`: changed within the last seconds. Cluster text may come as it is: control and bidi characters are made visible here. */
export type TableCell = {readonly text: string; readonly tone?: Tone; readonly isFresh?: boolean};

export type TableRow = {
  readonly key: string;
  readonly cells: readonly TableCell[];
  readonly isSelected?: boolean;
  readonly isMarked?: boolean;
  /** Deleted a moment ago: still shown, dimmed and crossed. */
  readonly isGhost?: boolean;
};

/** Columns that belong to the table itself: cursor, mark, space, and the right edge. `layoutColumns` gets the width less these. */
export const tableFrameColumns = 4;

export type TableProps = {
  readonly theme: Theme;
  readonly columns: readonly TableColumn[];
  readonly layout: ColumnLayout;
  /** Only what is visible: at most `height` - 1 rows. */
  readonly rows: readonly TableRow[];
  /** Said in place of rows. */
  readonly notes?: readonly string[];
  readonly width: number;
  readonly height: number;
};

export function Table({theme, columns, layout, rows, notes = [], width, height}: TableProps): ReactNode {
  const shown = rows.slice(0, Math.max(0, height - 1));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Text wrap="truncate">{headerLine(theme, columns, layout, width)}</Text>
      {shown.map(row => (
        <RowLine key={row.key} theme={theme} columns={columns} layout={layout} row={row} width={width} />
      ))}
      {notes.slice(0, Math.max(0, height - 1 - shown.length)).map(note => (
        <Text key={note} wrap="truncate">
          {`   ${paint(theme, visibleText(note), {tone: 'dim'})}`}
        </Text>
      ))}
    </Box>
  );
}

type RowProps = {theme: Theme; columns: readonly TableColumn[]; layout: ColumnLayout; row: TableRow; width: number};

/** Only rows whose object changed are put together anew. */
const RowLine = memo(
  ({theme, columns, layout, row, width}: RowProps): ReactNode => <Text wrap="truncate">{rowLine(theme, columns, layout, row, width)}</Text>,
);

function headerLine(theme: Theme, columns: readonly TableColumn[], layout: ColumnLayout, width: number): string {
  const titles = layout.columns.map(({index, width: columnWidth}) => {
    const {title = '', align = 'left', sorted} = columns[index] ?? {};
    const arrow = sorted === undefined ? '' : sorted === 'asc' ? theme.glyphs.ascending : theme.glyphs.descending;
    const room = columnWidth - arrow.length;
    const text = visibleText(title);
    return fitText((textWidth(text) > room ? fitText(text, room) : text) + arrow, columnWidth, align);
  });
  const [frozen = '', ...rest] = titles;
  // The marks of hidden columns stand in the space beside the frozen column and in the right edge, where no text ever is.
  const left = layout.hasMoreLeft ? paint(theme, theme.glyphs.moreLeft, {tone: 'accent', isBold: true}) : ' ';
  const right = layout.hasMoreRight ? paint(theme, theme.glyphs.moreRight, {tone: 'accent', isBold: true}) : ' ';
  const restText = rest.join(' ');
  const spare = Math.max(0, width - tableFrameColumns - textWidth(frozen) - 1 - textWidth(restText));
  const dim = (text: string) => paint(theme, text, {tone: 'dim'});
  return `   ${dim(frozen)}${left}${dim(restText)}${' '.repeat(spare)}${right}`;
}

/** One string of exactly known width; the selected row is inverse as a whole, so that it costs one change of attributes. */
function rowLine(theme: Theme, columns: readonly TableColumn[], layout: ColumnLayout, row: TableRow, width: number): string {
  const {glyphs} = theme;
  const isSelected = row.isSelected === true;
  const isGhost = row.isGhost === true;
  const side = isGhost ? glyphs.ghost : row.isMarked === true ? glyphs.mark : ' ';
  let line = `${isSelected ? glyphs.cursor : ' '}${row.isMarked === true && !isSelected ? paint(theme, side, {tone: 'accent', isBold: true}) : side} `;
  let used = 3;
  layout.columns.forEach(({index, width: columnWidth}, position) => {
    const cell = row.cells[index];
    const text = fitText(visibleText(cell?.text ?? ''), columnWidth, columns[index]?.align);
    const isFresh = cell?.isFresh === true;
    const tone = isGhost ? 'dim' : isSelected ? 'plain' : (cell?.tone ?? 'plain');
    line += (position === 0 ? '' : ' ') + paint(theme, text, {tone, isBold: isFresh, isUnderlined: isFresh});
    used += columnWidth + (position === 0 ? 0 : 1);
  });
  if (!isSelected) return line;
  return paint(theme, line + ' '.repeat(Math.max(0, width - used)), {isInverse: true});
}
