/** Keys typed before there are rows to act on: kept in their order, and pressed when the first rows are there. */
import {type Key, latinKey} from '../ui/keys.ts';

/** What a screen waits for: what the cluster serves, or the first rows of a table. */
export type Awaited = 'kinds' | 'rows';

/** Sets the bounds of the room that a stuck connection may take. */
const keysMax = 500;

export class TypeAhead {
  #keys: Key[] = [];

  /**
   * True when the key has to wait; `atOnce` has the keys that need no rows. While even the kinds are awaited there is no
   * prompt for a filter yet: what follows the first waiting key may be its text, so all of it waits, until Escape.
   */
  holds(key: Key, awaited: Awaited | undefined, atOnce: ReadonlySet<string>): boolean {
    if (awaited === undefined || key.name === 'ctrl-c') return false;
    const isFirst = this.#keys.length === 0;
    const names = [key.name, latinKey(key)?.name ?? key.name];
    if ((isFirst || awaited === 'rows') && names.some(name => atOnce.has(name))) return false;
    if (key.name === 'esc') this.#keys = [];
    else if (this.#keys.length < keysMax) this.#keys.push(key);
    return true;
  }

  take(): readonly Key[] {
    return this.#keys.splice(0);
  }
}
