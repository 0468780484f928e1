/** A small table with borders, for a handful of rows that neither scroll nor change by themselves. */
import {Text} from 'ink';
import {Table as InkTable} from 'ink-table';
import {createContext, type PropsWithChildren, type ReactNode, use} from 'react';
import {paint, type Theme, type Tone} from './theme.ts';
import {fitText, textWidth, visibleText} from './width.ts';

export type StaticCell = {readonly text: string; readonly tone?: Tone};

export type StaticTableProps = {
  readonly theme: Theme;
  readonly titles: readonly string[];
  readonly rows: readonly (readonly StaticCell[])[];
  readonly width: number;
};

/** Lines that the table takes with so many rows: a border below each, and the heading between two. */
export function staticTableHeight(rowCount: number): number {
  return rowCount * 2 + 3;
}

/**
 * ink-table pads by UTF-16 units and keeps the components that it was first given. So it gets numbers that are as long
 * as the column is wide, and components that look up, in the context, the text that belongs to a number.
 */
export function StaticTable({theme, titles, rows, width}: StaticTableProps): ReactNode {
  const widths = columnWidths(titles, rows, width);
  const columns = widths.map((columnWidth, column) => String(column).padEnd(columnWidth));
  const data = rows.map((_, row) => Object.fromEntries(columns.map(name => [name, row])));
  return (
    <Content value={{theme, titles, rows, widths}}>
      <InkTable data={data} columns={columns} header={HeaderCell} cell={BodyCell} skeleton={Border} />
    </Content>
  );
}

type Content = Omit<StaticTableProps, 'width'> & {readonly widths: readonly number[]};

const Content = createContext<Content | undefined>(undefined);

function HeaderCell({children}: PropsWithChildren): ReactNode {
  const content = use(Content);
  if (content === undefined) return null;
  const column = Number.parseInt(String(children), 10);
  const title = fitText(visibleText(content.titles[column] ?? ''), content.widths[column] ?? 0);
  return <Text>{` ${paint(content.theme, title, {tone: 'title'})} `}</Text>;
}

function BodyCell({children, column}: PropsWithChildren<{column: number}>): ReactNode {
  const content = use(Content);
  if (content === undefined) return null;
  const {text = '', tone = 'plain'} = content.rows[Number.parseInt(String(children), 10)]?.[column] ?? {};
  return <Text>{` ${paint(content.theme, fitText(visibleText(text), content.widths[column] ?? 0), {tone})} `}</Text>;
}

function Border({children}: PropsWithChildren): ReactNode {
  const content = use(Content);
  return content === undefined ? null : <Text>{paint(content.theme, String(children), {tone: 'dim'})}</Text>;
}

/** As wide as the widest text; where all of them are too wide, the widest column gives way first. */
function columnWidths(titles: readonly string[], rows: readonly (readonly StaticCell[])[], width: number): number[] {
  const widths = titles.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(visibleText(row[column]?.text ?? ''))), Math.max(1, textWidth(title))),
  );
  const borders = titles.length * 3 + 1;
  let excess = widths.reduce((sum, columnWidth) => sum + columnWidth, borders) - width;
  while (excess > 0 && Math.max(...widths) > 1) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 1) - 1;
    excess--;
  }
  return widths;
}
