/** JSON merge patch (RFC 7396): objects merge, null removes, everything else replaces. */
import {canonicalJson} from './canonical-json.ts';
import {type Fields, isFields} from './fields.ts';

export function mergePatch(target: unknown, patch: Fields): Fields {
  const merged: Record<string, unknown> = isFields(target) ? {...target} : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isFields(value) ? mergePatch(merged[key], value) : value;
  }
  return merged;
}

/** The patch would change nothing. */
export function isPatched(target: unknown, patch: Fields): boolean {
  return Object.entries(patch).every(([key, value]) => {
    const current = isFields(target) ? target[key] : undefined;
    if (value === null) return current === undefined || current === null;
    if (!isFields(value)) return canonicalJson(current) === canonicalJson(value);
    // Removing from what is not there changes nothing; an empty object is a value.
    return isFields(current) || (Object.keys(value).length > 0 && current === undefined) ? isPatched(current, value) : false;
  });
}

/** The patch that puts back what `patch` changes in `before`: fields that were absent are removed again. */
export function inversePatch(before: unknown, patch: Fields): Fields {
  const inverse: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const current = isFields(before) ? before[key] : undefined;
    if (isFields(value) && isFields(current)) inverse[key] = inversePatch(current, value);
    else inverse[key] = current ?? null;
  }
  return inverse;
}

/** The least merge patch that turns `from` into `to`. */
export function diffPatch(from: Fields, to: Fields): Fields {
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [left, right] = [from[key], to[key]];
    if (right === undefined) patch[key] = null;
    else if (isFields(left) && isFields(right)) {
      const inner = diffPatch(left, right);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (canonicalJson(left) !== canonicalJson(right)) patch[key] = right;
  }
  return patch;
}
