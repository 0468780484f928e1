/** A plan that is made again every few seconds while somebody looks at it, and once more before anything is done. */
import type {Timer} from '../domain/clock.ts';
import type {Phrase} from '../domain/messages/phrase.ts';
import type {PlanView, Recording, RunRequest} from '../domain/run-desk.ts';
import {refusalPhrase} from './run-look.ts';
import type {ScreenContext} from './screen.ts';

export type PlanState =
  | {readonly kind: 'planning'}
  | {
      readonly kind: 'planned';
      readonly plan: PlanView;
      /** Another plan than the one that was shown before: nobody may agree until it was seen. */
      readonly isChanged: boolean;
      /** Why it could not be made again; undefined while it is fresh. */
      readonly trouble: string | undefined;
    }
  | {readonly kind: 'refused'; readonly why: Phrase}
  | {readonly kind: 'trouble'; readonly message: string};

/** Checks shall follow the world; each plan costs a few requests. */
export const replanMs = 5_000;

export class LivePlan {
  readonly request: RunRequest;
  recording: Recording | undefined;
  state: PlanState = {kind: 'planning'};
  readonly #context: ScreenContext;
  #timer: Timer | undefined;
  #isAsking = false;
  #isClosed = false;
  /** What is being asked for now is older than the last change of the state. */
  #round = 0;

  constructor(context: ScreenContext, request: RunRequest) {
    this.#context = context;
    this.request = request;
    void this.#follow();
  }

  /** Plans once more; 'same' where the plan that is shown still stands. */
  async confirm(): Promise<'same' | 'changed'> {
    const before = this.state;
    await this.#ask();
    const after = this.state;
    return before.kind === 'planned' && after.kind === 'planned' && after.trouble === undefined && before.plan.digest === after.plan.digest
      ? 'same'
      : 'changed';
  }

  /** The person has looked at the plan that came in place of another. */
  acknowledge(): void {
    if (this.state.kind === 'planned') this.state = {...this.state, isChanged: false};
  }

  /** The desk is there only once the cluster was reached. */
  refresh(): void {
    if (this.state.kind === 'planning' && !this.#isAsking && this.#context.session.desk() !== undefined) void this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #follow(): Promise<void> {
    if (this.#isAsking || this.#context.session.desk() === undefined) return;
    this.#timer?.cancel();
    await this.#ask();
    if (this.#isClosed) return;
    this.#timer = this.#context.clock.setTimer(replanMs, () => void this.#follow());
  }

  async #ask(): Promise<void> {
    const desk = this.#context.session.desk();
    if (desk === undefined) return;
    const round = ++this.#round;
    this.#isAsking = true;
    try {
      const [answer, recording] = await Promise.all([desk.plan(this.request), this.recording ?? desk.recording()]);
      if (this.#isClosed || round !== this.#round) return;
      this.recording = recording;
      if (answer.kind === 'refused') this.state = {kind: 'refused', why: refusalPhrase(answer)};
      else {
        const {state} = this;
        const isOther = state.kind === 'planned' && (state.isChanged || state.plan.digest !== answer.plan.digest);
        this.state = {kind: 'planned', plan: answer.plan, isChanged: isOther, trouble: undefined};
      }
    } catch (error) {
      if (this.#isClosed || round !== this.#round) return;
      const message = error instanceof Error ? error.message : String(error);
      this.state = this.state.kind === 'planned' ? {...this.state, trouble: message} : {kind: 'trouble', message};
    } finally {
      this.#isAsking = false;
    }
    this.#context.draw();
  }
}
