/** The terminals that are open: they outlive their screens and the clusters that are looked at, and tell how they ended. */
import type {Clock} from '../domain/clock.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {paced} from '../ui/paced.ts';
import type {TerminalEmulator} from '../ui/terminal-emulator.ts';
import type {TerminalExit, TerminalSession} from '../ui/terminal-session.ts';
import {ProgramRefused, type ProgramSize} from './local-programs.ts';
import type {Session} from './session.ts';

export type TerminalKind = 'shell' | 'editor' | 'pod';

export type OpenTerminal = {
  readonly id: number;
  readonly kind: TerminalKind;
  /** What runs there, where the program does not name itself. */
  readonly title: string;
  readonly context: string;
  readonly startedAt: number;
  readonly emulator: TerminalEmulator;
  readonly session: TerminalSession;
  /** undefined while it runs. */
  readonly exit: TerminalExit | undefined;
};

type Held = {
  terminal: OpenTerminal;
  /** The cluster whose connection carries it. */
  readonly cluster: Session | undefined;
};

export type TerminalsOptions = {
  readonly clock: Clock;
  /** Something that a screen shows of terminals has changed. */
  onChange(): void;
};

export type NewTerminal = {
  readonly kind: TerminalKind;
  readonly title: string;
  readonly context: string;
  readonly cluster?: Session;
  start(size: ProgramSize): Promise<TerminalSession>;
};

const runningMax = 16;
const endedMax = 16;
/** A program that writes without end is drawn so often. */
const drawIntervalMs = 40;
/** Until the pane has been laid out. */
const firstSize: ProgramSize = {columns: 80, rows: 20};

export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #held: Held[] = [];
  readonly #retired = new Set<Session>();
  readonly #draw: () => void;
  #lastId = 0;

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.#draw = paced(options.clock, drawIntervalMs, () => options.onChange());
  }

  /** The newest first. */
  list(): readonly OpenTerminal[] {
    return this.#held.map(({terminal}) => terminal).toReversed();
  }

  get(id: number): OpenTerminal | undefined {
    return this.#held.find(({terminal}) => terminal.id === id)?.terminal;
  }

  get runningCount(): number {
    return this.#held.filter(({terminal}) => terminal.exit === undefined).length;
  }

  /** Throws what `start` throws, and ProgramRefused where too many run. */
  async open({kind, title, context, cluster, start}: NewTerminal): Promise<OpenTerminal> {
    if (this.runningCount >= runningMax) throw new ProgramRefused(phrase('terminal.tooMany', runningMax));
    const [session, {TerminalEmulator}] = await Promise.all([start(firstSize), import('../ui/terminal-emulator.ts')]);
    const emulator = new TerminalEmulator(session, firstSize, this.#draw);
    const startedAt = this.#options.clock.now();
    const terminal: OpenTerminal = {id: ++this.#lastId, kind, title, context, startedAt, emulator, session, exit: undefined};
    const held: Held = {terminal, cluster};
    this.#held.push(held);
    void session.exit.then(exit => {
      held.terminal = {...held.terminal, exit};
      this.#dropOldest();
      this.#closeUnused();
      this.#options.onChange();
    });
    return terminal;
  }

  /** Ends the program where it still runs, and forgets what it showed. */
  close(id: number): void {
    const at = this.#held.findIndex(({terminal}) => terminal.id === id);
    const [held] = at < 0 ? [] : this.#held.splice(at, 1);
    held?.terminal.session.close();
    held?.terminal.emulator.dispose();
    this.#closeUnused();
    this.#options.onChange();
  }

  /** A cluster that is left is closed when the last program that goes through it has ended. */
  retire(cluster: Session): void {
    this.#retired.add(cluster);
    this.#closeUnused();
  }

  dispose(): void {
    for (const {terminal} of this.#held.splice(0)) {
      terminal.session.close();
      terminal.emulator.dispose();
    }
    this.#closeUnused();
  }

  #dropOldest(): void {
    const ended = this.#held.filter(({terminal}) => terminal.exit !== undefined);
    for (const held of ended.slice(0, Math.max(0, ended.length - endedMax))) {
      this.#held.splice(this.#held.indexOf(held), 1);
      held.terminal.emulator.dispose();
    }
  }

  #closeUnused(): void {
    for (const cluster of [...this.#retired]) {
      if (this.#held.some(held => held.cluster === cluster && held.terminal.exit === undefined)) continue;
      this.#retired.delete(cluster);
      cluster.close();
    }
  }
}

/** How it stands with a program: it runs, or how it ended. */
export function exitPhrase(exit: TerminalExit | undefined): Phrase {
  switch (exit?.kind) {
    case undefined:
      return phrase('terminal.running');
    case 'exited':
      return exit.code === 0 ? phrase('terminal.ended') : phrase('terminal.failed', exit.code);
    case 'signalled':
      return phrase('terminal.signalled', exit.signal);
    case 'lost':
      return phrase('terminal.lost', exit.text);
  }
}

export function isFailedExit(exit: TerminalExit | undefined): boolean {
  return exit !== undefined && !(exit.kind === 'exited' && exit.code === 0);
}
