import {afterEach, describe, expect, test} from 'vitest';
import {layoutColumns} from '../../../src/ui/column-widths.ts';
import {Table, type TableRow} from '../../../src/ui/table.tsx';
import {asciiGlyphs, type Theme, unicodeGlyphs} from '../../../src/ui/theme.ts';
import {type InProcessScreen, openScreen} from '../../support/screen/in-process-screen.ts';

const theme: Theme = {level: '16', glyphs: unicodeGlyphs};
const columns = [{title: 'NAME'}, {title: 'WEIGHT', align: 'right' as const, sorted: 'desc' as const}, {title: 'VERDICT'}];
const layout = layoutColumns(
  [
    {min: 10, ideal: 10},
    {min: 7, ideal: 7},
    {min: 9, ideal: 9},
  ],
  36,
  0,
);

function rowOf(name: string, more: Partial<TableRow> = {}): TableRow {
  return {key: name, cells: [{text: name}, {text: '901'}, {text: '▲ broken', tone: 'broken'}], ...more};
}

let screen: InProcessScreen;
afterEach(() => screen.terminal.restore());

async function drawn(rows: readonly TableRow[], shown: Theme = theme): Promise<string[]> {
  screen = openScreen({columns: 40, rows: 8});
  const lines = await screen.draw(<Table theme={shown} columns={columns} layout={layout} rows={rows} width={40} height={8} />);
  return lines;
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
});
