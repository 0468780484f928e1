/** A table kept up to date by difference shows what one made anew would show. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Entry} from '../../../src/domain/source.ts';
import type {Verdict} from '../../../src/domain/verdict.ts';
import {shownColumns} from '../../../src/views/columns.ts';
import {defineView} from '../../../src/views/define-view.ts';
import {type Arrangement, freshMs, TableModel} from '../../../src/views/table-model.ts';
import {judgeRow, type ViewRow} from '../../../src/views/view-row.ts';

type Facts = {readonly phase: string; readonly weight: number};

const view = defineView<Facts>({
  name: 'things',
  resource: {group: '', plural: 'things'},
  aliases: [],
  facts: () => ({phase: '', weight: 0}),
  columns: [
    {title: 'PHASE', kind: 'text', value: facts => facts.phase},
    {title: 'WEIGHT', kind: 'number', value: facts => facts.weight},
  ],
  hasAge: false,
  verdict: (facts): Verdict => ({word: facts.phase === 'Error' ? 'broken' : 'ok'}),
});

const columns = shownColumns(view, {version: 'v1', hasNamespace: false, isWide: false, verdictText: verdict => verdict.word});
const seen = (now = 0) => ({now, related: () => []});

function entry(uid: string, phase: string, weight: number): Entry<ViewRow<Facts>> {
  return {uid, resourceVersion: '1', name: `name-${uid}`, namespace: '', row: {createdAt: 0, facts: {phase, weight}}};
}

function model(change: Partial<Arrangement<Facts>> = {}): TableModel<Facts> {
  return new TableModel<Facts>((row, at) => judgeRow(view, row, at), {
    columns,
    order: undefined,
    isProblemsOnly: false,
    matches: () => true,
    ...change,
  });
}

const uids = (table: TableModel<Facts>): string[] => table.shown.map(row => row.entry.uid);

describe('a table', () => {
  test('is sorted by name until it is told otherwise, then by the column with names for ties', () => {
    const entries = [entry('c', 'Ready', 1), entry('a', 'Error', 2), entry('b', 'Ready', 1)];
    const table = model();
    table.update(entries, seen());
    expect(uids(table)).toEqual(['a', 'b', 'c']);
    table.arrange({columns, order: {column: 'WEIGHT', isDescending: true}, isProblemsOnly: false, matches: () => true}, seen());
    expect(uids(table)).toEqual(['a', 'b', 'c']);
    table.arrange({columns, order: {column: 'VERDICT', isDescending: false}, isProblemsOnly: false, matches: () => true}, seen());
    expect(uids(table)[0]).toBe('a');
  });

  test('counts verdicts of all rows and shows the problems alone when asked', () => {
    const table = model({isProblemsOnly: true});
    table.update([entry('a', 'Error', 1), entry('b', 'Ready', 1)], seen());
    expect(table.counts).toMatchObject({broken: 1, ok: 1});
    expect(uids(table)).toEqual(['a']);
    expect(table.total).toBe(2);
  });

  test('marks what changed for three seconds, and nothing of what was there at first', () => {
    const table = model();
    table.update([entry('a', 'Ready', 1)], seen(0));
    expect(table.get('a')?.fresh).toBeUndefined();
    table.update([entry('a', 'Error', 1), entry('b', 'Ready', 1)], seen(1_000));
    expect(table.get('a')?.fresh).toEqual({until: 1_000 + freshMs, titles: new Set(['PHASE', 'VERDICT'])});
    expect(table.get('b')?.fresh?.titles).toEqual(new Set(['NAME']));
  });

  test('shows an object that cannot be read as one row that says so', () => {
    const table = model();
    table.update(
      [{...entry('a', '', 0), row: {createdAt: 0, facts: undefined, unreadable: {path: 'status.phase', expected: 'a string'}}}],
      seen(),
    );
    expect(table.get('a')?.verdict).toMatchObject({
      word: 'unknown',
      reason: {key: 'verdict.unreadable', args: ['status.phase', 'a string']},
    });
  });

  test('equals one made anew after any series of changes', () => {
    const rows = fc.uniqueArray(
      fc.record({
        uid: fc.integer({min: 0, max: 80}),
        phase: fc.constantFrom('Ready', 'Error', 'Pending'),
        weight: fc.integer({min: 0, max: 5}),
      }),
      {
        selector: row => row.uid,
        maxLength: 60,
      },
    );
    const order = fc.option(fc.record({column: fc.constantFrom('NAME', 'PHASE', 'WEIGHT', 'VERDICT'), isDescending: fc.boolean()}), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.array(rows, {minLength: 1, maxLength: 8}), order, (states, chosen) => {
        const arrangement = {order: chosen, matches: (row: {text(index: number): string}) => row.text(1) !== 'Pending'};
        const kept = model(arrangement);
        for (const state of states) {
          const entries = state.map(row => entry(String(row.uid), row.phase, row.weight));
          kept.update(entries, seen());
          const anew = model(arrangement);
          anew.update(entries, seen());
          expect(uids(kept)).toEqual(uids(anew));
          expect(kept.counts).toEqual(anew.counts);
        }
      }),
      {numRuns: 300},
    );
  });
});
