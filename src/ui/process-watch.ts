/** Signals, errors and the end of the process, as far as the terminal must not be left behind by them; and stopping as a job of the shell. */
import type {Timers} from './timers.ts';

export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT';

/** Why the terminal was given back. `error`: an exception, a rejection nobody handled, or a component that threw. */
export type TerminalEnd =
  | {readonly kind: 'closed'}
  | {readonly kind: 'signal'; readonly signal: EndSignal}
  | {readonly kind: 'error'; readonly error: unknown};

/** `process`, as far as the terminal needs it. */
export type HostProcess = Pick<NodeJS.Process, 'on' | 'off' | 'kill' | 'pid'>;

export type ProcessEvents = {
  end(reason: TerminalEnd): void;
  /** The process is ending by itself: only the terminal is left to be given back. */
  leave(): void;
  /** Another process asks us to stop (`kill -TSTP`). */
  stop(): void;
  /** We went on after a stop that we did not notice (`kill -STOP`). */
  redraw(): void;
};

export type ProcessWatch = {
  start(): void;
  end(): void;
  /** Stops the whole job, as Ctrl-Z does in a terminal that is not raw; resolves when it goes on. */
  stopUntilContinued(): Promise<void>;
};

const endSignals: readonly EndSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Without a shell that controls jobs the stop is ignored, and nothing ever tells us to go on. */
const stopIgnoredMs = 200;

export function watchProcess(process: HostProcess, timers: Timers, events: ProcessEvents): ProcessWatch {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    const known = endSignals.find(name => name === signal);
    if (known !== undefined) events.end({kind: 'signal', signal: known});
  };
  const onError = (error: unknown) => events.end({kind: 'error', error});
  const onContinued = () => {
    if (!isStopping) events.redraw();
  };

  return {
    start() {
      for (const signal of endSignals) process.on(signal, onSignal);
      process.on('SIGTSTP', events.stop);
      process.on('SIGCONT', onContinued);
      process.on('uncaughtException', onError);
      process.on('unhandledRejection', onError);
      process.on('exit', events.leave);
    },

    end() {
      for (const signal of endSignals) process.off(signal, onSignal);
      process.off('SIGTSTP', events.stop);
      process.off('SIGCONT', onContinued);
      process.off('uncaughtException', onError);
      process.off('unhandledRejection', onError);
      process.off('exit', events.leave);
    },

    stopUntilContinued() {
      isStopping = true;
      // Without our listener the signal does what it does to every program.
      process.off('SIGTSTP', events.stop);
      return new Promise(resolve => {
        const goOn = () => {
          timer.cancel();
          process.off('SIGCONT', goOn);
          process.on('SIGTSTP', events.stop);
          isStopping = false;
          resolve();
        };
        const timer = timers.setTimer(stopIgnoredMs, goOn);
        process.on('SIGCONT', goOn);
        process.kill(0, 'SIGTSTP');
      });
    },
  };
}
