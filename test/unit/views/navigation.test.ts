/** History and crumbs bring every place back as it was left. */
import {describe, expect, test} from 'vitest';
import {
  currentPlace,
  goBack,
  goForward,
  goInto,
  goLast,
  goTo,
  goUp,
  remember,
  startHistory,
  tablePlace,
} from '../../../src/views/navigation.ts';

const modules = tablePlace('modules', undefined);
const pods = tablePlace('pods', 'd8-system');
const page = {kind: 'object', resource: 'modules', namespace: undefined, name: 'console', tab: 'yaml'} as const;

describe('history', () => {
  test('goes back and forward over visited places', () => {
    const history = goTo(startHistory(modules), pods);
    expect(currentPlace(goBack(history))).toEqual(modules);
    expect(currentPlace(goForward(goBack(history)))).toEqual(pods);
    expect(goBack(startHistory(modules)).present).toEqual([modules]);
  });

  test('brings back cursor, filter and sort of a place that was left', () => {
    const left = {...modules, filter: 'phase!=Ready', cursorUid: 'u1', order: {column: 'PHASE', isDescending: true}};
    const history = goTo(remember(startHistory(modules), left), pods);
    expect(currentPlace(goBack(history))).toEqual(left);
  });

  test('forgets what was ahead once another way is taken', () => {
    const history = goTo(goBack(goTo(startHistory(modules), pods)), tablePlace('nodes', undefined));
    expect(goForward(history)).toBe(history);
  });

  test('swaps with the last view', () => {
    const history = goTo(startHistory(modules), pods);
    expect(currentPlace(goLast(history))).toEqual(modules);
    expect(currentPlace(goLast(goLast(history)))).toEqual(pods);
  });

  test('keeps fifty places', () => {
    let history = startHistory(modules);
    for (let count = 0; count < 200; count += 1) history = goTo(history, tablePlace(`kind-${count}`, undefined));
    expect(history.past).toHaveLength(50);
  });
});

describe('crumbs', () => {
  test('lead from an object up to its table as it was left', () => {
    const left = {...modules, cursorUid: 'u1'};
    const opened = goInto(remember(startHistory(modules), left), page);
    expect(opened.present).toEqual([left, page]);
    expect(goUp(opened)?.present).toEqual([left]);
  });

  test('end at the root', () => {
    expect(goUp(startHistory(modules))).toBeUndefined();
  });
});
