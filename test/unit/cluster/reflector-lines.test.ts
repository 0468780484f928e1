import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {LineSplitter, LineTooLong, lineBytesMax} from '../../../src/cluster/reflector-lines.ts';

describe('LineSplitter', () => {
  test('finds the same lines however the bytes are cut, in the middle of a character too', () => {
    const line = fc.string({unit: 'grapheme', minLength: 1}).map(text => `x${text.replaceAll('\n', '')}`);
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.integer({min: 1, max: 7}), {minLength: 1}), (lines, sizes) => {
        const bytes = Buffer.from(lines.map(text => `${text}\n`).join(''));
        const splitter = new LineSplitter();
        const found: string[] = [];
        for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          found.push(...splitter.push(bytes.subarray(from, from + size)));
          from += size;
        }
        expect(found).toEqual(lines);
        expect(splitter.isInsideLine).toBe(false);
      }),
    );
  });

  test('a last line without its end is known to be one', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.from('whole\r\n\nhal'))).toEqual(['whole\r']);
    expect(splitter.isInsideLine).toBe(true);
  });

  test('joins a line of 5 MB from small chunks once, not once a chunk', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(1_000, 'y');
    let lines: string[] = [];
    for (let count = 0; count < 5_000; count += 1) lines = splitter.push(chunk);
    expect(lines).toEqual([]);
    const [line] = splitter.push(Buffer.from('\n'));
    expect(line?.length).toBe(5_000_000);
  });

  test('a line without end is refused before it fills the memory', () => {
    const splitter = new LineSplitter();
    const chunk = new Uint8Array(lineBytesMax / 4);
    const feed = () => {
      for (let count = 0; count < 5; count += 1) splitter.push(chunk);
    };
    expect(feed).toThrow(LineTooLong);
  });
});
