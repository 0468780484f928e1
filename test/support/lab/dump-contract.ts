/** What a member answers to the commands and statements of dumps and restores, real and simulated alike. */
import {expect, test} from 'vitest';
import {
  fileDigest,
  fileHead,
  fileSize,
  freeSpace,
  listDump,
  makeFolder,
  memberDump,
  memberFolder,
  memberGlobals,
  neededTools,
  pgDump,
  pgDumpGlobals,
  printFile,
  readDigest,
  readDumpWhole,
  readFreeBytes,
  removeFiles,
  removeFolder,
  renameFile,
  restoreDump,
  toolVersion,
} from '../../../src/domain/postgres/dump-commands.ts';
import {inventoryFaults, readInventory, readProperties} from '../../../src/domain/postgres/dump-inventory.ts';
import {listingFaults, readDumpListing} from '../../../src/domain/postgres/dump-listing.ts';
import {
  analyzeSql,
  createDatabaseSql,
  databaseNamesSql,
  dropDatabaseSql,
  exchangeSql,
  extensionsSql,
  freezeSql,
  freezeStateSql,
  inventorySql,
  propertiesSql,
  rolesSql,
  thawSql,
} from '../../../src/domain/postgres/dump-sql.ts';
import {dataMount, psql} from '../../../src/domain/postgres/member-commands.ts';
import {readWriteMark, writeMarkSql} from '../../../src/domain/postgres/write-mark.ts';
import type {Members} from './member-contract.ts';

const own = 'contract';
const aside = 'contract_before_x';
const fresh = 'contract_restore_x';
const file = memberDump('contract', 0);

export function describeDumpContract({run, leader, replica}: Members): void {
  const said = async (command: readonly string[], member = leader()): Promise<string> => {
    const {exitCode, stdout, stderr} = await run(member, command);
    expect(exitCode, `${command.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  };
  const ask = async (statement: string, database?: string): Promise<unknown> => JSON.parse(await said(psql(statement, database)));
  const tell = async (statement: string, database?: string): Promise<string> => said(psql(statement, database));
  const inventory = async (database: string) => readInventory(await ask(inventorySql, database));

  test('the tools say their versions', async () => {
    for (const tool of neededTools) expect(await said(toolVersion(tool))).toMatch(/\d+\.\d+/);
  });

  test('a database is made as another one is, is counted, and is closed and opened', async () => {
    const properties = readProperties(await ask(propertiesSql('postgres')));
    expect(properties).toMatchObject({encoding: 'UTF8', owner: 'postgres', connectionLimit: -1});
    await tell(createDatabaseSql(own, properties));
    expect(await ask(databaseNamesSql)).toEqual(expect.arrayContaining([own, 'postgres']));
    expect(await ask(extensionsSql, own)).toEqual(['plpgsql']);
    expect(await ask(rolesSql)).toEqual(expect.arrayContaining(['postgres']));
    expect(await inventory(own)).toMatchObject({tables: [], largeObjects: 0, unvalidated: 0});
    expect(await ask(freezeStateSql([]))).toEqual([]);
    await tell(thawSql({}));
    await tell(freezeSql([own]));
    expect(await ask(freezeStateSql([own]))).toEqual([{name: own, limit: 0, isReadOnly: true, sessions: 0}]);
    await tell(thawSql({[own]: -1}));
    expect(await ask(freezeStateSql([own]))).toMatchObject([{name: own, limit: -1, isReadOnly: false}]);
  });

  test('writes are counted, and reading and closing it is none', async () => {
    const mark = async () => readWriteMark(await ask(writeMarkSql, own));
    const before = await mark();
    expect(before).toMatchObject({isCounted: true, rows: expect.any(Number), catalog: expect.any(Number)});
    expect(before.since.length).toBeGreaterThanOrEqual(1);
    await inventory(own);
    await tell(freezeSql([own]));
    await tell(thawSql({[own]: -1}));
    expect(await mark()).toEqual(before);
  });

  test('a dump is a file that lists what it is, is read to its end, and has a size and a digest', async () => {
    await said(makeFolder(memberFolder('contract')));
    await said(pgDump(own, `${file}.part`));
    await said(renameFile(`${file}.part`, file));
    expect(await said(fileHead(file))).toBe('PGDMP');
    expect(Number(await said(fileSize(file)))).toBeGreaterThan(0);
    expect(readDigest(await said(fileDigest(file)))).toMatch(/^[0-9a-f]{64}$/);
    expect(await said(readDumpWhole(file))).toBe('');
    const listing = readDumpListing(await said(listDump(file)));
    expect(listingFaults(listing, {database: own, now: (listing.createdAt ?? 0) + 60_000, tables: []})).toEqual([]);
    expect(listingFaults(listing, {database: 'other', now: listing.createdAt ?? 0, tables: ['public.none']}).length).toBeGreaterThan(1);
    expect(readFreeBytes(await said(freeSpace(dataMount)))).toBeGreaterThan(0);
    const globals = memberGlobals('contract');
    await said(pgDumpGlobals(globals));
    expect(await said(printFile(globals))).toContain('CREATE ROLE postgres;');
    await said(removeFiles([globals]));
  });

  test('a folder is made for one pair of eyes, and again where it is there', async () => {
    const folder = memberFolder('contract-folder');
    for (const turn of [makeFolder(folder), makeFolder(folder)]) expect(await said(turn)).toBe('');
    expect(makeFolder(folder)).toContain('700');
    await said(removeFolder(folder));
  });

  test('it comes back into a database of its own, which takes the place of the other in one go', async () => {
    const before = await inventory(own);
    await tell(createDatabaseSql(fresh, readProperties(await ask(propertiesSql(own)))));
    await said(restoreDump(fresh, file));
    expect(inventoryFaults(before, before, await inventory(fresh))).toEqual([]);
    await tell(exchangeSql(own, aside, fresh));
    expect(await ask(databaseNamesSql)).toEqual(expect.arrayContaining([own, aside]));
    expect(await ask(databaseNamesSql)).not.toContain(fresh);
    await tell(analyzeSql, own);
    for (const name of [own, aside]) await tell(dropDatabaseSql(name));
    expect(await ask(databaseNamesSql)).not.toContain(own);
    await said(removeFolder(memberFolder('contract')));
    expect((await run(leader(), fileSize(file))).exitCode).toBe(1);
  });

  test('a replica makes no database', async () => {
    const {exitCode, stderr} = await run(replica(), psql(dropDatabaseSql('none')));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('in a read-only transaction');
  });
}
