/** Which stored objects name which owner, by the owner's uid. */
import type {OwnerReference} from '../../domain/kube-object.ts';

export type Place = {
  readonly collection: string;
  readonly key: string;
  /** Where given, another object that has taken the name since is none of ours. */
  readonly uid?: string;
};

const none: ReadonlyMap<string, Place> = new Map();

export class DependentIndex {
  readonly #byOwner = new Map<string, Map<string, Place>>();

  update(uid: string, place: Place, owners: readonly OwnerReference[], before: readonly OwnerReference[]): void {
    for (const owner of before) {
      const dependents = this.#byOwner.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#byOwner.delete(owner.uid);
    }
    for (const owner of owners) {
      const dependents = this.#byOwner.get(owner.uid) ?? new Map();
      dependents.set(uid, {...place, uid});
      this.#byOwner.set(owner.uid, dependents);
    }
  }

  of(ownerUid: string): ReadonlyMap<string, Place> {
    return this.#byOwner.get(ownerUid) ?? none;
  }
}
