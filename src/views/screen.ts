/** What the shell asks of every screen, and what a screen may ask of the shell. */
import type {ReactNode} from 'react';
import type {Clock} from '../domain/clock.ts';
import type {Phrase} from '../domain/messages/phrase.ts';
import type {PodPart} from '../domain/pod-parts.ts';
import type {QueryColumn} from '../domain/query/column-kind.ts';
import type {RunHandle} from '../domain/run-desk.ts';
import type {Binding} from '../ui/keymap.ts';
import type {Key} from '../ui/keys.ts';
import type {Banner, BodySize, Piece} from '../ui/screen-frame.tsx';
import type {Theme, Tone} from '../ui/theme.ts';
import type {Background} from './background.ts';
import type {Place, PodChoicePlace} from './navigation.ts';
import type {Session} from './session.ts';
import type {Awaited} from './type-ahead.ts';

export type Summary = {readonly left: readonly Piece[]; readonly right: readonly Piece[]};

export type Screen = {
  /** What must come back when this screen is visited again. */
  place(): Place;
  /** Second header line: what is shown and how much of it; crumbs stand before it. */
  summary(): Summary;
  banners(): readonly Banner[];
  /** A program draws in it: what is said in passing takes the place of the footer, not a line of the program’s. */
  readonly keepsSize?: true;
  bindings(): readonly Binding[];
  render(size: BodySize): ReactNode;
  /** Offered each key that is none of its bindings, where the screen wants them now, as a terminal does; true when it was taken. */
  readonly takesKey?: ((key: Key) => boolean) | undefined;
  takesPaste?(text: string): void;
  /** New data came, or a full second passed; true when what is drawn may differ. */
  refresh(now: number): boolean;
  /** Only screens that can be filtered. */
  filter?: FilterTarget;
  /** What must come before keys of this screen mean anything; undefined once it is there, or will not come. */
  awaits?(): Awaited | undefined;
  dispose(): void;
};

export type FilterTarget = {
  text(): string;
  /** While it is typed: applies what needs no server, and tells what is wrong. */
  preview(text: string): Phrase | undefined;
  apply(text: string): void;
  columns(): readonly QueryColumn[];
  counts(): {readonly shown: number; readonly all: number};
};

export type ScreenContext = {
  readonly session: Session;
  readonly clock: Clock;
  readonly theme: Theme;
  say(phrase: Phrase): string;
  /** Draws what is visible anew. */
  draw(): void;
  flash(phrase: Phrase, tone: Tone): void;
  goTo(place: Place): void;
  goInto(place: Place): void;
  quit(): void;
  /** Writes a new file where deckhand was started; answers its path. */
  saveText(fileName: string, text: string): Promise<string>;
  /** A run that was asked for here: what `undo the last one` means. */
  noteRun(run: RunHandle): void;
  /** In place of the form or plan that is open. */
  goBeyond(place: Place): void;
  /** The last namespaced table in that namespace, as k9s does on Enter in `:ns`. */
  goToNamespace(name: string): void;
  /** The one that was open last, or the context's: where all namespaces lead back to. */
  lastNamespace(): string;
  /** One crumb up; at the root nothing. */
  goUp(): void;
  openPrompt(kind: 'command' | 'filter'): void;
  switchContext(name: string): void;
  readonly background: Background;
  openPodPart(place: PodChoicePlace, part: PodPart): void;
  /** A local shell for the open context. */
  openShell(): void;
  /** The user's editor in a pane; undefined where the text was left as it was, or could not be edited. */
  editText(initial: string, fileName: string): Promise<string | undefined>;
};
