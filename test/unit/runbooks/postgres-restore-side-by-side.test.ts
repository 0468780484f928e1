/** The documented way by dump and restore beside the runbook: the same database, written to until somebody holds the writers. */
import {expect, test} from 'vitest';
import {manualCells, withoutFigures} from '../../support/manual-table.ts';
import {type Restored, restoreByHand, restoreByRunbook} from '../../support/restore-side-by-side.ts';

const cases = [
  {name: 'by restore: nothing', makeFaults: () => ({}), isDone: true},
  {name: 'by restore: dump cut short, exit code 0', makeFaults: () => ({spoiledDumps: 1}), isDone: false},
];

test.each(cases)('$name: rows and keys come back', {timeout: 120_000}, async ({name, makeFaults, isDone}) => {
  const documented = await restoreByHand(makeFaults());
  expect(documented).toEqual({isDone, lost: expect.any(Number), areKeysKept: false});
  expect(documented.lost).toBeGreaterThan(0);
  expect(await restoreByRunbook(makeFaults())).toEqual({isDone: true, lost: 0, areKeysKept: true});
  const cells = [tell(documented), 'moves'];
  expect(manualCells(name).slice(0, 2), cells.join(' | ')).toEqual(cells.map(withoutFigures));
});

/** As the manual says it. */
function tell({lost, areKeysKept, isDone}: Restored): string {
  const keys = areKeysKept ? '' : ' and the encryption keys';
  return `**loses ${lost} rows**${keys}${isDone ? ', and says that all is well' : '; the database is empty'}`;
}
