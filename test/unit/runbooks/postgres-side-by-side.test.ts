/** The documented procedure beside the runbook: the same database, written to all along, under the same troubles. */
import {expect, test} from 'vitest';
import {manualCells, withoutFigures} from '../../support/manual-table.ts';
import {type Trouble, troubles} from '../../support/postgres-troubles.ts';
import {type Ending, moveAsDocumented, moveByRunbook} from '../../support/side-by-side.ts';

/**
 * `by luck`: the disk of a leader went, and nothing with it. `loses`: rows that somebody was told are safe are nowhere.
 * `loses all`: nobody leads any more, either. `stops, disk gone`: and what it stood on before cannot be bound again.
 */
type Outcome = 'moves' | 'by luck' | 'stops' | 'stops, disk gone' | 'loses' | 'loses all';

type Expected = {readonly documented: Outcome /** Where the run stops; absent: it moves the database. */; readonly stopsAt?: string};

type Case = readonly [trouble: Trouble, members: 1 | 2, expected: Expected];

const {none, pendingForEver, failedUpdate, noVolume, oldDisk, leaderMoves, leaderDies} = troubles;
const {frozenReplica, deafReplica, refusedSwitchover, refusedForLag} = troubles;

const cases: readonly Case[] = [
  [none, 2, {documented: 'moves'}],
  [none, 1, {documented: 'moves'}],
  [frozenReplica, 2, {documented: 'loses', stopsAt: 'replace-1'}],
  [frozenReplica, 1, {documented: 'loses', stopsAt: 'copy-1'}],
  [deafReplica, 2, {documented: 'loses', stopsAt: 'replace-1'}],
  [deafReplica, 1, {documented: 'loses', stopsAt: 'copy-1'}],
  [refusedSwitchover, 2, {documented: 'by luck', stopsAt: 'switchover'}],
  [refusedSwitchover, 1, {documented: 'by luck', stopsAt: 'switchover'}],
  [refusedForLag, 2, {documented: 'loses', stopsAt: 'replace-1'}],
  [refusedForLag, 1, {documented: 'loses', stopsAt: 'copy-1'}],
  [failedUpdate, 2, {documented: 'stops'}],
  [failedUpdate, 1, {documented: 'moves'}],
  [pendingForEver, 2, {documented: 'stops, disk gone'}],
  [pendingForEver, 1, {documented: 'stops, disk gone'}],
  [oldDisk, 2, {documented: 'stops', stopsAt: 'restart-1'}],
  [oldDisk, 1, {documented: 'stops', stopsAt: 'restart-0'}],
  [noVolume, 2, {documented: 'stops, disk gone', stopsAt: 'class-tried'}],
  [noVolume, 1, {documented: 'stops', stopsAt: 'class-tried'}],
  [leaderMoves, 2, {documented: 'by luck', stopsAt: 'switchover'}],
  [leaderMoves, 1, {documented: 'by luck', stopsAt: 'switchover'}],
  [leaderDies, 2, {documented: 'loses', stopsAt: 'switchover'}],
  [leaderDies, 1, {documented: 'loses', stopsAt: 'switchover'}],
  [troubles.staleClaim, 1, {documented: 'stops'}],
  [troubles.foreignClaim, 1, {documented: 'stops'}],
  [troubles.resetInstances, 1, {documented: 'loses all', stopsAt: 'switchover'}],
  [troubles.scaleDownKillsLeader, 1, {documented: 'loses', stopsAt: 'copy-0'}],
];

test.each(cases.map(([trouble, members, expected]) => ({name: trouble.name, trouble, members, expected})))(
  '$name, $members at the start: the runbook loses no row',
  {timeout: 120_000},
  async ({trouble, members, expected}) => {
    const documented = await moveAsDocumented(trouble, members === 2);
    expect(outcomeOf(documented), JSON.stringify(documented)).toBe(expected.documented);
    const ours = await moveByRunbook(trouble, members === 2);
    const end = expected.stopsAt === undefined ? 'moved' : 'stopped';
    expect(ours).toEqual({end, lost: 0, isServing: true, disksGone: 0, rashDeletions: 0, step: expected.stopsAt ?? ''});
    const cells = [tell(documented), expected.stopsAt === undefined ? 'moves' : `stops at \`${expected.stopsAt}\``];
    const [from, to] = members === 2 ? [0, 2] : [2, 4];
    expect(manualCells(trouble.name).slice(from, to), cells.join(' | ')).toEqual(cells.map(withoutFigures));
  },
);

function outcomeOf({end, lost, isServing, disksGone, rashDeletions}: Ending): Outcome | 'claims' {
  if (lost > 0) return isServing ? 'loses' : 'loses all';
  if (end === 'stopped') return disksGone > 0 ? 'stops, disk gone' : 'stops';
  if (end === 'claimed') return 'claims';
  return rashDeletions > 0 ? 'by luck' : 'moves';
}

/** As the manual says it. */
function tell(ending: Ending): string {
  switch (outcomeOf(ending)) {
    case 'moves':
      return 'moves';
    case 'by luck':
      return 'deletes the disk of the leader; moves by luck';
    case 'stops':
      return 'stops';
    case 'stops, disk gone':
      return 'stops; the old disk is gone';
    case 'claims':
      return 'says it has moved, and has not';
    case 'loses':
      return `**loses ${ending.lost} rows**${ending.end === 'stopped' ? '' : ' and says that all is well'}`;
    case 'loses all':
      return `**loses ${ending.lost} rows**; nobody leads any more`;
  }
}
