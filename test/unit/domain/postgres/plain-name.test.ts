/** A name that the tools of PostgreSQL would take for a connection string is found out. */
import {expect, test} from 'vitest';
import {isPlainName} from '../../../../src/domain/postgres/dump-commands.ts';

test.each(['dbname=other', 'host=elsewhere', 'a=b', 'postgres://elsewhere/x', 'postgresql://x'])('%s is', name => {
  expect(isPlainName(name)).toBe(false);
});

test.each(['commander', 'postgres', 'postgresql', 'Имя с пробелом', 'a:/b'])('%s is a name', name => {
  expect(isPlainName(name)).toBe(true);
});
