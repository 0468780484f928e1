/** Order of versions by semver.org's rules; `v` in front and missing parts are allowed: `v1.71`. */

export type Version = {
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** [] for a release. */
  readonly preRelease: readonly string[];
};

export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(?:-([0-9a-z.-]+))?(?:\+[0-9a-z.-]*)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, major, minor, patch, preRelease] = match;
  return {numbers: [Number(major), Number(minor ?? 0), Number(patch ?? 0)], preRelease: preRelease?.split('.') ?? []};
}

/** Build metadata does not count. */
export function compareVersions(left: Version, right: Version): number {
  for (const index of [0, 1, 2] as const) {
    const difference = left.numbers[index] - right.numbers[index];
    if (difference !== 0) return difference;
  }
  // A release stands above its own pre-releases.
  if (left.preRelease.length === 0 || right.preRelease.length === 0) return right.preRelease.length - left.preRelease.length;
  return comparePreReleases(left.preRelease, right.preRelease);
}

function comparePreReleases(left: readonly string[], right: readonly string[]): number {
  for (const [index, a] of left.entries()) {
    const b = right[index];
    if (b === undefined) return 1;
    const difference = compareIdentifiers(a, b);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareIdentifiers(a: string, b: string): number {
  const isNumberA = /^\d+$/.test(a);
  const isNumberB = /^\d+$/.test(b);
  if (isNumberA && isNumberB) return Number(a) - Number(b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
