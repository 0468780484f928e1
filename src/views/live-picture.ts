/** One picture as it goes on: its sources while somebody looks, and the pod that is at hand. */
import {phrase} from '../domain/messages/phrase.ts';

import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Seen} from './define-view.ts';
import {type LastRun, LastRunReader} from './last-run.ts';
import type {Picture, PictureDrawing, PictureTarget} from './picture.ts';
import type {LineMaker} from './plan-lines.ts';
import type {PodChosen} from './pod-bindings.ts';
import {RelatedRows} from './related-rows.ts';
import type {ScreenContext} from './screen.ts';

const rowsMax = 5_000;

export class LivePicture {
  readonly #context: ScreenContext;
  readonly #drawing: PictureDrawing;
  readonly #related = new Map<string, RelatedRows>();
  readonly #runs = new Map<string, LastRunReader>();
  #version: string | undefined;
  #pods: readonly PodChosen[] = [];
  /** By name, since pods come and go. */
  #atHand: string | undefined;

  constructor(context: ScreenContext, picture: Picture, target: PictureTarget) {
    this.#context = context;
    this.#drawing = picture.start(target);
    const {session, clock} = context;
    for (const related of picture.sources(target)) {
      const resource = session.pick(related.resource);
      if (resource === undefined) continue;
      const {namespace, labelSelector, fieldSelector} = related;
      const lease = session.acquire<unknown>({
        resource,
        ...(namespace !== undefined && resource.isNamespaced && {namespace}),
        ...(labelSelector !== undefined && {labelSelector}),
        ...(fieldSelector !== undefined && {fieldSelector}),
        form: 'object',
        projection: {name: `${picture.name}/${related.name}`, project: object => related.facts(object, clock.now())},
        rowsMax,
      });
      this.#related.set(related.name, new RelatedRows(lease));
    }
    for (const {name, runbooks, read} of picture.runs?.(target) ?? []) this.#runs.set(name, new LastRunReader(runbooks, read));
    this.refresh();
  }

  /** True where something came in. */
  refresh(): boolean {
    const version = [...this.#related.values()].map(({lease}) => `${lease.collection.versions.all}/${lease.status().state}`).join(' ');
    if (version === this.#version) return false;
    this.#version = version;
    this.#pods = this.#drawing.take(this.#seen());
    return true;
  }

  isSettled(): boolean {
    return [...this.#related.values()].every(({lease}) => lease.status().state !== 'syncing');
  }

  lines(maker: LineMaker): readonly PaneLine[] {
    if (!this.isSettled()) return [{segments: [{text: ` ${maker.say(phrase('screen.syncing'))}`, tone: 'dim'}]}];
    return this.#drawing.draw(this.#seen(), maker, this.pod());
  }

  pods(): readonly PodChosen[] {
    return this.#pods;
  }

  /** The one at hand. */
  pod(): PodChosen | undefined {
    return this.#pods.find(({name}) => name === this.#atHand) ?? this.#pods[0];
  }

  move(by: number): void {
    const pod = this.pod();
    const at = pod === undefined ? 0 : this.#pods.indexOf(pod);
    this.#atHand = this.#pods[Math.max(0, Math.min(at + by, this.#pods.length - 1))]?.name;
    this.#context.draw();
  }

  /** The next one, after the last the first. */
  turn(): void {
    const pod = this.pod();
    const at = pod === undefined ? -1 : this.#pods.indexOf(pod);
    this.#atHand = this.#pods[(at + 1) % Math.max(1, this.#pods.length)]?.name;
    this.#context.draw();
  }

  close(): void {
    for (const {lease} of this.#related.values()) lease.release();
  }

  #seen(): Seen {
    const now = this.#context.clock.now();
    const sources = [...this.#related.values()];
    return {
      now,
      asOf: Math.min(now, ...sources.map(source => source.asOf(now))),
      isRead: name => this.#related.get(name)?.isRead() !== false,
      lastRun: <Facts>(name: string) => (this.#runs.get(name)?.look(this.#context.session.desk()) ?? {kind: 'unknown'}) as LastRun<Facts>,
      related: <Facts>(name: string) => this.#related.get(name)?.rows() as readonly Facts[] | undefined,
    };
  }
}
