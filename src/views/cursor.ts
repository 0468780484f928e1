/** The cursor, marks and window of a table. They belong to objects: rows may come, go and move under them. */

export type Identified = {readonly entry: {readonly uid: string}};

export type CursorState = {
  readonly uid: string | undefined;
  /** Where the object stood when it was last seen; its neighbour there takes over when it is gone. */
  readonly index: number;
  /** First visible row. */
  readonly offset: number;
};

/** The window: how many lines it has, and how many a row takes. */
export type Window = {readonly height: number; linesOf(index: number): number};

/** Finds the cursor's object again after rows moved; where it is gone, the cursor goes to the row that took its place. */
export function settleCursor(cursor: CursorState, rows: readonly Identified[], window: Window): CursorState {
  if (rows.length === 0) return {...cursor, index: 0, offset: 0};
  let index = rows[cursor.index]?.entry.uid === cursor.uid ? cursor.index : rows.findIndex(row => row.entry.uid === cursor.uid);
  if (index < 0) index = Math.min(cursor.index, rows.length - 1);
  return placeCursor(cursor, rows, index, window);
}

export function moveCursor(cursor: CursorState, rows: readonly Identified[], by: number, window: Window): CursorState {
  if (rows.length === 0) return cursor;
  const settled = settleCursor(cursor, rows, window);
  return placeCursor(settled, rows, Math.min(Math.max(settled.index + by, 0), rows.length - 1), window);
}

/** The UIDs from the cursor to `otherUid` in the shown order, both included. */
export function rangeOf(rows: readonly Identified[], uid: string, otherUid: string): readonly string[] {
  const from = rows.findIndex(row => row.entry.uid === uid);
  const to = rows.findIndex(row => row.entry.uid === otherUid);
  if (from < 0 || to < 0) return [];
  return rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(row => row.entry.uid);
}

function placeCursor(cursor: CursorState, rows: readonly Identified[], index: number, window: Window): CursorState {
  let offset = Math.max(0, Math.min(cursor.offset, index, rows.length - 1));
  let lines = 0;
  for (let at = index; at >= offset; at -= 1) {
    lines += window.linesOf(at);
    if (lines > window.height && at < index) {
      offset = at + 1;
      break;
    }
  }
  return {uid: rows[index]?.entry.uid, index, offset: fillWindow(rows.length, offset, window)};
}

/** Leaves no empty lines below the last row while rows are hidden above. */
function fillWindow(count: number, offset: number, window: Window): number {
  let lines = 0;
  for (let at = offset; at < count; at += 1) {
    lines += window.linesOf(at);
    if (lines >= window.height) return offset;
  }
  let first = offset;
  while (first > 0 && lines + window.linesOf(first - 1) <= window.height) {
    first -= 1;
    lines += window.linesOf(first);
  }
  return first;
}
