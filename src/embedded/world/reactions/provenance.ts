/** Tells what the world itself has written from what others have, and remembers what others have touched. */
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {Ref, Witness} from '../world-client.ts';
import {type Subject, subjectOf, subjectOfObject} from './subject.ts';

export type WatchEvent = {readonly type: string; readonly object: KubeObject};

/** Writes whose events are still under way. */
const rememberedMax = 4000;

/** A scene wants to write about what a person has in hand. */
export class Touched extends Error {
  constructor(subject: Subject) {
    super(`${subject} is in other hands`);
    this.name = 'Touched';
  }
}

export class Provenance {
  readonly #versions = new Bounded();
  readonly #removed = new Bounded();
  readonly #touched = new Set<Subject>();

  /** For clients of the world. */
  witness(): Witness {
    return {after: (ref, answer) => this.#note(ref, answer)};
  }

  /** For clients of scenes, which leave alone what others have touched. */
  shyWitness(): Witness {
    return {
      before: ref => {
        const subject = subjectOf(ref);
        // The status of a group is counted, whoever does it.
        if (subject !== undefined && ref.kind !== 'NodeGroup' && this.isTouched(subject)) throw new Touched(subject);
      },
      after: (ref, answer) => this.#note(ref, answer),
    };
  }

  /** undefined where the world itself did it, or nobody looks after it; else what was touched. */
  subjectTouchedBy({type, object}: WatchEvent): Subject | undefined {
    const {resourceVersion, name, namespace} = object.metadata;
    if (this.#versions.has(resourceVersion)) return undefined;
    if (type === 'DELETED' && this.#removed.take(keyOf({kind: object.kind ?? '', name, namespace}))) return undefined;
    return subjectOfObject(object);
  }

  touch(subject: Subject): void {
    this.#touched.add(subject);
  }

  isTouched(subject: Subject): boolean {
    const machine = subject.replace(/^node\//, 'machine/');
    return this.#touched.has(subject) || this.#touched.has(machine);
  }

  #note(ref: Ref, {metadata}: KubeObject): void {
    const {resourceVersion, deletionTimestamp} = metadata ?? {};
    if (resourceVersion !== undefined) this.#versions.add(resourceVersion);
    // Of a deletion comes a status, not an object; the last finalizer ends an object too.
    if (resourceVersion === undefined || deletionTimestamp !== undefined) this.#removed.add(keyOf(ref));
  }
}

function keyOf({kind, name, namespace = ''}: Pick<Ref, 'kind' | 'name'> & {readonly namespace?: string | undefined}): string {
  return `${kind}/${namespace}/${name}`;
}

/** Forgets the oldest. */
class Bounded {
  readonly #items = new Set<string>();

  add(item: string): void {
    this.#items.delete(item);
    this.#items.add(item);
    const [oldest] = this.#items;
    if (this.#items.size > rememberedMax && oldest !== undefined) this.#items.delete(oldest);
  }

  has(item: string): boolean {
    return this.#items.has(item);
  }

  /** A name may come again: what is told of it counts once. */
  take(item: string): boolean {
    return this.#items.delete(item);
  }
}
