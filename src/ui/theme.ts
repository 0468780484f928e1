/** Colours and glyphs: how a tone becomes SGR at the terminal's colour level, and how a state looks without any colour. */

export type Tone = 'plain' | 'dim' | 'accent' | 'ok' | 'busy' | 'waiting' | 'broken' | 'unknown' | 'title';

export type ColorLevel = 'none' | '16' | '256' | 'truecolor';

export type Glyphs = {
  readonly verdict: {
    readonly ok: string;
    readonly busy: string;
    readonly waiting: string;
    readonly broken: string;
    readonly unknown: string;
  };
  readonly cursor: string;
  readonly mark: string;
  readonly ghost: string;
  readonly moreLeft: string;
  readonly moreRight: string;
  readonly ascending: string;
  readonly descending: string;
  readonly rule: string;
};

export type Theme = {readonly level: ColorLevel; readonly glyphs: Glyphs};

export type Paint = {readonly tone?: Tone; readonly isBold?: boolean; readonly isInverse?: boolean; readonly isUnderlined?: boolean};

/** Every glyph is one column wide and no emoji. */
export const unicodeGlyphs: Glyphs = {
  verdict: {ok: '●', busy: '◐', waiting: '◔', broken: '▲', unknown: '?'},
  cursor: '›',
  mark: '*',
  ghost: '✗',
  moreLeft: '‹',
  moreRight: '›',
  ascending: '↑',
  descending: '↓',
  rule: '─',
};

export const asciiGlyphs: Glyphs = {
  verdict: {ok: 'o', busy: '~', waiting: '.', broken: '!', unknown: '?'},
  cursor: '>',
  mark: '*',
  ghost: 'x',
  moreLeft: '<',
  moreRight: '>',
  ascending: '^',
  descending: 'v',
  rule: '-',
};

/** The terminal's own sixteen colours, so that its light or dark scheme is kept; the accent alone is richer where it can be. */
const toneCodes: {readonly [Name in Tone]: {readonly attribute?: string; readonly basic?: string; readonly indexed?: string}} = {
  plain: {},
  dim: {attribute: '2'},
  accent: {basic: '94', indexed: '38;5;75'},
  ok: {basic: '32'},
  busy: {basic: '36'},
  waiting: {basic: '33'},
  broken: {attribute: '1', basic: '31'},
  unknown: {basic: '35'},
  title: {attribute: '1'},
};

/** What the environment promises: NO_COLOR and TERM=dumb win over everything but FORCE_COLOR. */
export function detectColorLevel(env: Readonly<Record<string, string | undefined>>): ColorLevel {
  const {FORCE_COLOR: forced, NO_COLOR: noColor, TERM: term = '', COLORTERM: colorTerm = ''} = env;
  if (forced === '0' || forced === 'false') return 'none';
  const isForced = forced !== undefined && forced !== '';
  if (!isForced && ((noColor !== undefined && noColor !== '') || term === 'dumb')) return 'none';
  if (forced === '3' || /truecolor|24bit/.test(colorTerm)) return 'truecolor';
  return forced === '2' || /256|kitty|ghostty|alacritty/.test(term) ? '256' : '16';
}

/** The Linux console and non-UTF-8 locales lack the glyphs. */
export function detectGlyphs(env: Readonly<Record<string, string | undefined>>): Glyphs {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const isUnicode = locale === '' || /utf-?8/i.test(locale);
  return isUnicode && env.TERM !== 'linux' && env.TERM !== 'dumb' ? unicodeGlyphs : asciiGlyphs;
}

/**
 * SGR around the text, closed by the matching off-codes rather than by a reset, so that painted pieces nest in a painted
 * row. Inverse, bold and underline are kept without colours too: the selection must stay visible under NO_COLOR.
 */
export function paint(theme: Theme, text: string, style: Paint): string {
  if (text === '') return text;
  const codes = toneCodes[style.tone ?? 'plain'];
  const color = theme.level === 'none' ? undefined : theme.level === '16' ? codes.basic : (codes.indexed ?? codes.basic);
  const isBold = style.isBold === true || codes.attribute === '1';
  const isDim = codes.attribute === '2' && !isBold;
  let open = '';
  let close = '';
  if (isBold) open += ';1';
  if (isDim) open += ';2';
  if (isBold || isDim) close += ';22';
  if (style.isUnderlined === true) {
    open += ';4';
    close += ';24';
  }
  if (style.isInverse === true) {
    open += ';7';
    close += ';27';
  }
  if (color !== undefined) {
    open += `;${color}`;
    close += ';39';
  }
  return open === '' ? text : `\u001B[${open.slice(1)}m${text}\u001B[${close.slice(1)}m`;
}
