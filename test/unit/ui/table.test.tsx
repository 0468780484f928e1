import {afterEach, describe, expect, test} from 'vitest';
import {type ColumnLayout, layoutColumns} from '../../../src/ui/column-widths.ts';
import {Table, type TableColumn, type TableRow, tableFrameColumns} from '../../../src/ui/table.tsx';
import {asciiGlyphs, type Theme, unicodeGlyphs} from '../../../src/ui/theme.ts';
import {type InProcessScreen, openScreen} from '../../support/screen/in-process-screen.ts';

const theme: Theme = {level: '16', glyphs: unicodeGlyphs};
const columns: TableColumn[] = [{title: 'NAME'}, {title: 'WEIGHT', align: 'right', sorted: 'desc'}, {title: 'VERDICT'}];
const wanted = [
  {min: 10, ideal: 10},
  {min: 7, ideal: 7},
  {min: 9, ideal: 9},
];
const layout = layoutColumns(wanted, 40 - tableFrameColumns, 0);

function rowOf(name: string, more: Partial<TableRow> = {}): TableRow {
  return {key: name, cells: [{text: name}, {text: '901'}, {text: '▲ broken', tone: 'broken'}], ...more};
}

let screen: InProcessScreen;
afterEach(() => screen.terminal.restore());

function drawn(rows: readonly TableRow[], shown: Theme = theme, laidOut: ColumnLayout = layout, width = 40): Promise<string[]> {
  screen = openScreen({columns: width, rows: 20});
  return screen.draw(<Table theme={shown} columns={columns} layout={laidOut} rows={rows} width={width} height={20} />);
}

describe('Table', () => {
  test('draws a header, the cursor and the marks in columns of their own', async () => {
    const lines = await drawn([rowOf('prometheus', {isSelected: true}), rowOf('console', {isMarked: true}), rowOf('old', {isGhost: true})]);
    expect(lines.slice(0, 4)).toEqual([
      '   NAME       WEIGHT↓ VERDICT',
      '›  prometheus     901 ▲ broken',
      ' * console        901 ▲ broken',
      ' ✗ old            901 ▲ broken',
    ]);
  });

  test('shows cursor, marks and ghosts in plain ASCII too', async () => {
    const lines = await drawn([rowOf('a', {isSelected: true, isMarked: true}), rowOf('b', {isGhost: true})], {
      level: 'none',
      glyphs: asciiGlyphs,
    });
    expect(lines.slice(0, 3).map(line => line.slice(0, 22))).toEqual([
      '   NAME       WEIGHTv ',
      '>* a              901 ',
      ' x b              901 ',
    ]);
  });

  test('inverts the selected row over the whole width, with and without colours', async () => {
    for (const level of ['16', 'none'] as const) {
      await drawn([rowOf('prometheus', {isSelected: true}), rowOf('console')], {...theme, level});
      for (const column of [0, 3, 20, 39]) expect(screen.cell(column, 1)).toMatchObject({isInverse: true, color: undefined});
      expect(screen.cell(3, 2).isInverse).toBe(false);
      expect(screen.cell(22, 2).color).toBe(level === 'none' ? undefined : 1);
      screen.terminal.restore();
    }
  });

  test('underlines what has just changed, also in the selected row', async () => {
    const fresh = {cells: [{text: 'a'}, {text: '5', isFresh: true}, {text: 'ok'}]};
    await drawn([rowOf('a', fresh), rowOf('b', {...fresh, isSelected: true})]);
    expect(screen.cell(20, 1)).toMatchObject({text: '5', isBold: true, isUnderlined: true});
    expect(screen.cell(20, 2)).toMatchObject({text: '5', isBold: true, isUnderlined: true, isInverse: true});
    expect(screen.cell(3, 1).isUnderlined).toBe(false);
  });

  test('keeps the columns in line whatever stands in a name', async () => {
    const names = [
      'plain',
      'узел-1',
      '漢字かな漢字',
      '👨‍👩‍👧 family',
      '🇷🇺 flag',
      'é́ marks',
      '\u0301first',
      '⚠️ sign',
      '⚠ sign',
      'a\u202Eb',
      'a\u001B[31mb',
      'a\nb',
      '\u200B',
      'x\u0000',
    ];
    await drawn(names.map(name => rowOf(name)));
    for (const [row, name] of names.entries()) {
      const cells = Array.from({length: 8}, (_, index) => screen.cell(22 + index, row + 1).text).join('');
      expect([name, cells]).toEqual([name, '▲ broken']);
    }
    expect(screen.screen()).toHaveLength(20);
  });

  test('marks at the edges that there are more columns', async () => {
    const narrow = (scrollX: number) => layoutColumns(wanted, 20, scrollX);
    const resting = await drawn([rowOf('a')], theme, narrow(0), 24);
    expect(resting[0]).toBe('   NAME       WEIGHT↓  ›');
    screen.terminal.restore();
    const scrolled = await drawn([rowOf('a')], theme, narrow(2), 24);
    expect(scrolled[0]).toBe('   NAME      ‹VERDICT');
  });
});
