/** JSON merge patch (RFC 7396): objects merge, null removes, everything else replaces. */
import {type Fields, isFields} from '../../domain/fields.ts';

export function mergePatch(target: unknown, patch: Fields): Fields {
  const merged: Record<string, unknown> = isFields(target) ? {...target} : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isFields(value) ? mergePatch(merged[key], value) : value;
  }
  return merged;
}
