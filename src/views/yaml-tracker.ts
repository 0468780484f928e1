/** The YAML of an object over time: masked, folded, with the lines that changed in the last seconds marked. */
import type {KubeObject} from '../domain/kube-object.ts';
import type {Phrase} from '../domain/messages/phrase.ts';
import {changedLines} from '../domain/page/changed-lines.ts';
import {maskObject} from '../domain/page/mask.ts';
import {foldedAtFirst, type Line, yamlLines} from '../domain/page/yaml-lines.ts';
import type {PaneLine} from '../ui/text-pane-state.ts';
import {freshMs} from './table-model.ts';

export class YamlTracker {
  #object: KubeObject | undefined;
  #lines: readonly Line[] = [];
  #markedUntil = new Map<string, number>();
  #folded: ReadonlySet<string> = foldedAtFirst;
  readonly #say: (phrase: Phrase) => string;
  #shown: {readonly of: readonly Line[]; readonly marks: number; readonly lines: readonly PaneLine[]} | undefined;

  constructor(say: (phrase: Phrase) => string) {
    this.#say = say;
  }

  take(object: KubeObject, now: number): void {
    if (object === this.#object) return;
    const isFirst = this.#object === undefined;
    this.#object = object;
    const before = this.#lines;
    this.#lines = this.#make(object);
    if (!isFirst) for (const path of changedLines(before, this.#lines)) this.#markedUntil.set(path, now + freshMs);
  }

  /** `path` as in Line. */
  toggleFold(path: string): void {
    this.#folded = this.#folded.has(path) ? new Set([...this.#folded].filter(other => other !== path)) : new Set([...this.#folded, path]);
    if (this.#object !== undefined) this.#lines = this.#make(this.#object);
  }

  /** The same array as before while nothing changed, so that the screen need not be drawn. */
  lines(now: number): readonly PaneLine[] {
    for (const [path, until] of this.#markedUntil) if (until <= now) this.#markedUntil.delete(path);
    const marks = this.#markedUntil.size;
    if (this.#shown?.of !== this.#lines || this.#shown.marks !== marks) {
      this.#shown = {of: this.#lines, marks, lines: this.#lines.map(line => this.#paneLine(line))};
    }
    return this.#shown.lines;
  }

  #make(object: KubeObject): readonly Line[] {
    return yamlLines(maskObject(object), this.#folded);
  }

  #paneLine({path, text, note}: Line): PaneLine {
    const isMarked = this.#markedUntil.has(path);
    const key = /^(\s*(?:- )*)([^\s:][^:]*:)(.*)$/.exec(text);
    const segments = key === null ? [{text}] : [{text: key[1] ?? ''}, {text: key[2] ?? '', tone: 'accent' as const}, {text: key[3] ?? ''}];
    const all = note === undefined ? segments : [...segments, {text: ` ${this.#say(note)}`, tone: 'dim' as const}];
    return isMarked ? {segments: all, isMarked} : {segments: all};
  }
}
