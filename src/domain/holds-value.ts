/** Whether everything that is wanted is there; what the server has filled in besides does not count. */
import {canonicalJson} from './canonical-json.ts';
import {isFields} from './fields.ts';

/** Lists must be as long as wanted. */
export function holdsValue(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(live) && live.length === wanted.length && wanted.every((each, index) => holdsValue(live[index], each));
  }
  if (!isFields(wanted)) return canonicalJson(live) === canonicalJson(wanted);
  const there = isFields(live) ? live : {};
  return Object.entries(wanted).every(([name, value]) => holdsValue(there[name], value));
}
