/** What a write that is no apply does to the owners: it takes the fields that it changes and forgets those that it removes. */
import {type Comparison, changed, compare, filtered} from './compare.ts';
import {difference, type FieldSet, intersection, isEmpty, noFields, pathSet, union, withoutBelow} from './field-set.ts';
import type {Shape} from './field-shape.ts';
import {identityOf, type Manager, type Managers, managersOf} from './managers.ts';

/** Who writes, at which endpoint, when. */
export type Writer = {
  /** '' where the client does not say. */
  readonly name: string;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly now: string;
  /** Fields that the endpoint does not write, whatever the body says. */
  readonly ignored: FieldSet;
};

const UPDATERS_MAX = 10;
const nameless = 'unknown';

/** Written by every client and owned by none. */
const unowned = [
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'generation', 'managedFields', 'resourceVersion'].map(name => [
    'metadata',
    name,
  ]),
].reduce((set, path) => union(set, pathSet(...path.map(name => `f:${name}`))), noFields);

export function ownable(fields: FieldSet): FieldSet {
  return difference(fields, unowned);
}

export function updateManagers(shape: Shape, before: unknown, after: unknown, managers: Managers, writer: Writer): Managers {
  const comparison = filtered(compare(shape, before, after), set => withoutBelow(set, writer.ignored));
  const others = yielded(managers, comparison);
  const taken = ownable(changed(comparison));
  if (isEmpty(taken)) return others;
  const mine: Manager = {
    name: writer.name === '' ? nameless : writer.name,
    operation: 'Update',
    apiVersion: writer.apiVersion,
    subresource: writer.subresource,
    time: writer.now,
    fields: taken,
  };
  const previous = others.get(identityOf(mine));
  const next = previous === undefined ? mine : {...mine, fields: union(previous.fields, taken)};
  return capped(new Map([...others, [identityOf(mine), next]]));
}

/** The managers without what was changed by somebody else or is gone. */
export function yielded(managers: Managers, comparison: Comparison, except?: string): Managers {
  const lost = union(changed(comparison), comparison.removed);
  return managersOf(
    [...managers].map(([identity, manager]) => (identity === except ? manager : {...manager, fields: difference(manager.fields, lost)})),
  );
}

/** Fields of each manager that the change touches. */
export function touched(managers: Managers, comparison: Comparison, except: string): ReadonlyMap<string, FieldSet> {
  const touch = changed(comparison);
  const found = [...managers]
    .filter(([identity]) => identity !== except)
    .map(([identity, {fields}]) => [identity, intersection(fields, touch)] as const);
  return new Map(found.filter(([, fields]) => !isEmpty(fields)));
}

/** The oldest updaters of one version become one, when there are too many. */
function capped(managers: Managers): Managers {
  const updaters = [...managers.values()]
    .filter(({operation}) => operation === 'Update')
    .sort((left, right) => ((left.time ?? '') < (right.time ?? '') ? -1 : 1));
  let count = updaters.length;
  if (count <= UPDATERS_MAX) return managers;
  const left = new Map(managers);
  const oldest = new Map<string, Manager>();
  for (const updater of updaters) {
    if (count <= UPDATERS_MAX) break;
    const first = oldest.get(updater.apiVersion);
    if (first === undefined) {
      oldest.set(updater.apiVersion, updater);
      continue;
    }
    const bucket = {...updater, name: 'ancient-changes', subresource: '', fields: union(first.fields, updater.fields)};
    left.delete(identityOf(first));
    left.delete(identityOf(updater));
    left.set(identityOf(bucket), bucket);
    oldest.set(updater.apiVersion, bucket);
    count--;
  }
  return left;
}
