/** What `pg_dumpall --globals-only` wrote, cut down to the roles that are missing: those that are there keep their passwords. */

const aboutRole = /^(?:CREATE ROLE|ALTER ROLE) ("(?:[^"]|"")+"|[^\s;]+)/;
const membership = /^GRANT ("(?:[^"]|"")+"|[^\s,;]+) TO ("(?:[^"]|"")+"|[^\s,;]+)/;

/** Names of the roles that the script makes. */
export function rolesIn(script: string): readonly string[] {
  return script.split('\n').flatMap(line => (line.startsWith('CREATE ROLE ') ? (roleOf(line) ?? []) : []));
}

/** The hashes are to be in no log of the server and in no statistics of it, also where a statement fails. */
const unlogged = [
  "SET log_statement = 'none';",
  "SET log_min_error_statement = 'panic';",
  'SET log_min_duration_statement = -1;',
  'SET log_min_duration_sample = -1;',
  "SET pg_stat_statements.track = 'none';",
  "SET pgaudit.log = 'none';",
];

/** '' where nothing is missing. Holds hashes of passwords. */
export function missingRolesScript(script: string, existing: readonly string[]): string {
  const missing = new Set(rolesIn(script).filter(role => !existing.includes(role)));
  const lines = script.split('\n').filter(line => isOf(line, missing));
  return lines.length === 0 ? '' : `${[...unlogged, ...lines].join('\n')}\n`;
}

function isOf(line: string, roles: ReadonlySet<string>): boolean {
  const role = roleOf(line);
  if (role !== undefined) return roles.has(role);
  const [, granted, member] = membership.exec(line) ?? [];
  return granted !== undefined && member !== undefined && (roles.has(unquoted(granted)) || roles.has(unquoted(member)));
}

function roleOf(line: string): string | undefined {
  const name = aboutRole.exec(line)?.[1];
  return name === undefined ? undefined : unquoted(name);
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
