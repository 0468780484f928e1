import {describe, expect, test} from 'vitest';
import type {Key} from '../../../src/ui/keys.ts';
import {type Awaited, TypeAhead} from '../../../src/views/type-ahead.ts';

const atOnce = new Set([':', '?']);
const key = (name: string): Key => ({name});

function typed(awaited: Awaited | undefined, ...names: readonly string[]): {now: string[]; later: string[]} {
  const typeAhead = new TypeAhead();
  const now = names.filter(name => !typeAhead.holds(key(name), awaited, atOnce));
  return {now, later: typeAhead.take().map(({name}) => name)};
}

describe('keys typed ahead', () => {
  test('do not wait where nothing is awaited', () => {
    expect(typed(undefined, 'j', '/', 'enter')).toEqual({now: ['j', '/', 'enter'], later: []});
  });

  test('wait in their order for the first rows, except those that need none', () => {
    expect(typed('rows', 'j', ':', 'enter', 'Ж')).toEqual({now: [':', 'Ж'], later: ['j', 'enter']});
  });

  test('all wait behind the first one while the kinds are awaited, since they may be the text of a filter', () => {
    expect(typed('kinds', '?', '/', 'a', ':', 'b')).toEqual({now: ['?'], later: ['/', 'a', ':', 'b']});
  });

  test('are dropped by Escape, and Ctrl-C never waits', () => {
    expect(typed('kinds', '/', 'a', 'esc', 'ctrl-c', 'j')).toEqual({now: ['ctrl-c'], later: ['j']});
  });
});
