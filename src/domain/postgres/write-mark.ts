/**
 * What a server counts of the writes to one database. Two marks that are the same, and of the same server, prove that nothing was
 * written between them: no row, no large object and no schema. Sequences are not in it.
 */
import {readBoolean, readNumber, readStrings} from '../fields.ts';
import type {Words} from '../words.ts';

/**
 * Of the database that it is asked in. Reading does not move it, nor do VACUUM, ANALYZE and what goes on in other databases, unlike
 * the position in the WAL. The catalog counts apart: a table that goes takes its count along, and moves that of the catalog. A crash
 * of one session loses all counts and not the postmaster, which only the reset of pg_stat_bgwriter shows.
 */
export const writeMarkSql = `select json_build_object(${[
  "'isCounted', current_setting('track_counts') = 'on'",
  "'since', (select json_agg(at) from (values (pg_postmaster_start_time()), ((select stats_reset from pg_stat_bgwriter)), ((select stats_reset from pg_stat_database where datname = current_database()))) s (at) where at is not null)",
  "'rows', coalesce(sum(n) filter (where not is_catalog), 0)",
  "'catalog', coalesce(sum(n) filter (where is_catalog), 0)",
].join(
  ', ',
)}) from (select n_tup_ins + n_tup_upd + n_tup_del as n, s.schemaname = 'pg_catalog' as is_catalog from pg_stat_all_tables s join pg_class c on c.oid = s.relid where not c.relisshared and s.schemaname <> 'pg_toast' and s.relid not in ('pg_catalog.pg_statistic'::regclass, 'pg_catalog.pg_statistic_ext_data'::regclass)) counts`;

export type WriteMark = {
  /** Otherwise the numbers say nothing. */
  readonly isCounted: boolean;
  /** Since when it counts: the start of the server, and each time that its counts were reset. */
  readonly since: readonly string[];
  /** How often a row was put in, changed or taken away. */
  readonly rows: number;
  /** The same of the catalog, which holds the schema and the large objects. */
  readonly catalog: number;
};

/** Throws UnreadableField. */
export function readWriteMark(document: unknown): WriteMark {
  return {
    isCounted: readBoolean(document, 'isCounted') === true,
    since: readStrings(document, 'since'),
    rows: readNumber(document, 'rows') ?? 0,
    catalog: readNumber(document, 'catalog') ?? 0,
  };
}

/** What was written between two marks, or why nobody can tell; undefined where nothing was. */
export function writtenBetween(before: WriteMark | null, now: WriteMark): Words | undefined {
  if (before === null) return {en: 'what its server had counted was not noted', ru: 'счётчики сервера не были записаны'};
  if (!before.isCounted || !now.isCounted)
    return {en: 'its server counts no writes (track_counts)', ru: 'сервер не считает записи (track_counts)'};
  if (before.since.join() !== now.since.join())
    return {en: 'its server was restarted, or its counts were reset', ru: 'сервер перезапускался, или его счётчики сброшены'};
  if (before.rows !== now.rows)
    return {
      en: `rows were changed (${before.rows} changes, now ${now.rows})`,
      ru: `строки менялись (изменений было ${before.rows}, стало ${now.rows})`,
    };
  if (before.catalog !== now.catalog) return {en: 'tables or large objects were changed', ru: 'менялись таблицы или large objects'};
  return undefined;
}
