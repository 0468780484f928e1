/** Said once, when a cluster's runs are known: some of this user's have not ended, or wait for a person. */
import {phrase} from '../domain/messages/phrase.ts';
import type {App} from './app.ts';
import type {Session} from './session.ts';
import {waitingRuns} from './waiting-runs.ts';

export class StartOffer {
  readonly #app: App;
  #asked: Session | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  /** Once per cluster. */
  look(): void {
    const {session} = this.#app;
    const desk = session.desk();
    if (desk === undefined || this.#asked === session) return;
    this.#asked = session;
    desk
      .settled()
      .then(() => {
        const count = waitingRuns(desk).mine.length;
        if (count === 0 || this.#app.session !== session) return;
        // The answer to a key is worth more; the header goes on saying how many wait.
        if (this.#app.state.getState().flash !== undefined) return;
        this.#app.flash(phrase('offer.runs', count), 'waiting');
        this.#app.draw();
      })
      // Runs that cannot be listed are told of where they are looked for.
      .catch(() => undefined);
  }
}
