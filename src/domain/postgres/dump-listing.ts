/** What `pg_restore --list` says of a dump. It lists a damaged one as readily as a good one, so that what it says is compared with what is known. */

export type DumpListing = {
  readonly database: string;
  readonly format: string;
  /** Epoch milliseconds; undefined where the date is none. */
  readonly createdAt: number | undefined;
  readonly entries: number;
  readonly listed: number;
  /** `schema.table` of those whose rows are in it. */
  readonly tables: ReadonlySet<string>;
};

/** `123; 0 16385 TABLE DATA public clusters commander` */
const tableData = /^\d+; \d+ \d+ TABLE DATA (\S+) (.+) (\S+)$/;

export function readDumpListing(printed: string): DumpListing {
  const lines = printed.split('\n');
  const field = (name: string): string => lines.find(line => line.startsWith(`;     ${name}: `))?.slice(name.length + 8) ?? '';
  const created = /^; Archive created at (\d{4})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)\b/m.exec(printed);
  const time = created === null ? Number.NaN : Date.parse(`${created[1]}-${created[2]}-${created[3]}T${created[4]}Z`);
  const listed = lines.filter(line => /^\d+;/.test(line));
  return {
    database: field('dbname'),
    format: field('Format'),
    createdAt: Number.isNaN(time) ? undefined : time,
    entries: Number(field('TOC Entries')),
    listed: listed.length,
    tables: new Set(listed.flatMap(line => tableOf(line) ?? [])),
  };
}

function tableOf(line: string): string | undefined {
  const [, schema, table] = tableData.exec(line) ?? [];
  return schema === undefined || table === undefined ? undefined : `${schema}.${table}`;
}

/** A clock may be a little off, and the day that a damaged archive names is millennia away. */
const clockSkewMsMax = 86_400_000;

/** What is wrong with the dump of `database` by its listing; [] where it is as it should be. */
export function listingFaults(
  listing: DumpListing,
  wanted: {readonly database: string; readonly now: number; readonly tables: readonly string[]},
): readonly string[] {
  const {database, format, createdAt, entries, listed, tables} = listing;
  const missing = wanted.tables.filter(table => !tables.has(table));
  return [
    ...(format === 'CUSTOM' ? [] : [`its format is ${format === '' ? 'none' : format}`]),
    ...(database === wanted.database ? [] : [`it names the database ${database === '' ? 'nothing' : database}`]),
    ...(createdAt === undefined || Math.abs(wanted.now - createdAt) > clockSkewMsMax ? ['its date is none of today'] : []),
    ...(entries > 0 ? [] : [`its table of contents has ${entries} entries`]),
    ...(listed > 0 || wanted.tables.length === 0 ? [] : ['it lists nothing']),
    ...(missing.length === 0
      ? []
      : [`no rows of ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}`]),
  ];
}
