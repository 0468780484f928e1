/** Sets of fields of one object, as metadata.managedFields holds them: a tree of path elements, some of which are in the set. */

/** Path elements are written as on the wire: `f:spec`, `k:{"name":"c"}`, `v:"x"`. */
export type FieldSet = {
  /** The field itself is in the set, whatever becomes of those below it. */
  readonly isMember: boolean;
  readonly below: ReadonlyMap<string, FieldSet>;
};

export const noFields: FieldSet = {isMember: false, below: new Map()};
export const oneField: FieldSet = {isMember: true, below: new Map()};

export function isEmpty({isMember, below}: FieldSet): boolean {
  return !isMember && below.size === 0;
}

/** Empty children are left out. */
export function fieldSet(isMember: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  return {isMember, below: new Map([...children].filter(([, child]) => !isEmpty(child)))};
}

/** The set of one path. */
export function pathSet(...path: readonly string[]): FieldSet {
  return path.reduceRight<FieldSet>((below, element) => fieldSet(false, [[element, below]]), oneField);
}

export function at(set: FieldSet, element: string): FieldSet {
  return set.below.get(element) ?? noFields;
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (isEmpty(right)) return left;
  if (isEmpty(left)) return right;
  const below = new Map(left.below);
  for (const [element, child] of right.below) below.set(element, union(at(left, element), child));
  return {isMember: left.isMember || right.isMember, below};
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  const shared = [...left.below].map(([element, child]) => [element, intersection(child, at(right, element))] as const);
  return fieldSet(left.isMember && right.isMember, shared);
}

/** What is in the left set and not in the right one; what is below a field of the right one stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  if (isEmpty(right)) return left;
  const kept = [...left.below].map(([element, child]) => [element, difference(child, at(right, element))] as const);
  return fieldSet(left.isMember && !right.isMember, kept);
}

/** The same, taking away all that is below a field of the right set. */
export function withoutBelow(left: FieldSet, right: FieldSet): FieldSet {
  if (right.isMember) return noFields;
  const kept = [...left.below].map(([element, child]) => [element, withoutBelow(child, at(right, element))] as const);
  return fieldSet(left.isMember, kept);
}

/** Every path of the set, in order of its elements. */
export function paths(set: FieldSet, path: readonly string[] = []): readonly (readonly string[])[] {
  const own = set.isMember ? [path] : [];
  return [...own, ...sorted(set).flatMap(([element, child]) => paths(child, [...path, element]))];
}

export function sorted({below}: FieldSet): ReadonlyArray<readonly [string, FieldSet]> {
  return [...below].sort(([left], [right]) => (left < right ? -1 : 1));
}
