/** What carrying out one run needs; made by the engine for each run that it holds. */
import type {Run} from '../domain/run.ts';
import type {Runbook} from './define-runbook.ts';
import type {Gatekeeper} from './gatekeeper.ts';
import type {Script} from './plan-run.ts';
import type {EnginePorts} from './ports.ts';
import type {Reader} from './reader.ts';
import type {Holder} from './run-record.ts';
import type {RunStore} from './run-store.ts';
import type {RunWitness} from './run-witness.ts';
import type {FoundLease} from './takeover-words.ts';

export type DriveSettings = {
  /** First and longest pause between two looks at the world while a step waits. */
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  /** Between two tries of what a PodDisruptionBudget refused. */
  readonly busyRetryMs: number;
  readonly precheckSeconds: number;
  readonly actSeconds: number;
  readonly verifySeconds: number;
};

export const defaultDriveSettings: DriveSettings = {
  pollMinMs: 250,
  pollMaxMs: 5_000,
  busyRetryMs: 5_000,
  precheckSeconds: 60,
  actSeconds: 60,
  verifySeconds: 600,
};

export type TargetHold = {
  /** Throws Refusal where another run has the target. Taking it twice is taking it once. */
  take(run: Run, script: Pick<Script, 'plan'>): Promise<void>;
  release(run: Run): Promise<void>;
};

export type DriveParts = {
  readonly ports: EnginePorts;
  readonly reader: Reader;
  readonly store: RunStore;
  readonly holder: Holder;
  readonly findRunbook: (name: string) => Runbook | undefined;
  readonly engineVersion: string;
  readonly gatekeeper: Gatekeeper;
  readonly targets: TargetHold;
  readonly settings: DriveSettings;
  readonly witness?: RunWitness;
  readonly found?: FoundLease;
  /** The lease was renewed lately enough to act under it. */
  isHolding(): boolean;
  isStopping(): boolean;
  /** Ends early when the run's record changes or the engine is asked to stop. */
  wait(ms: number): Promise<void>;
};

/** The lease is gone or about to be: nothing more may be done by this engine; another one goes on. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease of the run is lost: whoever holds it now goes on');
    this.name = 'LeaseLost';
  }
}
