/** How a cell of an emulated screen looks, as SGR for the terminal we draw in: with no more colours than that one has. */
import type {IBufferCell} from '@xterm/headless';
import type {ColorLevel} from './theme.ts';

/** SGR parameters, '' for a plain cell. Attributes are kept without colours too. */
export function cellStyle(cell: IBufferCell, level: ColorLevel, isCursor: boolean): string {
  const codes: string[] = [];
  if (cell.isBold()) codes.push('1');
  if (cell.isDim()) codes.push('2');
  if (cell.isItalic()) codes.push('3');
  if (cell.isUnderline()) codes.push('4');
  if ((cell.isInverse() !== 0) !== isCursor) codes.push('7');
  if (cell.isStrikethrough()) codes.push('9');
  if (level !== 'none') {
    if (!cell.isFgDefault()) codes.push(colorCodes(cell.getFgColor(), cell.isFgRGB(), level, 0));
    if (!cell.isBgDefault()) codes.push(colorCodes(cell.getBgColor(), cell.isBgRGB(), level, 10));
  }
  return codes.join(';');
}

/** `shift` is 0 for the foreground, 10 for the background. */
function colorCodes(color: number, isRgb: boolean, level: ColorLevel, shift: 0 | 10): string {
  if (!isRgb && color < 16) return String((color < 8 ? 30 + color : 82 + color) + shift);
  if (level === 'truecolor' && isRgb) return `${38 + shift};2;${(color >> 16) & 255};${(color >> 8) & 255};${color & 255}`;
  const rgb: Rgb = isRgb ? [(color >> 16) & 255, (color >> 8) & 255, color & 255] : rgbOfIndex(color);
  if (level === '16') {
    const basic = basicOf(rgb);
    return String((basic < 8 ? 30 + basic : 82 + basic) + shift);
  }
  return `${38 + shift};5;${isRgb ? indexOf(rgb) : color}`;
}

type Rgb = readonly [number, number, number];

/** xterm's cube of 6×6×6 and its 24 greys. */
function rgbOfIndex(index: number): Rgb {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const cube = index - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function indexOf([red, green, blue]: Rgb): number {
  const step = (value: number): number => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));
  return 16 + 36 * step(red) + 6 * step(green) + step(blue);
}

/** Each channel on or off, and bright where the brightest is. */
function basicOf([red, green, blue]: Rgb): number {
  const brightest = Math.max(red, green, blue);
  if (brightest < 64) return 0;
  const isOn = (value: number): number => (value > brightest / 2 ? 1 : 0);
  const color = isOn(red) + 2 * isOn(green) + 4 * isOn(blue);
  if (color === 7 && brightest < 160) return 8;
  return brightest > 200 ? color + 8 : color;
}
