import {expect, test} from 'vitest';
import {clipBytes} from '../../../src/engine/clip-bytes.ts';

test.each([
  ['short', 20, 'short'],
  ['db-0 is on timeline 1, db-1 holds system 7713123620734682949', 50, 'db-0 is on timeline 1, db-1 holds system…'],
  ['db-0 leads; db-1 follows', 15, 'db-0 leads…'],
  ['лидер остаётся прежним', 24, 'лидер…'],
  [`sha256:${'a'.repeat(90)}`, 23, 'sha256:aaaaaaaaaaaaa…'],
  ['one two three', 10, 'one two…'],
])('%s in %i bytes', (text, bytesMax, expected) => {
  expect(clipBytes(text, bytesMax)).toBe(expected);
});
