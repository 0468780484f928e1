/** The order of cells: typed, total, stable. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {ColumnKind, ColumnValue} from '../../../../src/domain/query/column-kind.ts';
import {compareOptional, ordinalOf, type SortKey, sortRows} from '../../../../src/domain/query/compare.ts';

const kinds: readonly ColumnKind[] = ['text', 'number', 'age', 'time', 'duration', 'version', 'quantity'];

function sorted(kind: ColumnKind, values: readonly ColumnValue[], isDescending = false): ColumnValue[] {
  return sortRows(values, [{kind, isDescending, value: value => value}]);
}

describe('each kind has its own order', () => {
  test.each<[ColumnKind, readonly ColumnValue[]]>([
    ['text', ['Web', 'web-2', 'web-2a', 'web-10', 'web-010a', 'web-x', undefined]],
    ['text', ['1.9.0', '1.10.0', 'ящик']],
    ['number', [-1, 0, 2, '10', 11, 'n/a', undefined]],
    ['age', [1_700_000_000_000, 1_600_000_000_000, undefined]],
    ['age', ['5s', '3m', '1h5m', '2h', '26h', '2d', '1y3d', '<unknown>']],
    ['duration', [10, '1s', 1_500, '2m']],
    [
      'version',
      [
        'v0.9.0',
        '1.0.0-alpha',
        '1.0.0-alpha.1',
        '1.0.0-alpha.beta',
        '1.0.0-beta.2',
        '1.0.0-beta.11',
        'v1.0.0-rc.1',
        '1.0.0',
        'v1.2',
        '1.10.1',
        'main',
      ],
    ],
    ['quantity', ['1m', '500m', '1', '1.5', '1k', '1Ki', '2e3', '1M', '1Mi', '1Gi', undefined]],
  ])('%s: %j', (kind, values) => {
    expect(sorted(kind, values.toReversed())).toEqual(values);
  });

  test('build metadata and a leading v make no difference to a version', () => {
    expect(sorted('version', ['v1.0.0', '1.0.0+build.5', '1.0.0'])).toEqual(['v1.0.0', '1.0.0+build.5', '1.0.0']);
  });

  test('what is missing stands last in both directions', () => {
    expect(sorted('number', [undefined, 1, Number.NaN, 2], true)).toEqual([2, 1, undefined, Number.NaN]);
    expect(sorted('number', [undefined, 2, 1])).toEqual([1, 2, undefined]);
  });
});

const fragments = fc.constantFrom('a', 'B', '-', '.', '0', '1', '07', '10', '9', 'v', '+', 'm', 'Gi', 'h', 's', 'rc', 'я', ' ');
const text = fc.oneof(
  fc.array(fragments, {maxLength: 7}).map(parts => parts.join('')),
  fc.string(),
);
const cell = fc.oneof(text, fc.double(), fc.integer(), fc.constant(undefined));

describe('the order is total', () => {
  test.each(kinds)('%s', kind => {
    const compare = (a: ColumnValue, b: ColumnValue): number => Math.sign(compareOptional(ordinalOf(kind, a), ordinalOf(kind, b), false));
    fc.assert(
      fc.property(cell, cell, cell, (a, b, c) => {
        expect(compare(a, a)).toBe(0);
        expect(compare(a, b) + compare(b, a)).toBe(0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
        if (compare(a, b) === 0) expect(compare(a, c)).toBe(compare(b, c));
      }),
      {numRuns: 1000},
    );
  });

  test('different texts are never equal', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compareOptional(a, b, false) === 0).toBe(a === b);
      }),
    );
  });
});

type Row = {readonly id: number; readonly first: ColumnValue; readonly second: ColumnValue};

test('rows are sorted by the first key, then by the second, then stay as they were', () => {
  const few = fc.constantFrom('1', '02', '2', 'x', undefined);
  const rowsArbitrary = fc.array(fc.record({first: few, second: few})).map(list => list.map((row, id): Row => ({...row, id})));
  fc.assert(
    fc.property(rowsArbitrary, fc.boolean(), fc.boolean(), (rows, isFirstDescending, isSecondDescending) => {
      const keys: SortKey<Row>[] = [
        {kind: 'number', isDescending: isFirstDescending, value: row => row.first},
        {kind: 'text', isDescending: isSecondDescending, value: row => row.second},
      ];
      const result = sortRows(rows, keys);
      expect(result.map(row => row.id).toSorted((a, b) => a - b)).toEqual(rows.map(row => row.id));
      for (const [index, row] of result.entries()) {
        const next = result[index + 1];
        if (next === undefined) continue;
        const byFirst = compareOptional(ordinalOf('number', row.first), ordinalOf('number', next.first), isFirstDescending);
        const bySecond = compareOptional(ordinalOf('text', row.second), ordinalOf('text', next.second), isSecondDescending);
        expect(byFirst || bySecond || row.id - next.id).toBeLessThan(0);
      }
    }),
  );
});
