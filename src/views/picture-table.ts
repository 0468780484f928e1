/** A table among the lines of a picture: columns give way where there is no room, and the row at hand is marked. */
import {layoutColumns} from '../ui/column-widths.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Tone} from '../ui/theme.ts';
import {fitText, textWidth, visibleText} from '../ui/width.ts';
import type {LineMaker} from './plan-lines.ts';

/** Columns with a higher `leaves` go first. */
export type PictureColumn = {readonly title: string; readonly leaves?: number};

export type PictureRow = {readonly cells: readonly {readonly text: string; readonly tone?: Tone}[]; readonly isChosen?: boolean};

/** Below this a column says too little. */
const widthMin = 12;
/** The frame of the pane, and the mark of the row at hand. */
const frameColumns = 5;

export function pictureTable(
  columns: readonly PictureColumn[],
  rows: readonly PictureRow[],
  {theme, width}: LineMaker,
): readonly PaneLine[] {
  const wanted = columns.map(({title, leaves}, at) => {
    const widest = rows.reduce((most, {cells}) => Math.max(most, textWidth(visibleText(cells[at]?.text ?? ''))), textWidth(title));
    return {min: at === 0 ? widest : Math.min(widest, widthMin), ideal: widest, ...(leaves !== undefined && {priority: leaves})};
  });
  const layout = layoutColumns(wanted, width - frameColumns, 0);
  const line = (mark: string, cellOf: (index: number) => {readonly text: string; readonly tone?: Tone}): PaneLine => ({
    segments: [
      {text: mark, tone: 'accent'},
      ...layout.columns.map(({index, width: columnWidth}, at) => {
        const {text, tone = 'plain'} = cellOf(index);
        return {text: `${at === 0 ? '' : ' '}${fitText(visibleText(text), columnWidth)}`, tone};
      }),
    ],
  });
  return [
    line('  ', index => ({text: columns[index]?.title ?? '', tone: 'dim'})),
    ...rows.map(({cells, isChosen}) => line(isChosen === true ? `${theme.glyphs.cursor} ` : '  ', index => cells[index] ?? {text: ''})),
  ];
}
