import {expect, test} from 'vitest';
import {labelsFor, takes} from '../../../src/domain/static-instance.ts';
import {nodeGroup, set} from '../../support/objects.ts';

const selecting = (matchLabels: Record<string, string>) => nodeGroup('g', set('spec.staticInstances.labelSelector', {matchLabels}));
const expressed = (...matchExpressions: readonly object[]) => nodeGroup('g', set('spec.staticInstances.labelSelector', {matchExpressions}));
const open = nodeGroup('g', set('spec.staticInstances', {count: 1}));

test.each([
  ['any group takes what it selects', selecting({role: 'a'}), {role: 'a', x: 'y'}, true],
  ['not what it does not', selecting({role: 'a'}), {role: 'b'}, false],
  ['without a selector everything', open, {}, true],
  ['but nothing that is held back', open, {'node.deckhouse.io/allow-bootstrap': 'false'}, false],
  ['by an expression', expressed({key: 'rack', operator: 'In', values: ['1', '2']}), {rack: '2'}, true],
  ['NotIn takes what has no such label', expressed({key: 'rack', operator: 'NotIn', values: ['1']}), {}, true],
  ['Exists wants the label', expressed({key: 'rack', operator: 'Exists'}), {}, false],
  ['DoesNotExist wants none', expressed({key: 'rack', operator: 'DoesNotExist'}), {rack: '1'}, false],
] as const)('%s', (_name, group, labels, isTaken) => {
  expect(takes(group, labels)).toBe(isTaken);
});

test.each([
  ['one label for another', {role: 'a'}, selecting({role: 'b'}), selecting({role: 'a'}), {role: 'b'}],
  ['a label more, and the former one goes', {role: 'a'}, selecting({tier: 'b'}), selecting({role: 'a'}), {tier: 'b', role: null}],
  ['nothing to do', {role: 'a'}, selecting({role: 'a'}), undefined, {}],
  ['a former group that takes everything', {}, selecting({role: 'a'}), open, undefined],
  ['groups that select the same', {role: 'a'}, selecting({role: 'a'}), selecting({role: 'a'}), undefined],
  ['an expression that cannot be guessed', {}, expressed({key: 'rack', operator: 'Exists'}), undefined, undefined],
] as const)('labels for %s', (_name, labels, to, from, expected) => {
  expect(labelsFor(labels, to, from)).toEqual(expected);
});
