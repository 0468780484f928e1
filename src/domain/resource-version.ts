/** The order of resourceVersions: decimal numbers of any length, compared without turning them into doubles. */

const decimal = /^[0-9]+$/;

/**
 * Negative, 0 or positive as `a` is older than, the same as or newer than `b`; undefined where the server's versions
 * are no numbers (some aggregated APIs), so that only equality means something, and where an object has none at all.
 */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b && a !== '') return 0;
  if (!decimal.test(a) || !decimal.test(b)) return undefined;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

/** True only where both are comparable and `a` is the older one. */
export function isOlderVersion(a: string, b: string): boolean {
  const order = compareVersions(a, b);
  return order !== undefined && order < 0;
}
