/**
 * Takes recorded writes back, against the world as it is now: what somebody else has changed since is never overwritten,
 * and what is back already is left alone.
 */
import {type Fields, isFields, readFields, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {Effect, KubeWrite} from '../domain/kube-write.ts';
import {isPatched} from '../domain/merge-patch.ts';
import {describeRef, type ObjectRef} from '../domain/object-ref.ts';
import {masked} from '../domain/page/secret-text.ts';
import type {Words} from '../domain/words.ts';
import {Refusal} from './define-runbook.ts';
import {runAnnotation} from './perform-effect.ts';
import {readRef} from './plan-run.ts';
import type {Reader} from './reader.ts';

export type Recorded = {
  readonly kind: Effect['kind'];
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly subresource: string | undefined;
  readonly patch: Fields;
  readonly inverse: Fields | undefined;
  readonly before: Fields | undefined;
};

const obstacles = {
  'not-ours': {en: 'it is not the one that this run made', ru: 'это не тот объект, что создал этот запуск'},
  leaving: {en: 'it is still on its way out', ru: 'он ещё удаляется'},
  'not-recorded': {en: 'what stood there before was not recorded', ru: 'прежнее содержимое не записано'},
  'not-whole': {en: 'what stood there before was not recorded whole', ru: 'прежнее содержимое записано не целиком'},
  gone: {en: 'it is gone', ru: 'его больше нет'},
  'made-anew': {en: 'it was deleted and made anew', ru: 'его удалили и создали заново'},
  'changed-since': {en: 'somebody has changed it since', ru: 'с тех пор его кто-то изменил'},
  secret: {en: 'what stood there before is a secret, which was not recorded', ru: 'прежнее содержимое — секрет, его не записывали'},
  'holds-secret': {
    en: 'what stood there before holds a secret, which was not recorded',
    ru: 'в прежнем содержимом был секрет, его не записывали',
  },
} as const satisfies Readonly<Record<string, Words>>;

/** undefined for what has no object: a command in a container. */
export function readRecorded(effect: unknown): Recorded | undefined {
  if (!isFields(effect) || !isFields(effect.ref)) return undefined;
  const kind = (['patch', 'replace', 'create', 'delete', 'evict'] as const).find(each => each === effect.kind);
  if (kind === undefined) return undefined;
  return {
    kind,
    ref: readRef(effect.ref),
    uid: readString(effect, 'uid') ?? '',
    subresource: readString(effect, 'subresource'),
    patch: readFields(effect, 'patch'),
    inverse: isFields(effect.inverse) ? effect.inverse : undefined,
    before: isFields(effect.before) ? effect.before : undefined,
  };
}

/** The last first. Throws Refusal where taking back would overwrite somebody else's change, or lacks what it needs. */
export async function inverseWrites(reader: Reader, recorded: readonly Recorded[], key: string): Promise<readonly KubeWrite[]> {
  const writes: KubeWrite[] = [];
  for (const effect of recorded.toReversed()) {
    const live = await reader.get(effect.ref);
    const write = inverseOf(effect, live, key);
    if (write !== undefined) writes.push(write);
  }
  return writes;
}

function inverseOf(effect: Recorded, live: KubeObject | undefined, key: string): KubeWrite | undefined {
  const {ref} = effect;
  switch (effect.kind) {
    case 'patch':
      return inversePatchOf(effect, live);
    case 'replace':
      return inverseReplaceOf(effect, live);
    case 'create':
      if (live === undefined || live.metadata.deletionTimestamp !== undefined) return undefined;
      if (live.metadata.annotations?.[runAnnotation] !== key) throw changed(ref, 'not-ours');
      return {kind: 'delete', ref, uid: live.metadata.uid, propagation: 'Background'};
    case 'delete':
      if (live !== undefined && live.metadata.uid !== effect.uid) return undefined;
      if (live !== undefined) throw changed(ref, 'leaving');
      return {kind: 'create', ref, object: forCreation(effect)};
    case 'evict':
    case 'exec':
    case 'save':
      return undefined;
  }
}

function inversePatchOf({ref, uid, subresource, patch, inverse}: Recorded, live: KubeObject | undefined): KubeWrite | undefined {
  if (inverse === undefined) throw changed(ref, 'not-recorded');
  if (live === undefined) throw changed(ref, 'gone');
  if (live.metadata.uid !== uid) throw changed(ref, 'made-anew');
  if (isPatched(live, inverse)) return undefined;
  if (holdsSecret(inverse)) throw changed(ref, 'secret');
  if (!isPatched(live, patch)) throw changed(ref, 'changed-since');
  const part = subresource === undefined ? {} : {subresource};
  return {kind: 'patch', ref, uid, resourceVersion: live.metadata.resourceVersion, patch: inverse, ...part};
}

function inverseReplaceOf({ref, uid, patch, before}: Recorded, live: KubeObject | undefined): KubeWrite | undefined {
  if (before === undefined || holdsSecret(before)) throw changed(ref, 'not-whole');
  if (live === undefined) throw changed(ref, 'gone');
  if (live.metadata.uid !== uid) throw changed(ref, 'made-anew');
  const {metadata: was, ...content} = before;
  const {metadata: set, ...setContent} = patch;
  if (isPatched(live, content) && sameLabels(live, was)) return undefined;
  if (!isPatched(live, setContent) || !sameLabels(live, set)) throw changed(ref, 'changed-since');
  const {resourceVersion} = live.metadata;
  return {kind: 'replace', ref, uid, resourceVersion, object: {...before, metadata: {...(isFields(was) ? was : {}), uid, resourceVersion}}};
}

function sameLabels({metadata}: KubeObject, other: unknown): boolean {
  const {labels = {}, annotations = {}} = isFields(other) ? other : {};
  return isPatched(metadata, {labels, annotations});
}

/** Without what only the server sets. */
function forCreation({ref, before}: Recorded): Fields {
  if (before === undefined || ref.kind.kind === 'Secret' || holdsSecret(before)) throw changed(ref, 'holds-secret');
  const {labels, annotations, ownerReferences} = readFields(before, 'metadata');
  const metadata = Object.fromEntries(Object.entries({labels, annotations, ownerReferences}).filter(([, value]) => value !== undefined));
  return {...before, metadata};
}

function holdsSecret(fields: Fields): boolean {
  return JSON.stringify(fields).includes(masked);
}

function changed(ref: ObjectRef, why: keyof typeof obstacles): Refusal {
  const {en, ru} = obstacles[why];
  return new Refusal('UndoRefused', {en: `${describeRef(ref)} cannot be put back: ${en}`, ru: `${describeRef(ref)} не вернуть: ${ru}`});
}
