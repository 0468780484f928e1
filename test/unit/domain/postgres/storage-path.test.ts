import {expect, test} from 'vitest';
import {leadersOf, type PathInput, storagePath} from '../../../../src/domain/postgres/storage-path.ts';

function input(classes: readonly (string | undefined)[], change: Partial<PathInput> = {}): PathInput {
  return {
    cluster: 'db',
    newClass: 'new',
    members: classes.map((storageClass, ordinal) => ({ordinal, storageClass})),
    finalMembers: classes.length,
    leader: 0,
    timeline: 7,
    isExtraWanted: false,
    leftOrdinal: undefined,
    standby: undefined,
    ...change,
  };
}

function tell(given: PathInput): string {
  const words = storagePath(given).map(move => {
    const who = move.kind === 'switchover' ? move.to : move.member;
    return `${move.kind} ${who.slice(3)}`;
  });
  return words.join(', ');
}

test.each([
  ['two members: the replica, the lead, the old leader', input(['old', 'old']), 'replace 1, switchover 1, replace 0'],
  ['led by the other one', input(['old', 'old'], {leader: 1}), 'replace 0, switchover 0, replace 1'],
  ['three members', input(['old', 'old', 'old']), 'replace 1, replace 2, switchover 1, replace 0'],
  ['one member', input(['old']), 'add 1, switchover 1, replace 0, switchover 0, scale-down 1, drop-claim 1'],
  [
    'a further member for the time',
    input(['old', 'old'], {isExtraWanted: true}),
    'add 2, replace 1, switchover 1, replace 0, scale-down 2, drop-claim 2',
  ],
  ['the replica done', input(['old', 'new']), 'switchover 1, replace 0'],
  ['the lead gone over', input(['old', 'new'], {leader: 1}), 'replace 0'],
  ['a claim on its way out', input(['new', undefined]), 'replace 1'],
  [
    'one member, the second there',
    input(['old', 'new'], {finalMembers: 1}),
    'switchover 1, replace 0, switchover 0, scale-down 1, drop-claim 1',
  ],
  [
    'one member, the second on an old disk',
    input(['old', 'old'], {finalMembers: 1}),
    'replace 1, switchover 1, replace 0, switchover 0, scale-down 1, drop-claim 1',
  ],
  ['one member, led by the second', input(['new', 'new'], {finalMembers: 1, leader: 1}), 'switchover 0, scale-down 1, drop-claim 1'],
  ['one member, scaled down', input(['new'], {leftOrdinal: 1}), 'drop-claim 1'],
  ['synchronous, the third stands by', input(['old', 'new', 'new'], {standby: 2}), 'switchover 2, replace 0'],
  ['synchronous, the third steps in', input(['old', 'old', 'new'], {standby: 1}), 'replace 1, switchover 2, replace 0'],
  ['synchronous, each steps in once', input(['old', 'old', 'old'], {standby: 1}), 'replace 1, replace 2, switchover 1, replace 0'],
  [
    'synchronous, the further member steps in',
    input(['old', 'old'], {standby: 1, isExtraWanted: true}),
    'add 2, replace 1, switchover 2, replace 0, switchover 1, scale-down 2, drop-claim 2',
  ],
  ['all done', input(['new', 'new']), ''],
] as const)('%s', (_, given, expected) => {
  expect(tell(given)).toBe(expected);
});

test('no disk is replaced while its member leads, and the leaders are known beforehand', () => {
  for (const classes of [['old'], ['old', 'old'], ['old', 'new', 'old'], ['old', 'old', 'old']]) {
    for (const isExtraWanted of [true, false]) {
      for (let leader = 0; leader < classes.length; leader += 1) {
        const given = input(classes, {leader, isExtraWanted});
        const leaders = leadersOf(given);
        for (const move of storagePath(given)) {
          expect(leaders.get(move.timeline)).toBe(move.leader);
          if (move.kind !== 'switchover' && move.kind !== 'add') expect(move.member).not.toBe(move.leader);
        }
      }
    }
  }
});
