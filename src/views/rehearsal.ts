/** A rehearsal of a plan: asked for once, looked at and put away as often as one likes. */
import type {RehearsalAnswer, RunDesk, RunRequest} from '../domain/run-desk.ts';

export class Rehearsal {
  answer: RehearsalAnswer | 'running' | undefined;
  isShown = false;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  toggle(desk: RunDesk | undefined, request: RunRequest): void {
    this.isShown = !this.isShown;
    // What was put away may be old by now: shown again, it is rehearsed again.
    if (!this.isShown || desk === undefined || this.answer === 'running') return;
    this.answer = 'running';
    desk.rehearse(request).then(
      answer => this.#take(answer),
      (error: unknown) => this.#take({kind: 'refused', reason: 'Trouble', message: error instanceof Error ? error.message : String(error)}),
    );
  }

  #take(answer: RehearsalAnswer): void {
    this.answer = answer;
    this.#onChange();
  }
}
