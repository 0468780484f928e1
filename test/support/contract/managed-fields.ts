/** metadata.managedFields in a form that expectations can hold against. */
import type {Json} from './contract-client.ts';

/** `one Apply`, `two Update status`: which fields each manager has. */
export function ownersOf(object: Json): Record<string, Json> {
  const entries = (object.metadata.managedFields ?? []).map((entry: Json) => {
    const place = entry.subresource === undefined ? '' : ` ${entry.subresource}`;
    return [`${entry.manager} ${entry.operation}${place}`, entry.fieldsV1];
  });
  return Object.fromEntries(entries);
}
