/** What a person makes of an object in the editor, as a patch that undoes nobody else's work. */
import {describe, expect, test} from 'vitest';
import {sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import {draftPatch, draftText} from '../../../src/domain/object-draft.ts';
import {annotate, node, set} from '../../support/objects.ts';

const object = node(
  'worker-1',
  annotate('team', 'sre'),
  set('spec', {unschedulable: false, taints: [{key: 'a'}]}),
  set('status', {phase: 'x'}),
);
const text = draftText(object);

test('the draft has neither status nor what the server writes', () => {
  expect(text).toContain('name: worker-1');
  expect(text).not.toMatch(/status|resourceVersion|uid|creationTimestamp/);
});

test('left as it is, it is no patch', () => {
  expect(draftPatch(object, `# a remark\n${text}`, 'json-patch')).toEqual({kind: 'unchanged'});
});

describe('a change', () => {
  const changed = text
    .replace('unschedulable: false', 'unschedulable: true')
    .replace('team: sre', 'a/b: c')
    .replace('- key: a', '- key: b');

  test('is a JSON Patch bound to the object, each value tested before it goes', () => {
    expect(draftPatch(object, changed, 'json-patch')).toEqual({
      kind: 'patch',
      patch: [
        {op: 'test', path: '/metadata/uid', value: 'Node-worker-1'},
        {op: 'test', path: '/metadata/resourceVersion', value: '1'},
        {op: 'test', path: '/metadata/annotations/team', value: 'sre'},
        {op: 'remove', path: '/metadata/annotations/team'},
        {op: 'add', path: '/metadata/annotations/a~1b', value: 'c'},
        {op: 'test', path: '/spec/unschedulable', value: false},
        {op: 'replace', path: '/spec/unschedulable', value: true},
        {op: 'test', path: '/spec/taints', value: [{key: 'a'}]},
        {op: 'replace', path: '/spec/taints', value: [{key: 'b'}]},
      ],
    });
  });

  test('is the least merge patch where the runbook takes one', () => {
    expect(draftPatch(object, changed, 'merge-patch')).toEqual({
      kind: 'patch',
      patch: {metadata: {annotations: {team: null, 'a/b': 'c'}}, spec: {unschedulable: true, taints: [{key: 'b'}]}},
    });
  });
});

test.each([
  ['no YAML', 'a: [', /^is no YAML or JSON: /],
  ['no object', '- a', /^must be an object/],
  ['another name', text.replace('worker-1', 'worker-2'), /^metadata\.name names the object and stays as it is$/],
  ['another kind', text.replace('kind: Node', 'kind: Pod'), /^kind names the object/],
])('%s is told', (_, edited, said) => {
  const draft = draftPatch(object, edited, 'json-patch');
  expect(draft.kind === 'wrong' && sayInEnglish(draft.why)).toMatch(said);
});
