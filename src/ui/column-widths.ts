/** Which columns of a table are shown at a given width, and how wide: one is frozen, the rest scroll sideways. */

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

const gap = 1;

/**
 * At rest the columns that matter most are shown, in their order: where the narrowest widths do not fit, those with the
 * highest priority number leave, the rightmost first. Scrolled, the columns follow the frozen one in their order, whatever
 * their priority, from a later one with every step: so each of them can be reached. `frozen` is an index too.
 */
export function layoutColumns(wanted: readonly WantedColumn[], width: number, scrollX: number, frozen = 0): ColumnLayout {
  const others = wanted.map((_, index) => index).filter(index => index !== frozen);
  const views = viewsOf(wanted, width, frozen, others);
  const scroll = Math.max(0, Math.min(scrollX, views.length - 1));
  const shown = views[scroll] ?? [];
  return {
    columns: shareOut(wanted, shown, width),
    hasMoreLeft: scroll > 0 && shown[1] !== others[0],
    hasMoreRight: scroll === 0 ? shown.length < wanted.length : shown.at(-1) !== others.at(-1),
    scrollX: scroll,
  };
}

/** What is shown at each sideways position: no step leaves the screen as it was, and the last one shows the last column. */
function viewsOf(wanted: readonly WantedColumn[], width: number, frozen: number, others: readonly number[]): number[][] {
  const atRest = chosenAtRest(wanted, width, frozen);
  const views = [atRest];
  if (atRest.length === wanted.length) return views;
  for (const [at, first] of others.entries()) {
    // What stands before the frozen column at rest would only change places with it.
    if (first < frozen && atRest.includes(first)) continue;
    const view = inOrder(wanted, width, frozen, others.slice(at));
    if (view.join() !== views.at(-1)?.join()) views.push(view);
    if (view.at(-1) === others.at(-1)) break;
  }
  return views;
}

function chosenAtRest(wanted: readonly WantedColumn[], width: number, frozen: number): number[] {
  let chosen = wanted.map((_, index) => index);
  const left: number[] = [];
  while (chosen.length > 2 && narrowest(wanted, chosen) > width) {
    const leaves = chosen
      .filter(index => index !== frozen)
      .reduce((worst, index) => (priorityOf(wanted, index) >= priorityOf(wanted, worst) ? index : worst));
    chosen = chosen.filter(index => index !== leaves);
    left.push(leaves);
  }
  // A wide column that left after a narrow one may have made room for it again.
  for (const index of left.reverse()) {
    const more = [...chosen, index].sort((a, b) => a - b);
    if (narrowest(wanted, more) <= width) chosen = more;
  }
  return chosen;
}

/** At least one column stands beside the frozen one, also where it does not fit. */
function inOrder(wanted: readonly WantedColumn[], width: number, frozen: number, others: readonly number[]): number[] {
  const chosen = [frozen];
  for (const index of others) {
    if (chosen.length > 1 && narrowest(wanted, [...chosen, index]) > width) break;
    chosen.push(index);
  }
  return chosen;
}

/** Each column gets its narrowest width, and what is left goes to those that want more, one column at a time. */
function shareOut(wanted: readonly WantedColumn[], shown: readonly number[], width: number): {index: number; width: number}[] {
  let left = width - narrowest(wanted, shown);
  const columns = shown.map(index => ({index, width: wanted[index]?.min ?? 0}));
  // Too narrow for even two columns: the frozen one gives way down to half of the width.
  const [frozen, second] = columns;
  if (left < 0 && frozen !== undefined) {
    const least = second === undefined ? width : Math.floor(width / 2);
    const given = Math.min(-left, Math.max(0, frozen.width - least));
    frozen.width -= given;
    left += given;
    if (second !== undefined) second.width = Math.max(1, second.width + left);
    return columns;
  }
  while (left > 0) {
    const needy = columns.filter(column => column.width < (wanted[column.index]?.ideal ?? 0));
    if (needy.length === 0) break;
    const share = Math.max(1, Math.floor(left / needy.length));
    for (const column of needy) {
      const more = Math.min(share, left, (wanted[column.index]?.ideal ?? 0) - column.width);
      column.width += more;
      left -= more;
    }
  }
  return columns;
}

function narrowest(wanted: readonly WantedColumn[], chosen: readonly number[]): number {
  return chosen.reduce((sum, index) => sum + (wanted[index]?.min ?? 0), gap * Math.max(0, chosen.length - 1));
}

function priorityOf(wanted: readonly WantedColumn[], index: number): number {
  return wanted[index]?.priority ?? 0;
}
