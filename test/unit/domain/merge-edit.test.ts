import {expect, test} from 'vitest';
import {applyOperations, type PatchOperation, readOperations} from '../../../src/domain/json-patch.ts';
import {changeOf, editConflicts, holdsEdit, requireFence, touchedValues} from '../../../src/domain/merge-edit.ts';

const object = {metadata: {uid: 'u', resourceVersion: '5', labels: {'a/b': '1'}}, spec: {replicas: 2, list: ['x', 'y']}};

function test0(path: string, value: unknown): PatchOperation {
  return {op: 'test', path, value};
}

test.each<readonly [PatchOperation, unknown]>([
  [
    {op: 'add', path: '/spec/paused', value: true},
    {replicas: 2, list: ['x', 'y'], paused: true},
  ],
  [
    {op: 'add', path: '/spec/list/1', value: 'n'},
    {replicas: 2, list: ['x', 'n', 'y']},
  ],
  [
    {op: 'add', path: '/spec/list/-', value: 'n'},
    {replicas: 2, list: ['x', 'y', 'n']},
  ],
  [
    {op: 'replace', path: '/spec/list/0', value: 'n'},
    {replicas: 2, list: ['n', 'y']},
  ],
  [
    {op: 'remove', path: '/spec/list/0'},
    {replicas: 2, list: ['y']},
  ],
  [{op: 'remove', path: '/spec/replicas'}, {list: ['x', 'y']}],
])('%j is applied', (operation, spec) => {
  const before = JSON.stringify(object);
  expect(applyOperations(object, [operation]).spec).toEqual(spec);
  expect(JSON.stringify(object)).toBe(before);
});

test('a slash in a name is written ~1', () => {
  expect(applyOperations(object, [{op: 'replace', path: '/metadata/labels/a~1b', value: '2'}])).toMatchObject({
    metadata: {labels: {'a/b': '2'}},
  });
});

test.each<readonly [unknown, RegExp]>([
  [{op: 'move', path: '/a', from: '/b'}, /only add, remove, replace and test/],
  [{op: 'add', path: 'spec', value: 1}, /has no path/],
  [{op: 'add', path: '/a'}, /has no value/],
])('%j is no operation', (entry, message) => {
  expect(() => readOperations([entry])).toThrow(message);
});

test.each<readonly [PatchOperation, RegExp]>([
  [{op: 'replace', path: '/spec/none', value: 1}, /is not there/],
  [{op: 'add', path: '/none/deep', value: 1}, /there is no none/],
  [{op: 'remove', path: '/spec/list/2'}, /there is no item 2/],
  [{op: 'add', path: '/spec/replicas/x', value: 1}, /leads through what is no object/],
  [test0('/spec/replicas', 3), /is 2, not 3/],
])('%j does not fit', (operation, message) => {
  expect(() => applyOperations(object, [operation])).toThrow(message);
});

const fence = [test0('/metadata/uid', 'u'), test0('/metadata/resourceVersion', '4')];

test('an edit of the object as it is goes in whole', () => {
  const current = [test0('/metadata/uid', 'u'), test0('/metadata/resourceVersion', '5')];
  expect(editConflicts(object, [...current, {op: 'replace', path: '/spec/replicas', value: 3}])).toEqual([]);
  expect(requireFence(current)).toEqual({uid: 'u', resourceVersion: '5'});
  expect(() => requireFence([])).toThrow('the patch has no test of /metadata/uid');
});

test.each<readonly [string, readonly PatchOperation[], readonly string[]]>([
  ['a field nobody else touched is changed', [test0('/spec/replicas', 2), {op: 'replace', path: '/spec/replicas', value: 3}], []],
  ['a new field is added', [{op: 'add', path: '/spec/paused', value: true}], []],
  ['what is wanted is there already', [{op: 'replace', path: '/spec/replicas', value: 2}], []],
  [
    'both values are shown where both changed the field',
    [test0('/spec/replicas', 1), {op: 'replace', path: '/spec/replicas', value: 3}],
    ['/spec/replicas was 1, is 2 now, and was to be 3'],
  ],
  [
    'without a test nobody can tell whose value it is',
    [{op: 'remove', path: '/spec/replicas'}],
    ['/spec/replicas is 2 now, and was to be removed'],
  ],
  ['what is gone is not made again', [{op: 'replace', path: '/spec/none', value: 1}], ['/spec/none is gone, and was to be 1']],
])('of an object that has changed since: %s', (_, operations, conflicts) => {
  expect(editConflicts(object, [...fence, ...operations])).toEqual(conflicts);
});

test('an edit is known again when the server has added to it, and a list counts whole', () => {
  const edit: PatchOperation[] = [
    {op: 'add', path: '/spec/list/-', value: {name: 'z'}},
    {op: 'replace', path: '/spec/replicas', value: 3},
    {op: 'remove', path: '/metadata/labels'},
  ];
  const after = {metadata: {}, spec: {replicas: 3, list: ['x', 'y', {name: 'z', filledIn: true}]}};
  expect(changeOf(object, edit)).toEqual({metadata: {labels: null}, spec: {replicas: 3, list: ['x', 'y', {name: 'z'}]}});
  expect([holdsEdit(object, edit), holdsEdit(after, edit)]).toEqual([false, true]);
  expect(touchedValues(object, edit)).toEqual([{'a/b': '1'}, ['x', 'y'], 2]);
  expect(touchedValues(after, edit)).toEqual([null, after.spec.list, 3]);
});
