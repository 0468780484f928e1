/** The port to programs of this machine that want a terminal: the user's shell and the user's editor. `cli/` implements it. */
import type {Phrase} from '../domain/messages/phrase.ts';
import type {TerminalSession} from '../ui/terminal-session.ts';

export type ProgramSize = {readonly columns: number; readonly rows: number};

export type Editing = {
  readonly session: TerminalSession;
  /** The text as it was left, once the editor has ended; undefined where it failed or left the text as it was. */
  readonly edited: Promise<string | undefined>;
};

/** Both throw ProgramRefused. */
export type LocalPrograms = {
  /** A shell whose kubectl speaks to this context. */
  openShell(context: string, size: ProgramSize): Promise<TerminalSession>;
  /** `$KUBE_EDITOR` or `$EDITOR` on the text, in a file that only the user can read and that is removed afterwards. */
  openEditor(text: string, fileName: string, size: ProgramSize): Promise<Editing>;
};

/** It was not started; the phrase says why. */
export class ProgramRefused extends Error {
  readonly phrase: Phrase;

  constructor(phrase: Phrase) {
    super(phrase.key);
    this.name = 'ProgramRefused';
    this.phrase = phrase;
  }
}
