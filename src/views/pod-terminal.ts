/** A shell in a container as a terminal: bash where there is one, else sh. */
import type {Phrase} from '../domain/messages/phrase.ts';
import type {ExecRequest, PodProcess, PodStreams, ProcessOutcome} from '../domain/pod-streams.ts';
import type {TerminalExit, TerminalSession} from '../ui/terminal-session.ts';
import type {ProgramSize} from './local-programs.ts';

type Say = (sentence: Phrase) => string;

/** The next is tried where the one before is not there. */
const shells = ['bash', 'sh'] as const;
/** As shells and runtimes say that a program cannot be run, or is not there. */
const notFoundCodes: ReadonlySet<number> = new Set([126, 127]);

/** Throws what the first connection throws. */
export async function openPodShell(
  streams: PodStreams,
  where: Pick<ExecRequest, 'pod' | 'container'>,
  size: ProgramSize,
  say: Say,
): Promise<TerminalSession> {
  const start = (shell: string): Promise<PodProcess> => streams.exec({...where, command: [shell], hasInput: true, isTerminal: true});
  return new PodShell(await start(shells[0]), () => start(shells[1]), size, say);
}

class PodShell implements TerminalSession {
  readonly exit: Promise<TerminalExit>;
  readonly #encoder = new TextEncoder();
  readonly #begin: (listener: (bytes: Uint8Array) => void) => void;
  #running: PodProcess;
  #size: ProgramSize;
  #hasTyped = false;
  #isClosed = false;
  #flowing: Promise<void> = Promise.resolve();
  #flow: (() => void) | undefined;

  constructor(first: PodProcess, startNext: () => Promise<PodProcess>, size: ProgramSize, say: Say) {
    this.#running = first;
    this.#size = size;
    const {promise, resolve} = Promise.withResolvers<TerminalExit>();
    this.exit = promise;
    this.#begin = listener => {
      this.#run(listener, startNext).then(
        outcome => resolve(exitOf(outcome, say)),
        (error: unknown) => resolve({kind: 'lost', text: error instanceof Error ? error.message : String(error)}),
      );
    };
  }

  onOutput(listener: (bytes: Uint8Array) => void): void {
    this.#begin(listener);
  }

  write(text: string): void {
    this.#hasTyped = true;
    // What cannot be sent any more is told by the outcome.
    this.#running.write(this.#encoder.encode(text)).catch(() => undefined);
  }

  resize(columns: number, rows: number): void {
    this.#size = {columns, rows};
    this.#running.resize(this.#size);
  }

  setFlowing(isFlowing: boolean): void {
    if (isFlowing) this.#flow?.();
    else if (this.#flow === undefined)
      this.#flowing = new Promise(resolve => {
        this.#flow = () => {
          this.#flow = undefined;
          resolve();
        };
      });
  }

  close(): void {
    this.#isClosed = true;
    this.#flow?.();
    this.#running.close();
  }

  async #run(listener: (bytes: Uint8Array) => void, startNext: () => Promise<PodProcess>): Promise<ProcessOutcome> {
    const outcome = await this.#read(listener);
    if (this.#hasTyped || this.#isClosed || !isAbsent(outcome)) return outcome;
    this.#running = await startNext();
    return this.#read(listener);
  }

  async #read(listener: (bytes: Uint8Array) => void): Promise<ProcessOutcome> {
    const {output, outcome} = this.#running;
    this.#running.resize(this.#size);
    for await (const {bytes} of output) {
      listener(bytes);
      await this.#flowing;
    }
    return outcome;
  }
}

function isAbsent(outcome: ProcessOutcome): boolean {
  return outcome.kind === 'failed' || (outcome.kind === 'exited' && notFoundCodes.has(outcome.code));
}

function exitOf(outcome: ProcessOutcome, say: Say): TerminalExit {
  switch (outcome.kind) {
    case 'exited':
      return {kind: 'exited', code: outcome.code};
    case 'failed':
      return {kind: 'lost', text: outcome.status.message};
    case 'unknown':
      return {kind: 'lost', text: say(outcome.phrase)};
  }
}
