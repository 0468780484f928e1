/** An object as a person edits it, and the patch that what was edited comes to. */
import {stringify} from 'yaml';
import {canonicalJson} from './canonical-json.ts';
import {type Fields, isFields} from './fields.ts';
import type {KubeObject} from './kube-object.ts';
import {diffPatch} from './merge-patch.ts';
import {type Phrase, phrase} from './messages/phrase.ts';
import {parseDocument} from './typed-document.ts';

export type DraftForm = 'merge-patch' | 'json-patch';

export type DraftPatch =
  | {readonly kind: 'patch'; readonly patch: Fields | readonly unknown[]}
  | {readonly kind: 'unchanged'}
  | {readonly kind: 'wrong'; readonly why: Phrase};

/** Of the server, and of the controller: nobody edits them. */
const serverFields: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

export function draftText(object: KubeObject): string {
  return stringify(editable(object), {lineWidth: 0});
}

export function draftPatch(object: KubeObject, text: string, form: DraftForm): DraftPatch {
  const parsed = parseDocument(text);
  if ('error' in parsed) return {kind: 'wrong', why: phrase('form.notDocument', parsed.error)};
  if (!isFields(parsed.value)) return {kind: 'wrong', why: phrase('form.notFields')};
  const [before, after] = [editable(object), parsed.value];
  const named = identityOf(before).find(([name, value]) => canonicalJson(value ?? null) !== canonicalJson(valueAt(after, name) ?? null));
  if (named !== undefined) return {kind: 'wrong', why: phrase('draft.identity', named[0])};
  if (canonicalJson(before) === canonicalJson(after)) return {kind: 'unchanged'};
  return {kind: 'patch', patch: form === 'merge-patch' ? diffPatch(before, after) : jsonPatch(object, before, after)};
}

function editable({status: _, ...object}: KubeObject): Fields {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([name]) => !serverFields.has(name)));
  return {...object, metadata};
}

function identityOf(object: Fields): readonly (readonly [string, unknown])[] {
  return ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'].map(name => [name, valueAt(object, name)]);
}

function valueAt(object: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (isFields(value) ? value[step] : undefined), object);
}

/** Bound to the object as it was read; each changed value is tested first, so that an edit of others in between is noticed. */
function jsonPatch({metadata: {uid, resourceVersion}}: KubeObject, before: Fields, after: Fields): readonly unknown[] {
  const operations: unknown[] = [
    {op: 'test', path: '/metadata/uid', value: uid},
    {op: 'test', path: '/metadata/resourceVersion', value: resourceVersion},
  ];
  compare('', before, after, operations);
  return operations;
}

function compare(path: string, before: Fields, after: Fields, operations: unknown[]): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const [left, right] = [before[name], after[name]];
    if (canonicalJson(left ?? null) === canonicalJson(right ?? null)) continue;
    if (isFields(left) && isFields(right)) compare(at, left, right, operations);
    else if (left === undefined) operations.push({op: 'add', path: at, value: right});
    else {
      operations.push({op: 'test', path: at, value: left});
      operations.push(right === undefined || right === null ? {op: 'remove', path: at} : {op: 'replace', path: at, value: right});
    }
  }
}
