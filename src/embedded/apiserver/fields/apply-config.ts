/** Server-side apply: the object with a manager's configuration in it, and the owners after that. */
import {isDeepStrictEqual} from 'node:util';
import type {Fields} from '../../../domain/fields.ts';
import {isFields} from '../../../domain/fields.ts';
import {compare, filtered} from './compare.ts';
import {difference, type FieldSet, intersection, noFields, union, withoutBelow} from './field-set.ts';
import {fieldsOf} from './field-set-of.ts';
import type {Shape} from './field-shape.ts';
import {identityOf, type Manager, type Managers} from './managers.ts';
import {mergeConfig} from './merge.ts';
import {removeFields, withNamedFields} from './remove-fields.ts';
import {ownable, touched, type Writer, yielded} from './update-managers.ts';

export type Applied = {readonly object: Fields; readonly managers: Managers};

/** Fields that others own and the configuration would change; by the identity of the manager. */
export type Conflicts = ReadonlyMap<string, FieldSet>;

/** `force`: take the fields in conflict from their owners. */
export function applyConfig(
  shape: Shape,
  live: Fields,
  config: Fields,
  managers: Managers,
  writer: Writer,
  force: boolean,
): Applied | {readonly conflicts: Conflicts} {
  const keep = (set: FieldSet) => withoutBelow(set, writer.ignored);
  const identity = identityOf({...writer, operation: 'Apply'});
  const last = managers.get(identity);
  const applied: Manager = {
    name: writer.name,
    operation: 'Apply',
    apiVersion: writer.apiVersion,
    subresource: writer.subresource,
    time: last?.time,
    fields: keep(fieldsOf(shape, config)),
  };
  const owners: Managers = new Map([...managers, [identity, applied]]);
  const merged = mergeConfig(shape, live, config);
  const object = last === undefined ? merged : prune(shape, merged, owners, last.fields);
  const comparison = filtered(compare(shape, live, object), keep);
  const conflicts = touched(owners, comparison, identity);
  if (!force && conflicts.size > 0) return {conflicts};
  const isSame = isDeepStrictEqual(live, object);
  const own = {...applied, fields: ownable(applied.fields), time: isSame ? applied.time : writer.now};
  const next = yielded(new Map([...owners, [identity, own]]), comparison, identity);
  return {object: isFields(object) ? object : {}, managers: next};
}

/** Takes away what the manager applied last time, does not apply now, and nobody else owns. */
function prune(shape: Shape, merged: unknown, owners: Managers, last: FieldSet): unknown {
  const named = (set: FieldSet) => withNamedFields(shape, set);
  const lastNamed = named(last);
  const all = named(fieldsOf(shape, merged));
  const owned = named([...owners.values()].reduce((set, {fields}) => union(set, fields), noFields));
  const bare = named(fieldsOf(shape, removeFields(shape, merged, lastNamed) ?? {}));
  const restored = removeFields(shape, merged, difference(all, union(bare, owned))) ?? {};
  const kept = named(fieldsOf(shape, restored));
  return removeFields(shape, merged, intersection(difference(all, kept), lastNamed)) ?? {};
}
