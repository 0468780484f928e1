/** What goes on without a screen: terminals, followed logs, forwarded ports. It outlives screens and the clusters that are looked at. */
import type {Clock} from '../domain/clock.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {PortForward} from '../domain/port-forward.ts';
import {paced} from '../ui/paced.ts';
import type {TerminalEmulator} from '../ui/terminal-emulator.ts';
import type {TerminalExit, TerminalSession} from '../ui/terminal-session.ts';
import {ProgramRefused, type ProgramSize} from './local-programs.ts';
import type {PodLog} from './pod-log.ts';
import type {Session} from './session.ts';

type Common = {
  readonly id: number;
  /** What it is, where it does not name itself. */
  readonly title: string;
  readonly context: string;
  readonly startedAt: number;
  /** undefined while it goes on. */
  readonly exit: TerminalExit | undefined;
};

export type ProgramKind = 'shell' | 'editor' | 'pod';

export type OpenTerminal = Common & {
  readonly kind: ProgramKind;
  readonly emulator: TerminalEmulator;
  readonly session: TerminalSession;
  /** In which it runs, where it runs in one. */
  readonly pod?: {readonly namespace: string; readonly name: string};
};

export type OpenLog = Common & {readonly kind: 'log'; readonly log: PodLog};

export type OpenForward = Common & {readonly kind: 'forward'; readonly forward: PortForward};

export type Occupation = OpenTerminal | OpenLog | OpenForward;

/** The cluster whose connection carries it. */
type Place = {readonly title: string; readonly context: string; readonly cluster?: Session};

export type NewTerminal = Place & Pick<OpenTerminal, 'kind' | 'pod'> & {start(size: ProgramSize): Promise<TerminalSession>};

export type NewLog = Place & {start(onChange: () => void): PodLog};

export type NewForward = Place & {start(onChange: () => void): Promise<PortForward>};

type Held = {readonly occupation: Occupation; readonly cluster: Session | undefined; stop(): void};

export type BackgroundOptions = {
  readonly clock: Clock;
  /** Something that a screen shows of it has changed. */
  onChange(): void;
};

const runningMax = 16;
const endedMax = 16;
/** What changes without end is drawn so often. */
const drawIntervalMs = 40;
/** Until the pane has been laid out. */
const firstSize: ProgramSize = {columns: 80, rows: 20};

export class Background {
  readonly #options: BackgroundOptions;
  readonly #held: Held[] = [];
  readonly #retired = new Set<Session>();
  readonly #draw: () => void;
  #lastId = 0;

  constructor(options: BackgroundOptions) {
    this.#options = options;
    this.#draw = paced(options.clock, drawIntervalMs, () => this.#tidy());
  }

  /** The newest first. */
  list(): readonly Occupation[] {
    return this.#held.map(({occupation}) => occupation).toReversed();
  }

  get(id: number): Occupation | undefined {
    return this.#held.find(({occupation}) => occupation.id === id)?.occupation;
  }

  /** Throws what `start` throws, and ProgramRefused where too many run. */
  async openTerminal({kind, pod, start, ...place}: NewTerminal): Promise<OpenTerminal> {
    this.#refuseTooMany();
    const [session, {TerminalEmulator}] = await Promise.all([start(firstSize), import('../ui/terminal-emulator.ts')]);
    const emulator = new TerminalEmulator(session, firstSize, this.#draw);
    let exit: TerminalExit | undefined;
    const exitOf = (): TerminalExit | undefined => exit;
    const terminal: OpenTerminal = {
      ...this.#common(place),
      kind,
      emulator,
      session,
      ...(pod !== undefined && {pod}),
      get exit() {
        return exitOf();
      },
    };
    this.#hold(terminal, place, () => {
      session.close();
      emulator.dispose();
    });
    void session.exit.then(reached => {
      exit = reached;
      this.#tidy();
    });
    return terminal;
  }

  /** Throws ProgramRefused where too many run. */
  openLog({start, ...place}: NewLog): OpenLog {
    this.#refuseTooMany();
    const log = start(this.#draw);
    const occupation: OpenLog = {
      ...this.#common(place),
      kind: 'log',
      log,
      get exit() {
        return log.exit;
      },
    };
    this.#hold(occupation, place, () => log.close());
    return occupation;
  }

  /** Throws what `start` throws, and ProgramRefused where too many run. */
  async openForward({start, ...place}: NewForward): Promise<OpenForward> {
    this.#refuseTooMany();
    const forward = await start(this.#draw);
    const occupation: OpenForward = {...this.#common(place), kind: 'forward', forward, exit: undefined};
    this.#hold(occupation, place, () => forward.close());
    return occupation;
  }

  /** Ends it where it still goes on, and forgets what it showed. */
  close(id: number): void {
    const at = this.#held.findIndex(({occupation}) => occupation.id === id);
    const [held] = at < 0 ? [] : this.#held.splice(at, 1);
    held?.stop();
    this.#tidy();
  }

  /** A cluster that is left is closed when the last thing that goes through it has ended. */
  retire(cluster: Session): void {
    this.#retired.add(cluster);
    this.#closeUnused();
  }

  dispose(): void {
    for (const held of this.#held.splice(0)) held.stop();
    this.#closeUnused();
  }

  #common({title, context}: Place): Omit<Common, 'exit'> {
    return {id: ++this.#lastId, title, context, startedAt: this.#options.clock.now()};
  }

  #hold(occupation: Occupation, {cluster}: Place, stop: () => void): void {
    this.#held.push({occupation, cluster, stop});
    this.#options.onChange();
  }

  #refuseTooMany(): void {
    const running = this.#held.filter(({occupation}) => occupation.exit === undefined);
    if (running.length >= runningMax) throw new ProgramRefused(phrase('terminal.tooMany', runningMax));
  }

  #tidy(): void {
    this.#dropOldest();
    this.#closeUnused();
    this.#options.onChange();
  }

  #dropOldest(): void {
    const ended = this.#held.filter(({occupation}) => occupation.exit !== undefined);
    for (const held of ended.slice(0, Math.max(0, ended.length - endedMax))) {
      this.#held.splice(this.#held.indexOf(held), 1);
      held.stop();
    }
  }

  #closeUnused(): void {
    for (const cluster of [...this.#retired]) {
      if (this.#held.some(held => held.cluster === cluster && held.occupation.exit === undefined)) continue;
      this.#retired.delete(cluster);
      cluster.close();
    }
  }
}

/** How it stands with something: it goes on, or how it ended. */
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
