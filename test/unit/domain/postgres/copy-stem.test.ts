/** The copies of a database can never be taken for the database, however long its name is. */
import {expect, test} from 'vitest';
import {copyName} from '../../../../src/runbooks/postgres-restore-steps.ts';

const nameBytesMax = 63;
const id = 'k8w2x9q0';

test.each(['a'.repeat(63), 'ж'.repeat(31), '数'.repeat(21), `${'a'.repeat(26)}${'数'.repeat(9)}`])(
  'copies of %s have names of their own',
  name => {
    for (const kind of ['scratch', 'restore', 'before'] as const) {
      const copy = copyName(name, kind, id);
      expect(Buffer.byteLength(copy)).toBeLessThanOrEqual(nameBytesMax);
      expect(copy).toMatch(new RegExp(`_[0-9a-f]{12}_${kind}_${id}$`));
      expect(copy).not.toContain('\uFFFD');
    }
  },
);

test('names that begin alike have other copies, and a short one is in its copies as it is', () => {
  expect(copyName(`${'a'.repeat(50)}b`, 'restore', id)).not.toBe(copyName(`${'a'.repeat(50)}c`, 'restore', id));
  expect(copyName('shop', 'before', id)).toBe(`shop_before_${id}`);
});
