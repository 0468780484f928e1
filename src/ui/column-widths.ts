/** Which columns of a table are shown at a given width, and how wide: the first is frozen, the rest scroll sideways. */

export type WantedColumn = {
  readonly min: number;
  readonly ideal: number;
  /** Columns with a higher number leave first where there is no room; 0 where absent. */
  readonly priority?: number;
};

export type ColumnLayout = {
  /** `index` points into the wanted columns. */
  readonly columns: readonly {readonly index: number; readonly width: number}[];
  readonly hasMoreLeft: boolean;
  readonly hasMoreRight: boolean;
  /** The asked sideways position, kept within what exists. */
  readonly scrollX: number;
};
