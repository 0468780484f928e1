/**
 * What deckhand runs inside a member of a PostgreSQL cluster: whole argument lists, never a shell. Patroni is asked over its
 * REST API, whose body and status are the same in every version (https://patroni.readthedocs.io/en/latest/rest_api.html);
 * patronictl exits with 0 also where it was refused.
 */

/** The container of a Spilo pod that holds PostgreSQL, Patroni and their tools. */
export const memberContainer = 'postgres';

/** Where the data volume is mounted in a Spilo pod. */
export const dataMount = '/home/postgres/pgdata';

const patroni = 'http://localhost:8008';
const answerWith = ['-s', '-o', '-', '-w'];
/** Of a connection that is cut off a member may wait for many minutes. */
const getSecondsMax = '5';
/** The call answers in 1 to 9 s, or, where the old leader stops slowly, not before twice max(10, loop_wait) polls. */
const switchoverSecondsMax = '120';

const writeSecondsMax = '20';

export type PatroniPage = 'cluster' | 'patroni' | 'leader' | 'config';

export function patroniGet(page: PatroniPage): readonly string[] {
  return ['curl', '-m', getSecondsMax, ...answerWith, '\\n%{http_code}', `${patroni}/${page}`];
}

/** A compare-and-set: refused (412) where `leader` leads no more. Answers in one line, which is what a run's log keeps of a command. */
export function patroniSwitchover(leader: string, candidate: string): readonly string[] {
  const body = JSON.stringify({leader, candidate});
  return ['curl', ...answerWith, ' %{http_code}', '-m', switchoverSecondsMax, '-XPOST', `${patroni}/switchover`, '-d', body];
}

export function psql(sql: string, database = 'postgres'): readonly string[] {
  return ['psql', '-U', 'postgres', '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', sql];
}

/**
 * For a write that must be seen to be committed. No statement_timeout ends the wait for a synchronous standby, and a cancelled wait
 * ends with 0 all the same: so the client is ended (124), and the server goes on waiting by itself.
 */
export function psqlWriting(sql: string, database?: string): readonly string[] {
  return ['timeout', writeSecondsMax, 'env', 'PGCONNECT_TIMEOUT=5', ...psql(sql, database)];
}

/** For what is only looked at: a member that hangs says nothing, and soon. */
export function psqlAnswering(sql: string, database?: string): readonly string[] {
  return ['env', 'PGCONNECT_TIMEOUT=5', 'PGOPTIONS=-c statement_timeout=10s', ...psql(sql, database)];
}
