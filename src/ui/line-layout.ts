/** One line made of pieces at its left and right: the unimportant ones leave first, then the left is cut, so that it never wraps. */
import {paint, type Theme, type Tone} from './theme.ts';
import {fitText, textWidth, visibleText} from './width.ts';

/** Pieces with a higher priority number are left out first where there is no room; those without one never are (they are cut). */
export type LinePiece = {
  readonly text: string;
  readonly tone?: Tone;
  readonly isBold?: boolean;
  readonly priority?: number;
  /** The pieces before it are cut in its place. */
  readonly isKept?: boolean;
};

/** What is cut for others keeps as much as this, or nobody knows what it was. */
const shortest = 12;

/** Exactly `width` columns, painted. The pieces bring their own spaces. */
export function layOutLine(theme: Theme, left: readonly LinePiece[], right: readonly LinePiece[], width: number): string {
  const measured = [...left.map(piece => measure(piece, 'left')), ...right.map(piece => measure(piece, 'right'))];
  const kept = dropToFit(measured, right.length > 0 ? width - 1 : width);
  const rightWidth = Math.min(width, widthOf(kept.filter(piece => piece.side === 'right')));
  const leftWidth = width - rightWidth;
  // What is cut at the left does not run into the right.
  const gap = rightWidth > 0 && leftWidth > 0 ? 1 : 0;
  return draw(theme, kept, 'left', leftWidth - gap) + ' '.repeat(gap) + draw(theme, kept, 'right', rightWidth);
}

/** Drops what may be dropped, highest priority number first and rightmost among equals, until the rest fits. */
export function dropToFit<Item extends {readonly width: number; readonly priority?: number | undefined}>(
  items: readonly Item[],
  width: number,
): Item[] {
  const kept = [...items];
  while (widthOf(kept) > width) {
    let leaves = -1;
    kept.forEach((item, index) => {
      if (item.priority !== undefined && (leaves < 0 || item.priority >= (kept[leaves]?.priority ?? 0))) leaves = index;
    });
    if (leaves < 0) break;
    kept.splice(leaves, 1);
  }
  return kept;
}

type Measured = {
  readonly piece: LinePiece;
  readonly text: string;
  readonly width: number;
  readonly priority: number | undefined;
  readonly side: 'left' | 'right';
};

function measure(piece: LinePiece, side: 'left' | 'right'): Measured {
  const text = visibleText(piece.text);
  return {piece, text, width: textWidth(text), priority: piece.priority, side};
}

function draw(theme: Theme, pieces: readonly Measured[], side: 'left' | 'right', width: number): string {
  let room = width;
  let line = '';
  const drawn = pieces.filter(measured => measured.side === side);
  for (const [index, {piece, text, width: pieceWidth}] of drawn.entries()) {
    if (room <= 0) break;
    const keptBehind = widthOf(drawn.slice(index + 1).filter(behind => behind.piece.isKept === true));
    const own = Math.min(pieceWidth, Math.max(Math.min(room, shortest), room - keptBehind));
    const shown = pieceWidth > own ? fitText(text, own) : text;
    room -= own;
    line += paint(theme, shown, {...(piece.tone === undefined ? {} : {tone: piece.tone}), isBold: piece.isBold === true});
  }
  return line + ' '.repeat(Math.max(0, room));
}

function widthOf(items: readonly {readonly width: number}[]): number {
  return items.reduce((sum, item) => sum + item.width, 0);
}
