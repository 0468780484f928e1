import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {layoutColumns} from '../../../src/ui/column-widths.ts';

const name = {min: 10, ideal: 30};
const phase = {min: 8, ideal: 8};
const weight = {min: 6, ideal: 6, priority: 2};
const source = {min: 9, ideal: 12, priority: 1};
const verdict = {min: 20, ideal: 60};
const all = [name, weight, source, phase, verdict];

const shown = (width: number, scrollX = 0) => layoutColumns(all, width, scrollX).columns.map(column => column.index);

describe('layoutColumns', () => {
  test('gives every column what it would like where there is room', () => {
    expect(layoutColumns(all, 200, 0)).toEqual({
      columns: [30, 6, 12, 8, 60].map((width, index) => ({index, width})),
      hasMoreLeft: false,
      hasMoreRight: false,
      scrollX: 0,
    });
  });

  test('narrows the columns before it leaves any out', () => {
    const {columns} = layoutColumns(all, 57, 0);
    expect(columns.map(column => column.width)).toEqual([10, 6, 9, 8, 20]);
  });

  test('leaves out what matters least first', () => {
    expect(shown(56)).toEqual([0, 2, 3, 4]);
    expect(shown(45)).toEqual([0, 3, 4]);
    expect(layoutColumns(all, 45, 0)).toMatchObject({hasMoreLeft: false, hasMoreRight: true});
  });

  test('scrolls past columns with the first one frozen, and stops at the last', () => {
    expect([0, 1, 2, 3].map(scrollX => shown(40, scrollX))).toEqual([
      [0, 3, 4],
      [0, 1, 2, 3],
      [0, 2, 3],
      [0, 3, 4],
    ]);
    expect(layoutColumns(all, 40, 9)).toMatchObject({scrollX: 3, hasMoreLeft: true, hasMoreRight: false});
    expect(layoutColumns(all, 200, 3).scrollX).toBe(0);
  });

  test('scrolls what stands before the frozen column away with the rest', () => {
    const inNamespaces = (scrollX: number) => layoutColumns([{min: 12, ideal: 12, priority: 1}, ...all], 57, scrollX, 1);
    expect([0, 1, 2, 3].map(scrollX => inNamespaces(scrollX).columns.map(column => column.index))).toEqual([
      [0, 1, 4, 5],
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
    ]);
    expect(inNamespaces(1)).toMatchObject({scrollX: 1, hasMoreLeft: true, hasMoreRight: false});
  });

  test('takes a narrow column back where a wide one that left later made room', () => {
    const columns = [name, {min: 5, ideal: 5, priority: 2}, {min: 30, ideal: 30, priority: 1}, verdict];
    expect(layoutColumns(columns, 40, 0).columns.map(column => column.index)).toEqual([0, 1, 3]);
  });

  test('never takes more than the width, and every column can be reached', () => {
    const column = fc.record({
      min: fc.integer({min: 3, max: 20}),
      ideal: fc.integer({min: 3, max: 60}),
      priority: fc.integer({min: 0, max: 3}),
    });
    fc.assert(
      fc.property(fc.array(column, {minLength: 1, maxLength: 12}), fc.integer({min: 40, max: 200}), fc.nat(), (columns, width, any) => {
        const frozen = any % columns.length;
        const seen = new Set<number>();
        for (let scroll = 0; scroll <= columns.length; scroll++) {
          const layout = layoutColumns(columns, width, scroll, frozen);
          const taken = layout.columns.reduce((sum, {width: taken}) => sum + taken, layout.columns.length - 1);
          expect(taken).toBeLessThanOrEqual(width);
          expect(layout.columns.some(({index}) => index === frozen)).toBe(true);
          if (scroll > 0 && layout.scrollX > 0) expect(layout.columns[0]?.index).toBe(frozen);
          for (const {index} of layout.columns) seen.add(index);
        }
        expect(seen.size).toBe(columns.length);
      }),
    );
  });

  test('lets the frozen column give way where even two are too many', () => {
    const wide = {min: 30, ideal: 30};
    const narrowed = (other: number) => [
      {index: 0, width: 20},
      {index: other, width: 19},
    ];
    expect(layoutColumns([wide, wide, wide], 40, 0).columns).toEqual(narrowed(1));
    expect(layoutColumns([wide, wide, wide], 40, 1).columns).toEqual(narrowed(2));
  });
});
