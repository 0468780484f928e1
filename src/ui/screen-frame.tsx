/** The frame of every screen: two header lines, a rule, the body, banners, and the footer of hints. Never taller than the terminal. */
import type {ReactNode} from 'react';
import type {Theme, Tone} from './theme.ts';

/** Pieces with a higher priority number are left out first where there is no room; those without one never are (they are cut). */
export type Piece = {readonly text: string; readonly tone?: Tone; readonly isBold?: boolean; readonly priority?: number};

export type HeaderLine = {readonly left: readonly Piece[]; readonly right: readonly Piece[]};

export type Hint = {readonly keys: string; readonly title: string; readonly priority?: number; readonly isDisabled?: boolean};

export type Banner = {readonly text: string; readonly tone: Tone};

export type BodySize = {readonly width: number; readonly height: number};

export type ScreenFrameProps = {
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
  readonly header: readonly [HeaderLine, HeaderLine];
  readonly banners: readonly Banner[];
  readonly footer: readonly Hint[];
  /** Drawn in place of the footer: the prompt line, while something is typed. */
  readonly prompt?: ReactNode;
  /** Shown alone below 40×10. */
  readonly tooSmall: string;
  children(size: BodySize): ReactNode;
};
