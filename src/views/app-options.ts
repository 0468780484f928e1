/** What the shell is given, and the state that is drawn. */
import type {Clock} from '../domain/clock.ts';
import type {Catalogue} from '../domain/messages/phrase.ts';
import type {ForwardPort} from '../domain/port-forward.ts';
import type {BindingInForce} from '../ui/keymap.ts';
import type {PromptState} from '../ui/prompt.ts';
import type {Theme, Tone} from '../ui/theme.ts';
import type {View} from './define-view.ts';
import type {LocalPrograms} from './local-programs.ts';
import type {ContextChoice, Session} from './session.ts';

export type AppState = {
  /** Raised whenever what is visible may have changed. */
  readonly frame: number;
  readonly flash: {readonly text: string; readonly tone: Tone; readonly until: number} | undefined;
  /** The bindings in force when help was opened, and how far it is scrolled; in the palette one of them is picked. */
  readonly help:
    | {
        readonly bindings: readonly BindingInForce[];
        readonly top: number;
        readonly picking?: {readonly prompt: PromptState; readonly at: number};
      }
    | undefined;
};

export type AppOptions = {
  readonly clock: Clock;
  readonly theme: Theme;
  readonly catalogue: Catalogue;
  readonly views: readonly View<unknown>[];
  readonly start: {
    /** A line as `:` takes it, carried out first. */ readonly command: string | undefined;
    readonly namespace: string | undefined;
    readonly isAllNamespaces: boolean;
  };
  readonly programs: LocalPrograms;
  readonly forwardPort: ForwardPort;
  contexts(): readonly ContextChoice[];
  /** The session of a context; the current one's where no name is given. Connects by itself, in the background. */
  openSession(context: string | undefined): Session;
  quit(): void;
  /** Writes a new file where deckhand was started; answers its path. */
  saveText(fileName: string, text: string): Promise<string>;
  redraw(): void;
  /** Runs a program in the foreground of the terminal, with the screen put away. */
  inForeground(run: () => Promise<void>): Promise<void>;
};
