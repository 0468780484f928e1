/** The frame of every screen: two header lines, a rule, the body, banners, and the footer of hints. Never taller than the terminal. */
import {Box, Text} from 'ink';
import type {ReactNode} from 'react';
import {dropToFit, type LinePiece, layOutLine} from './line-layout.ts';
import {paint, type Theme, type Tone} from './theme.ts';
import {fitText, textWidth, visibleText} from './width.ts';

/** A piece of a header line; see `LinePiece` for what leaves first where there is no room. */
export type Piece = LinePiece;

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
  /** Stands in place of the footer. */
  readonly notice?: Banner | undefined;
  readonly footer: readonly Hint[];
  /** Drawn in place of the footer: the prompt line, while something is typed. */
  readonly prompt?: ReactNode;
  /** Shown alone below 40×10. */
  readonly tooSmall: string;
  children(size: BodySize): ReactNode;
};

const columnsMin = 40;
const rowsMin = 10;
const bannersMax = 3;

export function isTooSmall(columns: number, rows: number): boolean {
  return columns < columnsMin || rows < rowsMin;
}

/** What is left for the body, in the frame as `ScreenFrame` draws it. */
export function bodySizeOf(columns: number, rows: number, bannerCount: number): BodySize {
  const frameRows = 4;
  return {width: columns, height: Math.max(0, rows - frameRows - Math.min(bannerCount, bannersMax))};
}

export function ScreenFrame(props: ScreenFrameProps): ReactNode {
  const {theme, columns, rows, header, banners, notice, footer, prompt, tooSmall, children} = props;
  if (isTooSmall(columns, rows)) return <TooSmall text={tooSmall} columns={columns} rows={rows} />;
  const size = bodySizeOf(columns, rows, banners.length);
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      {header.map((line, index) => (
        <Text key={index} wrap="truncate">
          {layOutLine(theme, line.left, line.right, columns)}
        </Text>
      ))}
      <Text wrap="truncate">{` ${paint(theme, theme.glyphs.rule.repeat(columns - 2), {tone: 'dim'})} `}</Text>
      {/* Clipped downwards only: to clip sideways Ink measures every line of every frame once more. */}
      <Box flexDirection="column" width={size.width} height={size.height} overflowY="hidden" flexShrink={0}>
        {children(size)}
      </Box>
      {banners.slice(0, bannersMax).map((banner, index) => (
        <Text key={index} wrap="truncate">
          {bannerLine(theme, banner, columns)}
        </Text>
      ))}
      {prompt ?? (
        <Text wrap="truncate">{notice === undefined ? footerLine(theme, footer, columns) : bannerLine(theme, notice, columns)}</Text>
      )}
    </Box>
  );
}

function bannerLine(theme: Theme, {text, tone}: Banner, columns: number): string {
  return paint(theme, fitText(` ${visibleText(text)}`, columns), {tone, isInverse: true});
}

/** Hints with the highest priority number leave first; those without one stay as long as there is room at all. */
function footerLine(theme: Theme, hints: readonly Hint[], columns: number): string {
  const separator = '  ';
  const measured = hints.map(hint => ({
    hint,
    priority: hint.priority ?? 0,
    width: textWidth(`${hint.keys} ${hint.title}`) + separator.length,
  }));
  const painted = dropToFit(measured, columns - 1 + separator.length).map(({hint}) => {
    if (hint.isDisabled === true) return paint(theme, `${hint.keys} ${hint.title}`, {tone: 'dim'});
    return `${paint(theme, hint.keys, {tone: 'accent', isBold: true})} ${hint.title}`;
  });
  return ` ${painted.join(separator)}`;
}

/** Drawn at any size: where it does not fit on one line its beginning counts. */
function TooSmall({text, columns, rows}: {text: string; columns: number; rows: number}): ReactNode {
  const place = textWidth(text) > columns ? 'flex-start' : 'center';
  return (
    <Box width={columns} height={rows} overflow="hidden" alignItems={place} justifyContent={place}>
      <Text wrap="wrap">{text}</Text>
    </Box>
  );
}
