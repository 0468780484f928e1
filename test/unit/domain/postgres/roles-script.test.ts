/** The roles of a cluster, as pg_dumpall writes them. */
import {expect, test} from 'vitest';
import {missingRolesScript, rolesIn} from '../../../../src/domain/postgres/roles-script.ts';

const script = `--
-- Roles
--

CREATE ROLE "Anna ""the"" one";
ALTER ROLE "Anna ""the"" one" WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:salt$stored:server';
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER PASSWORD 'SCRAM-SHA-256$4096:other$stored:server';
CREATE ROLE reader;
ALTER ROLE reader WITH NOLOGIN;
ALTER ROLE reader SET search_path TO 'shop';

GRANT reader TO "Anna ""the"" one" GRANTED BY postgres;
GRANT pg_monitor TO postgres GRANTED BY postgres;
`;

test('only what concerns missing roles is carried out, so that those that are there keep their passwords', () => {
  expect(rolesIn(script)).toEqual(['Anna "the" one', 'postgres', 'reader']);
  expect(statementsOf(missingRolesScript(script, ['postgres', 'reader']))).toBe(
    `CREATE ROLE "Anna ""the"" one";
ALTER ROLE "Anna ""the"" one" WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:salt$stored:server';
GRANT reader TO "Anna ""the"" one" GRANTED BY postgres;
`,
  );
  expect(missingRolesScript(script, ['postgres', 'reader', 'Anna "the" one'])).toBe('');
});

function statementsOf(text: string): string {
  return text
    .split('\n')
    .filter(line => !line.startsWith('SET '))
    .join('\n');
}

test('before the first hash the server is told to write no statement anywhere', () => {
  const lines = missingRolesScript(script, ['postgres', 'reader']).split('\n');
  const before = lines.slice(
    0,
    lines.findIndex(line => !line.startsWith('SET ')),
  );
  expect(before.map(line => line.split(' ')[1])).toEqual(
    expect.arrayContaining(['log_statement', 'log_min_error_statement', 'log_min_duration_statement', 'pg_stat_statements.track']),
  );
});
