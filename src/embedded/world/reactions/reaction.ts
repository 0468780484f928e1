/** How the world answers to what people do with it. */
import type {KubeObject} from '../../../domain/kube-object.ts';
import type {Stage} from '../life.ts';
import type {Subject} from './subject.ts';

export type ReactionStage = Stage & {
  /** Has the subject looked at, now or again as soon as whoever looks after it has finished. */
  look(subject: Subject): void;
  /** From now on no scene has a say in it. */
  claim(subject: Subject): void;
  /** Has the object's controller looked at, or the object itself where it has none. */
  lookAtOwner(object: KubeObject): void;
};

/**
 * Brings one subject from how it is to how it should be, and yields how many milliseconds to wait in between. `path` is
 * what the subject's word stands before: `console`, `shop/web`. A subject that changes meanwhile is played once more.
 */
export type Play = (stage: ReactionStage, path: string) => AsyncGenerator<number>;

/** One that has something of its own to do in between and passes the result on. */
export type Act<Result> = AsyncGenerator<number, Result>;
