/** Where a pane of lines stands: scroll position, sideways position, search; pure steps from one state to the next. */
import type {Tone} from './theme.ts';

export type PaneLine = {
  readonly segments: readonly {readonly text: string; readonly tone?: Tone}[];
  /** Changed lately: drawn with a mark at its left. */
  readonly isMarked?: boolean;
};

export type PaneSize = {readonly width: number; readonly height: number};

export type TextPaneState = {
  readonly top: number;
  readonly left: number;
  readonly search: string;
};
