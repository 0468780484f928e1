/** Facts of a gate as lines. */
import {expect, test} from 'vitest';
import {factLines} from '../../../src/domain/fact-lines.ts';

test('facts are lines that can be read, one for each part', () => {
  expect(
    factLines({
      leader: 'db-0',
      dump: null,
      trouble: [],
      claims: {'pgdata-db-0': 'class hdd', 'pgdata-db-1': 'class ssd'},
      members: [{name: 'db-0', size: '10Gi'}],
      copies: ['db-0', 'db-1'],
    }),
  ).toEqual([
    'leader: db-0',
    'dump: none',
    'trouble: none',
    'claims: pgdata-db-0: class hdd',
    'claims: pgdata-db-1: class ssd',
    'members: name db-0, size 10Gi',
    'copies: db-0',
    'copies: db-1',
  ]);
});
