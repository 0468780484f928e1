/** The objects of one kind by key, scanned in key order. */
import type {KubeObject} from '../../domain/kube-object.ts';

export class Collection {
  #objects = new Map<string, KubeObject>();
  /** Sorted keys; undefined after a key came or went, until the next scan. */
  #keys: string[] | undefined;

  get size(): number {
    return this.#objects.size;
  }

  /** Objects are never changed in place, so both may hold the same ones. */
  copy(): Collection {
    const copy = new Collection();
    copy.#objects = new Map(this.#objects);
    copy.#keys = this.#keys;
    return copy;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  set(key: string, object: KubeObject): void {
    if (!this.#objects.has(key)) this.#keys = undefined;
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#keys = undefined;
  }

  *scan(prefix: string, after: string): Generator<KubeObject> {
    this.#keys ??= [...this.#objects.keys()].sort(compareKeys);
    const keys = this.#keys;
    const first = after === '' ? prefix : after;
    for (let index = lowerBound(keys, first); index < keys.length; index++) {
      const key = keys[index];
      if (key === undefined || !key.startsWith(prefix)) return;
      const object = key === after ? undefined : this.#objects.get(key);
      if (object !== undefined) yield object;
    }
  }
}

function compareKeys(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function lowerBound(keys: readonly string[], wanted: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
