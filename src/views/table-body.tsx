/** Draws the visible rows of a table: picks the window, gives each cell its tone, and lays the columns out. */
import type {ReactNode} from 'react';
import type {VerdictWord} from '../domain/verdict.ts';
import {layoutColumns, type WantedColumn} from '../ui/column-widths.ts';
import type {BodySize} from '../ui/screen-frame.tsx';
import {Table, type TableCell, type TableColumn, type TableRow, tableFrameColumns} from '../ui/table.tsx';
import type {Tone} from '../ui/theme.ts';
import {textWidth} from '../ui/width.ts';
import {wrapText} from '../ui/wrap.ts';
import type {ShownColumn} from './columns.ts';
import type {Seen} from './define-view.ts';
import {emptyPhrases} from './table-empty.ts';
import type {ModelRow} from './table-model.ts';
import type {TableScreen} from './table-screen.ts';

/** A wide cell must not push the others out; its full text is on the object's page. */
const cellWidthMax: Readonly<Record<ShownColumn<unknown>['role'], number>> = {namespace: 32, name: 48, cell: 64, age: 10, verdict: 160};

/** Below this a cell would say too little. */
const cellWidthMin: Readonly<Record<ShownColumn<unknown>['role'], number>> = {namespace: 14, name: 20, cell: 24, age: 10, verdict: 36};

/** The higher, the earlier a column leaves a narrow table. */
const rolePriority: Readonly<Record<ShownColumn<unknown>['role'], number>> = {name: 0, verdict: 0, namespace: 1, cell: 2, age: 3};
const leavingPriority = {last: 0, early: 3, first: 4} as const;

/** Names are not cut while they take no more of the width than this. */
const nameShare = 0.3;

export function renderTable(screen: TableScreen, size: BodySize): ReactNode {
  const seen = screen.seen();
  const columns = screen.columns();
  const order = screen.order();
  const place = screen.place();
  const rows = visibleRows(screen, columns, seen, Math.max(1, size.height - 1));
  const layout = layoutColumns(
    columns.map((column, index) => wantedColumn(column, index, rows, screen.widths, size.width)),
    size.width - tableFrameColumns,
    place.scrollX,
    Math.max(
      0,
      columns.findIndex(column => column.isKey),
    ),
  );
  screen.scrolled = layout.scrollX;
  const notes = emptyPhrases(screen).flatMap(each => wrapText(screen.context.say(each), size.width - tableFrameColumns));
  return (
    <Table
      theme={screen.context.theme}
      columns={columns.map(
        (column): TableColumn => ({
          title: column.title,
          align: column.kind === 'number' ? 'right' : 'left',
          ...(order?.column === column.title ? {sorted: order.isDescending ? 'desc' : 'asc'} : {}),
        }),
      )}
      layout={layout}
      rows={rows}
      notes={notes}
      width={size.width}
      height={size.height}
    />
  );
}

function visibleRows(screen: TableScreen, columns: readonly ShownColumn<unknown>[], seen: Seen, height: number): TableRow[] {
  const view = screen.source.view();
  const {offset, cursorUid} = screen.place();
  const rows: TableRow[] = [];
  for (let index = offset; index < screen.model.shown.length && rows.length < height; index += 1) {
    const row = screen.model.shown[index];
    if (row === undefined) break;
    const {uid} = row.entry;
    rows.push({
      key: uid,
      cells: columns.map(column => tableCell(column, row, seen)),
      isSelected: uid === cursorUid,
      isMarked: screen.marks.has(uid),
    });
    const {facts} = row.entry.row;
    const lines = facts === undefined || view.lines === undefined ? [] : view.lines(facts, seen);
    for (const [at, line] of lines.entries()) {
      if (rows.length >= height) break;
      const glyph = screen.context.theme.glyphs.verdict[line.word];
      const text = `${glyph} ${screen.context.say(line.reason)}`;
      rows.push({
        key: `${uid}/${at}`,
        cells: columns.map((column): TableCell => {
          if (column.role === 'name') return {text: `  ${line.label}`, tone: 'dim'};
          return column.role === 'verdict' ? {text, tone: line.word} : {text: ''};
        }),
      });
    }
  }
  return rows;
}

function tableCell(column: ShownColumn<unknown>, row: ModelRow<unknown>, seen: Seen): TableCell {
  const isFresh = row.fresh !== undefined && row.fresh.until > seen.now && row.fresh.titles.has(column.title);
  return {text: column.text(row, seen), tone: cellTone(column, row.verdict.word), ...(isFresh ? {isFresh} : {})};
}

/** Colour means state: only the verdict has it; what is wrong is bright, what is well is quiet. */
function cellTone(column: ShownColumn<unknown>, word: VerdictWord): Tone {
  if (column.role === 'verdict') return word;
  if (column.role === 'name') return 'plain';
  return column.role === 'cell' ? 'plain' : 'dim';
}

function wantedColumn(
  column: ShownColumn<unknown>,
  index: number,
  rows: readonly TableRow[],
  widths: Map<string, number>,
  tableWidth: number,
): WantedColumn {
  const before = widths.get(column.title) ?? textWidth(column.title) + 1;
  const widest = rows.reduce((most, row) => Math.max(most, textWidth(row.cells[index]?.text ?? '')), before);
  widths.set(column.title, widest);
  const ideal = Math.min(widest, cellWidthMax[column.role]);
  const least = column.role === 'name' ? Math.max(cellWidthMin.name, Math.floor(tableWidth * nameShare)) : cellWidthMin[column.role];
  const min = Math.min(ideal, least);
  return {min, ideal, priority: column.leaves === undefined ? rolePriority[column.role] : leavingPriority[column.leaves]};
}
