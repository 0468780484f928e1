/** What of an object two runs may be compared by. */
import {isFields} from '../../src/domain/fields.ts';

/** What is left of an object when times, versions and the server's own fields are taken away: what two runs may be compared by. */
export function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (!isFields(value)) return value;
  const {metadata, ...rest} = value;
  const kept = Object.fromEntries(Object.entries(rest).map(([name, inner]) => [name, essence(inner)]));
  if (!isFields(metadata)) return kept;
  const {
    uid: _,
    resourceVersion: __,
    generation: ___,
    creationTimestamp: ____,
    managedFields: _____,
    deletionTimestamp: ______,
    ...meta
  } = metadata;
  return {...kept, metadata: meta};
}
