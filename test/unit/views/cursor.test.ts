/** The cursor stays on its object whatever the rows do. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type CursorState, moveCursor, rangeOf, settleCursor, type Window} from '../../../src/views/cursor.ts';

const rows = (uids: readonly string[]) => uids.map(uid => ({entry: {uid}}));
const window = (height: number): Window => ({height, linesOf: () => 1});
const at = (uid: string, index: number, offset = 0): CursorState => ({uid, index, offset});

describe('the cursor of a table', () => {
  test('follows its object when rows above it come and go', () => {
    expect(settleCursor(at('b', 1), rows(['new', 'a', 'b', 'c']), window(10))).toEqual(at('b', 2));
    expect(settleCursor(at('b', 1), rows(['b', 'c']), window(10))).toEqual(at('b', 0));
  });

  test('goes to the neighbour that took the place of an object that is gone', () => {
    expect(settleCursor(at('b', 1), rows(['a', 'c']), window(10))).toEqual(at('c', 1));
    expect(settleCursor(at('c', 2), rows(['a', 'b']), window(10))).toEqual(at('b', 1));
  });

  test('stands on the first row of a table that just filled', () => {
    expect(settleCursor({uid: undefined, index: 0, offset: 0}, rows(['a', 'b']), window(10))).toEqual(at('a', 0));
  });

  test('is moved within the rows and scrolls the window only as far as needed', () => {
    const ten = rows([...'abcdefghij']);
    expect(moveCursor(at('c', 2, 0), ten, 1, window(3))).toEqual(at('d', 3, 1));
    expect(moveCursor(at('a', 0), ten, Number.POSITIVE_INFINITY, window(3))).toEqual(at('j', 9, 7));
    expect(moveCursor(at('j', 9, 7), ten, Number.NEGATIVE_INFINITY, window(3))).toEqual(at('a', 0, 0));
  });

  test('leaves no empty lines below when rows vanish', () => {
    expect(settleCursor(at('j', 9, 7), rows([...'hij']), window(5))).toEqual(at('j', 2, 0));
  });

  test('stays visible beside rows that take several lines', () => {
    const tall: Window = {height: 5, linesOf: index => (index === 1 ? 4 : 1)};
    expect(moveCursor(at('b', 1, 0), rows(['a', 'b', 'c']), 1, tall)).toEqual(at('c', 2, 1));
  });

  test('never changes its object in ten thousand random changes of the rows', () => {
    const uid = fc.constantFrom(...'abcdefghijklmnop');
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(uid), {minLength: 1, maxLength: 20}), fc.integer({min: 1, max: 6}), (steps, height) => {
        let cursor: CursorState = at('a', 0);
        for (const uids of steps) {
          const before = cursor.uid;
          cursor = settleCursor(cursor, rows(uids), window(height));
          if (before !== undefined && uids.includes(before)) expect(cursor.uid).toBe(before);
          if (uids.length > 0) {
            expect(cursor.index - cursor.offset).toBeLessThan(height);
            expect(cursor.index).toBeGreaterThanOrEqual(cursor.offset);
          }
        }
      }),
      {numRuns: 1_000},
    );
  });
});

test('a range is what stands between two objects in the shown order', () => {
  expect(rangeOf(rows([...'abcde']), 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(rangeOf(rows([...'abcde']), 'x', 'b')).toEqual([]);
});
