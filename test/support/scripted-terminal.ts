/** A program in a terminal that says what the test says, and remembers what it was sent. */
import type {TerminalExit, TerminalSession} from '../../src/ui/terminal-session.ts';

export class ScriptedTerminal implements TerminalSession {
  readonly exit: Promise<TerminalExit>;
  sent = '';
  sizes: string[] = [];
  flow: boolean[] = [];
  isClosed = false;
  readonly #end: (exit: TerminalExit) => void;
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor() {
    const {promise, resolve} = Promise.withResolvers<TerminalExit>();
    this.exit = promise;
    this.#end = resolve;
  }

  says(text: string): void {
    this.#listener(new TextEncoder().encode(text));
  }

  ends(exit: TerminalExit): void {
    this.#end(exit);
  }

  onOutput(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  write(text: string): void {
    this.sent += text;
  }

  resize(columns: number, rows: number): void {
    this.sizes.push(`${columns}×${rows}`);
  }

  setFlowing(isFlowing: boolean): void {
    this.flow.push(isFlowing);
  }

  close(): void {
    this.isClosed = true;
    this.#end({kind: 'signalled', signal: 'SIGHUP'});
  }
}
