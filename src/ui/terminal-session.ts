/** A program that speaks to a terminal, as a pane sees it: bytes both ways, a size, an end. Local and remote programs implement it. */

export type TerminalExit =
  | {readonly kind: 'exited'; readonly code: number}
  | {readonly kind: 'signalled'; readonly signal: string}
  /** Nobody knows how it ended, or it never began; the text says what is known. */
  | {readonly kind: 'lost'; readonly text: string};

export type TerminalSession = {
  /** One listener; what comes before there is one waits. */
  onOutput(listener: (bytes: Uint8Array) => void): void;
  /** Keys for the program: text, or control sequences as xterm sends them. */
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** Holds the program's output back while the pane cannot take more. */
  setFlowing(isFlowing: boolean): void;
  /** Resolves once, after the last output; never rejects. */
  readonly exit: Promise<TerminalExit>;
  /** Ends the program, or the connection to it. */
  close(): void;
};
