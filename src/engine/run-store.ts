/** Where a run's record is kept: objects of the API server, or a journal on this machine. Both obey the same contract. */
import type {Fields} from '../domain/fields.ts';
import type {Approval, Run, RunStatus} from '../domain/run.ts';
import type {LogEntry, LogHead, NewLogEntry} from './run-log.ts';

/** Keeps a record while its run may have something under way. */
export const runFinalizer = 'deckhand.dev/run';

export type RunId = {readonly namespace: string; readonly name: string};

export type RunStore = {
  /** As it is now; undefined where there is none. Throws UnreadableField where somebody wrote nonsense into it. */
  load(id: RunId): Promise<Run | undefined>;
  /** Compare and set: throws StaleRun where the record has changed since `run` was read. */
  writeStatus(run: Run, status: RunStatus): Promise<Run>;
  /** Keeps the record from vanishing while the run may have effects under way. */
  guard(run: Run): Promise<Run>;
  unguard(run: Run): Promise<Run>;
  /** Under a name that follows from its content: writing it twice is writing it once. */
  writePlan(run: Run, ref: string, plan: Fields): Promise<void>;
  readPlan(run: Run, ref: string): Promise<Fields | undefined>;
  /** Adds to the hash chain and returns its new end; durable when it returns. */
  appendLog(run: Run, entries: readonly NewLogEntry[]): Promise<LogHead>;
  /** Throws BrokenLog where the chain does not hold. */
  readLog(run: Run): Promise<readonly LogEntry[]>;
  approvals(run: Run): Promise<readonly Approval[]>;
};

/** Somebody else wrote meanwhile: read again and decide again. Never a failure of the run. */
export class StaleRun extends Error {
  constructor({name}: RunId) {
    super(`the record of the run ${name} has changed meanwhile`);
    this.name = 'StaleRun';
  }
}

/** The chain of hashes does not hold: an entry was changed, removed or put in. */
export class BrokenLog extends Error {
  readonly seq: number;
  /** All there are, in the order found: what an auditor looks at. */
  readonly entries: readonly LogEntry[];

  constructor(seq: number, entries: readonly LogEntry[]) {
    super(`entry ${seq} of the log does not follow from the one before it: the log was changed`);
    this.name = 'BrokenLog';
    this.seq = seq;
    this.entries = entries;
  }
}
