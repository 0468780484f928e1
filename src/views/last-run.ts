/** The newest run of a runbook that succeeded: found among the desk's runs, its record read once, since lists keep no steps. */
import type {Run} from '../domain/run.ts';
import type {RunDesk} from '../domain/run-desk.ts';

export type LastRun<Facts = unknown> =
  /** Not told yet, or the record cannot be read. */
  {readonly kind: 'unknown'} | {readonly kind: 'none'} | {readonly kind: 'read'; readonly facts: Facts};

const unknown = {kind: 'unknown'} as const;

export class LastRunReader {
  readonly #runbook: string;
  readonly #read: (run: Run) => unknown;
  #desk: RunDesk | undefined;
  #isSettled = false;
  #uid: string | undefined;
  #found: LastRun = unknown;

  constructor(runbook: string, read: (run: Run) => unknown) {
    this.#runbook = runbook;
    this.#read = read;
  }

  /** Another one whenever `look` answers something else. */
  version(desk: RunDesk | undefined): string {
    return `${this.look(desk).kind}/${this.#uid ?? ''}`;
  }

  look(desk: RunDesk | undefined): LastRun {
    if (desk === undefined) return unknown;
    if (desk !== this.#desk) this.#settle(desk);
    if (!this.#isSettled) return unknown;
    const run = newestOf(desk.runs().filter(({spec, status}) => spec.runbook.name === this.#runbook && status.phase === 'Succeeded'));
    if (run === undefined) return {kind: 'none'};
    if (run.meta.uid !== this.#uid) this.#ask(desk, run);
    return this.#found;
  }

  #settle(desk: RunDesk): void {
    this.#desk = desk;
    this.#isSettled = false;
    this.#uid = undefined;
    void desk.settled().then(() => {
      if (this.#desk === desk) this.#isSettled = true;
    });
  }

  #ask(desk: RunDesk, {meta}: Run): void {
    this.#uid = meta.uid;
    this.#found = unknown;
    const {namespace, name, uid} = meta;
    desk.transcript({namespace, name, uid}).then(
      ({run}) => {
        if (this.#uid === uid) this.#found = {kind: 'read', facts: this.#read(run)};
      },
      // It stays unknown: the page of the run tells why its record cannot be read.
      () => undefined,
    );
  }
}

function newestOf(runs: readonly Run[]): Run | undefined {
  return runs.toSorted((a, b) => (b.status.finishedAt ?? '').localeCompare(a.status.finishedAt ?? '')).at(0);
}
