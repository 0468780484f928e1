/** The duties that one of the replicas has for all: it holds the leader's lease and sweeps what runs have left behind. */
import type {Clock} from '../../domain/clock.ts';
import {LeaseElector, type LeaseElectorOptions} from '../../engine/lease.ts';

export type LeaderOptions = Omit<LeaseElectorOptions, 'onLost'> & {
  /** May throw: it is tried again at its next turn. */
  sweep(): Promise<void>;
};

const sweepEveryMs = 30_000;
/** After the lease was refused: rights may be given, a namespace may be made. */
const refusedRetryMs = 30_000;

export type Leader = {
  /** Resolves when nothing of it runs any more and the lease is given back. */
  stop(): Promise<void>;
};

export function startLeader(options: LeaderOptions): Leader {
  const stopping = Promise.withResolvers<void>();
  const stop = {isStopped: false};
  const ended = lead(options, stopping.promise, () => stop.isStopped);
  return {
    stop: () => {
      stop.isStopped = true;
      stopping.resolve();
      return ended;
    },
  };
}

async function lead(options: LeaderOptions, stopping: Promise<void>, isStopped: () => boolean): Promise<void> {
  const {clock, log} = options;
  while (!isStopped()) {
    const lost = Promise.withResolvers<void>();
    const term = {isOver: false};
    const elector = new LeaseElector({
      ...options,
      onLost: () => {
        term.isOver = true;
        lost.resolve();
      },
    });
    const acquired = await Promise.race([elector.acquire(), stopping.then(() => ({kind: 'stopped'}) as const)]);
    if (acquired.kind === 'refused' || acquired.kind === 'namespaceAbsent') {
      log('error', 'leader lease refused', {answer: acquired.kind, error: 'message' in acquired ? acquired.message : ''});
      await within(clock, refusedRetryMs, stopping);
    }
    while (acquired.kind === 'acquired' && !term.isOver && !isStopped()) {
      await attempt(options);
      await within(clock, sweepEveryMs, Promise.race([stopping, lost.promise]));
    }
    await elector.release();
  }
}

async function attempt({sweep, log}: LeaderOptions): Promise<void> {
  try {
    await sweep();
  } catch (error) {
    log('warn', 'sweep failed', {error: error instanceof Error ? error.message : String(error)});
  }
}

/** Ends with `event`, or when the time is up. */
function within(clock: Clock, ms: number, event: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = clock.setTimer(ms, resolve);
    void event.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
