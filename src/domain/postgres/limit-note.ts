/** How many connections a database took before it was closed, noted on the database itself: the note outlives the run that closed it. */
import {identifier, type Limits} from './dump-sql.ts';

export const limitNote = 'deckhand.limit_before';

/** Sent before they are closed. */
export function noteLimitsSql(limits: Limits): string {
  return Object.entries(limits)
    .map(([database, limit]) => `alter database ${identifier(database)} set ${limitNote} = '${limit}'`)
    .join('; ');
}

/** Names that restores give to what they make and put aside; those stay as they are. */
export function isPutAside(database: string): boolean {
  return /_(?:scratch|restore|before|undone)_[a-z0-9]+$/.test(database);
}

/** undefined where it is closed and nobody noted how it was. */
export function limitBefore(
  database: string,
  {connectionLimit, settings}: {readonly connectionLimit: number; readonly settings: readonly string[]},
): number | undefined {
  if (connectionLimit !== 0 || isPutAside(database)) return connectionLimit;
  const note = settings.find(setting => setting.startsWith(`${limitNote}=`))?.slice(limitNote.length + 1);
  return note !== undefined && /^-?\d+$/.test(note) && note !== '0' ? Number(note) : undefined;
}
