import {expect, test} from 'vitest';
import {quorumWithout} from '../../../src/domain/control-plane-quorum.ts';
import {condition, label, node} from '../../support/objects.ts';

const master = (name: string, status = 'True') =>
  node(name, label('node-role.kubernetes.io/control-plane', ''), condition('Ready', status));
const arbiter = (name: string) => node(name, label('node.deckhouse.io/etcd-arbiter', ''), condition('Ready', 'True'));

test.each([
  ['the only one', [master('m1')], false],
  ['one of two', [master('m1'), master('m2')], false],
  ['one of three', [master('m1'), master('m2'), master('m3')], true],
  ['one of three, another away', [master('m1'), master('m2'), master('m3', 'Unknown')], false],
  ['one of two beside an arbiter', [master('m1'), master('m2'), arbiter('a1')], true],
  ['one of five, another away', ['m2', 'm3', 'm4'].map(name => master(name)).concat(master('m1'), master('m5', 'False')), true],
] as const)('without %s', (_name, nodes, isKept) => {
  expect(quorumWithout('m1', nodes)).toMatchObject({isMember: true, members: nodes.length, isKept});
});

test('a worker is no member', () => {
  expect(quorumWithout('w1', [node('w1'), master('m1')])).toMatchObject({isMember: false, members: 1});
});
