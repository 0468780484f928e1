/** SHA-256 of texts. */
import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {sha256} from '../../../src/domain/sha256.ts';

test('is that of the library, at every length about the ends of blocks and beyond ASCII', () => {
  const texts = [...Array.from({length: 200}, (_, length) => 'x'.repeat(length)), 'ключ', '\u{1f511}'.repeat(40)];
  for (const text of texts) expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
});
