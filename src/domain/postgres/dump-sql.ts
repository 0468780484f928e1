/** The statements about the content of a database, and those that keep others out of it while it is dumped or put back. */

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

const ownTable =
  "c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')";
const ownNamespace = "nspname !~ '^pg_' and nspname <> 'information_schema'";

/** A setting of the database must not cut short what takes its time. */
const patiently = 'set statement_timeout = 0; ';

/** Of the database that it is asked in: every table with its own rows, counted; those of tables that inherit from it are theirs. */
export const inventorySql = `${patiently}select json_build_object(${[
  `'tables', (select coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname, 'rows', (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from only %I.%I', n.nspname, c.relname), false, true, '')))[1]::text::bigint) order by n.nspname, c.relname), '[]') from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ownTable})`,
  `'sequences', (select coalesce(json_agg(json_build_object('schema', schemaname, 'name', sequencename, 'value', last_value) order by schemaname, sequencename), '[]') from pg_sequences)`,
  `'largeObjects', (select count(*) from pg_largeobject_metadata)`,
  `'extensions', (select coalesce(json_agg(json_build_object('name', extname, 'version', extversion) order by extname), '[]') from pg_extension)`,
  `'owners', (select coalesce(json_agg(distinct pg_get_userbyid(c.relowner)), '[]') from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ownNamespace})`,
  `'unvalidated', (select count(*) from pg_constraint k join pg_namespace n on n.oid = k.connamespace where not k.convalidated and ${ownNamespace})`,
].join(', ')})`;

/** How a database is made again: what CREATE DATABASE takes, its settings, and who may connect. */
export function propertiesSql(database: string): string {
  return `select json_build_object('encoding', pg_encoding_to_char(d.encoding), 'collate', d.datcollate, 'ctype', d.datctype, 'owner', pg_get_userbyid(d.datdba), 'connectionLimit', d.datconnlimit, 'settings', coalesce((select to_json(s.setconfig) from pg_db_role_setting s where s.setdatabase = d.oid and s.setrole = 0), '[]'), 'grants', coalesce((select json_agg(json_build_object('to', case a.grantee when 0 then '' else pg_get_userbyid(a.grantee) end, 'right', a.privilege_type)) from aclexplode(d.datacl) a), '[]')) from pg_database d where d.datname = ${literal(database)}`;
}

export const extensionsSql = "select coalesce(json_agg(extname order by extname), '[]') from pg_extension";

export const rolesSql = "select coalesce(json_agg(rolname order by rolname), '[]') from pg_roles";

export const databaseNamesSql = "select coalesce(json_agg(datname order by datname), '[]') from pg_database where not datistemplate";

/** Whether writers are kept out, and who is still there. Asked in another database than those. */
export function freezeStateSql(databases: readonly string[]): string {
  const names = databases.length === 0 ? 'null' : databases.map(literal).join(', ');
  return `select coalesce(json_agg(json_build_object('name', d.datname, 'limit', d.datconnlimit, 'isReadOnly', exists (select from pg_db_role_setting s where s.setdatabase = d.oid and s.setrole = 0 and 'default_transaction_read_only=on' = any (s.setconfig)), 'sessions', (select count(*) from pg_stat_activity a where a.datid = d.oid and a.pid <> pg_backend_pid() and a.backend_type = 'client backend' and (d.datname <> 'postgres' or not exists (select from pg_roles r where r.oid = a.usesysid and r.rolsuper)))) order by d.datname), '[]') from pg_database d where d.datname in (${names})`;
}

/** Nobody new, nothing written, and whoever is there goes. The database that Patroni itself uses keeps its superusers. */
export function freezeSql(databases: readonly string[]): string {
  return databases
    .flatMap(database => [
      `alter database ${identifier(database)} connection limit 0`,
      `alter database ${identifier(database)} set default_transaction_read_only = on`,
      endSessionsSql(database),
    ])
    .join('; ');
}

export function endSessionsSql(database: string): string {
  const spared = database === 'postgres' ? ' and not exists (select from pg_roles r where r.oid = usesysid and r.rolsuper)' : '';
  return `select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = ${literal(database)} and pid <> pg_backend_pid() and backend_type = 'client backend'${spared}`;
}

export type Limits = Readonly<Record<string, number>>;

export function thawSql(limits: Limits): string {
  return Object.entries(limits)
    .flatMap(([database, limit]) => [
      `alter database ${identifier(database)} reset default_transaction_read_only`,
      `alter database ${identifier(database)} connection limit ${limit}`,
      `alter database ${identifier(database)} reset deckhand.limit_before`,
    ])
    .join('; ');
}

export type DatabaseProperties = {
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly owner: string;
  readonly connectionLimit: number;
  /** `name=value`. */
  readonly settings: readonly string[];
  readonly grants: readonly {readonly to: string; readonly right: string}[];
};

/** Empty, and nobody but a superuser comes in. Must stand alone: no transaction holds it. */
export function createDatabaseSql(database: string, {encoding, collate, ctype, owner}: DatabaseProperties): string {
  return `create database ${identifier(database)} with template template0 encoding ${literal(encoding)} lc_collate ${literal(collate)} lc_ctype ${literal(ctype)} owner ${identifier(owner)} connection limit 0`;
}

/** Values that are lists of names are quoted already. */
const listSettings = new Set([
  'search_path',
  'temp_tablespaces',
  'local_preload_libraries',
  'session_preload_libraries',
  'shared_preload_libraries',
]);
/** Ours, for as long as the database is frozen. */
const freezing = 'default_transaction_read_only';
const grantable = new Set(['CONNECT', 'CREATE', 'TEMPORARY']);

/** Settings and rights as the database had them; '' where there are none. */
export function dressDatabaseSql(database: string, {settings, grants}: DatabaseProperties): string {
  const name = identifier(database);
  const set = settings.flatMap(setting => {
    const at = setting.indexOf('=');
    const [key, value] = [setting.slice(0, at), setting.slice(at + 1)];
    if (key === freezing || key.startsWith('deckhand.') || !/^[a-z_][a-z0-9_.]*$/.test(key)) return [];
    return [`alter database ${name} set ${key} = ${listSettings.has(key) ? value : literal(value)}`];
  });
  const granted = grants.filter(({right}) => grantable.has(right));
  const grant = granted.map(({to, right}) => `grant ${right} on database ${name} to ${to === '' ? 'public' : identifier(to)}`);
  // Rights that were ever given or taken stand in full: the default ones count no more.
  return [...set, ...(granted.length === 0 ? [] : [`revoke all on database ${name} from public`]), ...grant].join('; ');
}

export function dropDatabaseSql(database: string): string {
  return `drop database if exists ${identifier(database)}`;
}

/** Both or neither. Asked in another database; nobody may be in either. */
export function exchangeSql(database: string, aside: string, fresh: string): string {
  return [
    endSessionsSql(database),
    endSessionsSql(fresh),
    `alter database ${identifier(database)} rename to ${identifier(aside)}`,
    `alter database ${identifier(fresh)} rename to ${identifier(database)}`,
  ].join('; ');
}

export const analyzeSql = `${patiently}analyze`;
