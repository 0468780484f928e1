/** Hears what others do to the world and plays what the platform answers; each subject by itself, all at once. */
import type {Clock, Timer} from '../../../domain/clock.ts';
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {KubePort} from '../../../domain/kube-port.ts';
import {followKind} from '../follow-kind.ts';
import type {Stage} from '../life.ts';
import {second} from '../seeding.ts';
import {collectionPath} from '../world-client.ts';
import type {Provenance} from './provenance.ts';
import type {Play, ReactionStage} from './reaction.ts';
import {type Subject, subjectOfObject, watchedKinds} from './subject.ts';

/** Long enough for the answer to a write of our own to be there before its event is judged. */
const hearMs = 150;
/** Something in the way was changed or deleted at the same moment. */
const retryMs = 2 * second;
const triesMax = 4;

export type ReactionParts = {
  readonly port: KubePort;
  readonly clock: Clock;
  readonly stage: Stage;
  readonly provenance: Provenance;
  /** By the first word of the subject. */
  readonly plays: Readonly<Record<string, Play>>;
};

export class Reactions {
  readonly #parts: ReactionParts;
  readonly #stage: ReactionStage;
  readonly #ongoing = new Map<Subject, {steps: AsyncGenerator<number>; isStale: boolean; tries: number; timer: Timer}>();
  readonly #hearing = new Set<Timer>();
  readonly #followed: readonly {stop(): void}[];
  #isStopped = false;

  constructor(parts: ReactionParts) {
    this.#parts = parts;
    this.#stage = {
      ...parts.stage,
      look: subject => this.look(subject),
      claim: subject => parts.provenance.touch(subject),
      lookAtOwner: object => this.lookAtOwner(object),
    };
    const {port, clock} = parts;
    this.#followed = watchedKinds.map(([apiVersion, kind]) =>
      followKind(port, clock, collectionPath({apiVersion, kind, metadata: {name: ''}}), ({type, object}) =>
        this.#hear(type, {apiVersion, kind, ...object}),
      ),
    );
  }

  look(subject: Subject): void {
    const ongoing = this.#ongoing.get(subject);
    if (ongoing !== undefined) ongoing.isStale = true;
    else this.#play(subject, 0, 0);
  }

  lookAtOwner(object: KubeObject): void {
    // What a watch delivers says its kind; it is a pod that is asked about.
    const subject = subjectOfObject({kind: 'Pod', ...object});
    if (subject !== undefined) this.look(subject);
  }

  stop(): void {
    this.#isStopped = true;
    for (const each of this.#followed) each.stop();
    for (const timer of this.#hearing) timer.cancel();
    for (const {timer} of this.#ongoing.values()) timer.cancel();
  }

  #hear(type: string, object: KubeObject): void {
    const timer = this.#parts.clock.setTimer(hearMs, () => {
      this.#hearing.delete(timer);
      const subject = this.#parts.provenance.subjectTouchedBy({type, object});
      if (subject === undefined) return;
      this.#parts.provenance.touch(subject);
      this.look(subject);
    });
    this.#hearing.add(timer);
  }

  #play(subject: Subject, delayMs: number, tries: number): void {
    const [word = '', ...path] = subject.split('/');
    const play = this.#parts.plays[word];
    if (play === undefined || this.#isStopped) return;
    const timer = this.#parts.clock.setTimer(delayMs, () => void this.#step(subject));
    this.#ongoing.set(subject, {steps: play(this.#stage, path.join('/')), isStale: false, tries, timer});
  }

  async #step(subject: Subject): Promise<void> {
    const ongoing = this.#ongoing.get(subject);
    if (ongoing === undefined || this.#isStopped) return;
    try {
      const {done, value} = await ongoing.steps.next();
      if (this.#isStopped) return;
      if (done !== true) ongoing.timer = this.#parts.clock.setTimer(value, () => void this.#step(subject));
      else this.#end(subject, ongoing.isStale ? {delayMs: 0, tries: 0} : undefined);
    } catch {
      const tries = ongoing.tries + 1;
      this.#end(subject, tries < triesMax ? {delayMs: retryMs, tries} : undefined);
    }
  }

  #end(subject: Subject, again: {readonly delayMs: number; readonly tries: number} | undefined): void {
    this.#ongoing.delete(subject);
    if (again !== undefined) this.#play(subject, again.delayMs, again.tries);
  }
}
