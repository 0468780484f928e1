import {describe, expect, test} from 'vitest';
import {ReadYourWrites} from '../../../src/engine/read-your-writes.ts';

describe('a cache', () => {
  test('has caught up once it shows what we wrote, or something newer', () => {
    const writes = new ReadYourWrites();
    writes.wrote('a', '100');
    expect(writes.isCaughtUp('a', '99')).toBe(false);
    expect(writes.isCaughtUp('a', '100')).toBe(true);
    writes.wrote('a', '110');
    expect(writes.isCaughtUp('a', '1000')).toBe(true);
  });

  test('has nothing to catch up with for keys that we never wrote', () => {
    const writes = new ReadYourWrites();
    writes.wrote('a', '100');
    expect(writes.isCaughtUp('b', '1')).toBe(true);
  });

  test('is measured by our newest write, in whatever order the answers came', () => {
    const writes = new ReadYourWrites();
    writes.wrote('a', '9007199254740993');
    writes.wrote('a', '9007199254740992');
    expect(writes.isCaughtUp('a', '9007199254740992')).toBe(false);
    expect(writes.isCaughtUp('a', '9007199254740993')).toBe(true);
  });

  test('without the object has caught up when it has read beyond our write', () => {
    const writes = new ReadYourWrites();
    writes.wrote('a', '100');
    expect(writes.isCaughtUp('a', '')).toBe(false);
    expect(writes.isCaughtUp('a', '101')).toBe(true);
  });

  test('is asked for so many keys only', () => {
    const writes = new ReadYourWrites(2);
    for (const key of ['a', 'b', 'c']) writes.wrote(key, '100');
    expect(['a', 'b', 'c'].map(key => writes.isCaughtUp(key, '1'))).toEqual([true, false, false]);
  });
});
