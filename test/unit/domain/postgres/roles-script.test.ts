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
  expect(missingRolesScript(script, ['postgres', 'reader'])).toBe(
    `CREATE ROLE "Anna ""the"" one";
ALTER ROLE "Anna ""the"" one" WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:salt$stored:server';
GRANT reader TO "Anna ""the"" one" GRANTED BY postgres;
`,
  );
  expect(missingRolesScript(script, ['postgres', 'reader', 'Anna "the" one'])).toBe('');
});
