import fc from 'fast-check';
import {expect, test} from 'vitest';
import Output from '../../../node_modules/ink/build/output.js';
import {composeLines, type DrawOperation} from '../../../src/ui/compose-lines.ts';
import {Emulator} from '../../support/screen/emulator.ts';

const width = 30;
const height = 6;

async function cells(frame: string): Promise<string[]> {
  const emulator = new Emulator({columns: width, rows: height});
  await emulator.write(frame.replaceAll('\n', '\r\n'));
  const seen = Array.from({length: width * height}, (_, index) => JSON.stringify(emulator.cell(index % width, Math.floor(index / width))));
  emulator.dispose();
  return seen;
}

function drawnByInk(operations: readonly DrawOperation[]): string {
  const output = new Output({width, height});
  for (const operation of operations) {
    if (operation.type === 'write') output.write(operation.x, operation.y, operation.text, {transformers: [...operation.transformers]});
    else if (operation.type === 'clip') output.clip({x1: undefined, x2: undefined, y1: undefined, y2: undefined, ...operation.clip});
    else output.unclip();
  }
  return output.get().output;
}

const write = (x: number, y: number, text: string): DrawOperation => ({type: 'write', x, y, text, transformers: []});

test('a frame of lines looks as Ink draws it, whatever is clipped', async () => {
  const text = fc
    .array(
      fc.constantFrom('node-1', '  ', '\u001B[7m› web\u001B[27m', '\u001B[1;31m▲ broken\u001B[39;22m', 'узел', '漢字', '👨‍👩‍👧', '●'),
      {maxLength: 4},
    )
    .map(parts => parts.join(''));
  const lines = fc.array(fc.tuple(fc.integer({min: 0, max: 3}), text), {minLength: height, maxLength: height});
  const bounds = fc.tuple(fc.integer({min: 0, max: height}), fc.integer({min: 0, max: height}));
  await fc.assert(
    fc.asyncProperty(lines, bounds, bounds, async (all, [y1, y2], [inner1, inner2]) => {
      const writes = all.map(([x, line], y) => write(x, y, line)).filter(each => each.type === 'write' && each.text !== '');
      const operations: DrawOperation[] = [
        {type: 'clip', clip: {y1, y2}},
        {type: 'clip', clip: {y1: inner1, y2: inner2}},
        ...writes.slice(0, 3),
        {type: 'unclip'},
        ...writes.slice(3, 4),
        {type: 'unclip'},
        ...writes.slice(4),
      ];
      const composed = composeLines(operations, height);
      expect(composed).toBeDefined();
      expect(await cells(composed ?? '')).toEqual(await cells(drawnByInk(operations)));
    }),
    {numRuns: 200},
  );
});

test('texts are transformed as Ink transforms them', () => {
  const operation: DrawOperation = {type: 'write', x: 0, y: 0, text: 'a', transformers: [line => `${line}b`, line => `${line}c`]};
  expect(composeLines([operation], 1)).toBe('abc');
});

test('what lies side by side, in several lines or clipped sideways is left to Ink', () => {
  expect(composeLines([write(0, 1, 'left'), write(10, 1, 'right')], height)).toBeUndefined();
  expect(composeLines([write(0, 1, 'two\nlines')], height)).toBeUndefined();
  expect(composeLines([{type: 'clip', clip: {x1: 0, x2: 10}}, write(0, 1, 'a')], height)).toBeUndefined();
});
