/** Opens the desk of a cluster in the background, and again where the cluster did not answer. */
import {TransportError} from '../../domain/kube-port.ts';
import type {RunDesk} from '../../domain/run-desk.ts';
import {StatusError} from '../../domain/status-error.ts';
import {paced} from '../../ui/paced.ts';
import type {DeskOptions} from './open-desk.ts';

const retryMs = 5_000;
/** As often as rows are told of. */
const tellEveryMs = 100;

export class LazyDesk {
  readonly #onChange: () => void;
  #desk: RunDesk | undefined;
  #isAsked = false;
  #isClosed = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get desk(): RunDesk | undefined {
    return this.#desk;
  }

  /** Once: later calls do nothing. */
  open(options: DeskOptions): void {
    if (this.#isAsked || this.#isClosed) return;
    this.#isAsked = true;
    void this.#open(options);
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    await this.#desk?.close(graceMs);
  }

  async #open(options: DeskOptions): Promise<void> {
    try {
      // Engine and runbooks are half of the program, and no row waits for them.
      const {openDesk} = await import('./open-desk.ts');
      const desk = await openDesk(options);
      if (this.#isClosed) return await desk.close(0);
      this.#desk = desk;
      // A list of runs comes one by one.
      desk.subscribe(paced(options.clock, tellEveryMs, this.#onChange));
      this.#onChange();
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof TransportError)) throw error;
      options.log('warn', 'the desk of runs is not open yet', {error: error.message});
      options.clock.setTimer(retryMs, () => {
        this.#isAsked = false;
        this.open(options);
      });
    }
  }
}
