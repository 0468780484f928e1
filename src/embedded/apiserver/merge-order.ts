/** The order of a merged list: what the patch names in the patch's order, the rest where the server had it, as far as both agree. */

export function inOrder<T>(
  merged: readonly T[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  identity: (item: unknown) => unknown,
): readonly T[] {
  const inPatch = positions(patchOrder, identity);
  const onServer = positions(serverOrder, identity);
  const place = (order: ReadonlyMap<unknown, number>, item: T) => order.get(identity(item)) ?? Number.MAX_SAFE_INTEGER;
  const named = merged.filter(item => inPatch.has(identity(item))).sort((a, b) => place(inPatch, a) - place(inPatch, b));
  const others = merged.filter(item => !inPatch.has(identity(item))).sort((a, b) => place(onServer, a) - place(onServer, b));
  const result: T[] = [];
  let next = 0;
  for (const item of named) {
    const at = onServer.get(identity(item));
    while (at !== undefined && next < others.length && isBefore(onServer.get(identity(others[next])), at)) {
      const other = others[next];
      if (other !== undefined) result.push(other);
      next += 1;
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}

function isBefore(position: number | undefined, limit: number): boolean {
  return position !== undefined && position < limit;
}

/** The first place of each item. */
function positions(list: readonly unknown[], identity: (item: unknown) => unknown): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>();
  for (const [index, item] of list.entries()) if (!found.has(identity(item))) found.set(identity(item), index);
  return found;
}
