/** The table: a window of rows that are already chosen, one line of text each, with a marker for the cursor that needs no colour. */
import type {ColumnLayout} from './column-widths.ts';
import type {Theme, Tone} from './theme.ts';
import type {Align} from './width.ts';

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
  readonly width: number;
  readonly height: number;
};
