/** What the newest run of some runbooks says that says anything: found among the desk's runs, each record read once, since lists keep no steps. */
import {isFinished, type Run} from '../domain/run.ts';
import type {RunDesk} from '../domain/run-desk.ts';

export type LastRun<Facts = unknown> =
  /** Not told yet, or the record cannot be read. */
  {readonly kind: 'unknown'} | {readonly kind: 'none'} | {readonly kind: 'read'; readonly facts: Facts};

const unknown = {kind: 'unknown'} as const;

/** What older ones say is taken for nothing. */
const runsMax = 50;

type Told = {readonly uid: string; readonly facts: unknown};

export class LastRunReader {
  readonly #runbooks: readonly string[];
  readonly #read: (run: Run) => unknown;
  #desk: RunDesk | undefined;
  #isSettled = false;
  /** By the run and how far it is; undefined while its record is asked for. */
  #told = new Map<string, Told | undefined>();
  #found: LastRun = unknown;
  #uid: string | undefined;

  /** `read` answers undefined where a run says nothing. */
  constructor(runbooks: readonly string[], read: (run: Run) => unknown) {
    this.#runbooks = runbooks;
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
    const runs = newestFirst(desk.runs().filter(({spec}) => this.#runbooks.includes(spec.runbook.name))).slice(0, runsMax);
    const keys = new Set(runs.map(stageOf));
    for (const key of this.#told.keys()) if (!keys.has(key)) this.#told.delete(key);
    for (const run of runs) {
      const key = stageOf(run);
      if (!this.#told.has(key)) this.#ask(desk, run, key);
      const told = this.#told.get(key);
      // What was found before counts until the record is here.
      if (told === undefined) return this.#found;
      if (told.facts !== undefined) return this.#take({kind: 'read', facts: told.facts}, told.uid);
    }
    return this.#take({kind: 'none'}, undefined);
  }

  #take(found: LastRun, uid: string | undefined): LastRun {
    this.#found = found;
    this.#uid = uid;
    return found;
  }

  #settle(desk: RunDesk): void {
    this.#desk = desk;
    this.#isSettled = false;
    this.#told = new Map();
    this.#take(unknown, undefined);
    void desk.settled().then(() => {
      if (this.#desk === desk) this.#isSettled = true;
    });
  }

  #ask(desk: RunDesk, {meta}: Run, key: string): void {
    const all = this.#told;
    all.set(key, undefined);
    const {namespace, name, uid} = meta;
    desk.transcript({namespace, name, uid}).then(
      ({run}) => {
        if (all.has(key)) all.set(key, {uid, facts: this.#read(run)});
      },
      // It stays unknown: the page of the run tells why its record cannot be read.
      () => undefined,
    );
  }
}

/** A run that goes on says more with each step. */
function stageOf(run: Run): string {
  return `${run.meta.uid}/${isFinished(run) ? '' : run.status.current}`;
}

function newestFirst(runs: readonly Run[]): readonly Run[] {
  return runs.toSorted((a, b) => endOf(b).localeCompare(endOf(a)));
}

/** Those that go on are the newest. */
function endOf({status}: Run): string {
  return status.finishedAt ?? '9999';
}
