/** What pg_restore --list says of good dumps and of damaged ones, as PostgreSQL 15 printed it. */
import {expect, test} from 'vitest';
import {listingFaults, readDumpListing} from '../../../../src/domain/postgres/dump-listing.ts';

const good = `;
; Archive created at 2026-11-21 19:13:32 UTC
;     dbname: commander
;     TOC Entries: 28
;     Compression: -1
;     Dump Version: 1.14-0
;     Format: CUSTOM
;     Integer: 4 bytes
;     Offset: 8 bytes
;     Dumped from database version: 15.18 (Debian 15.18-0+deb12u1)
;     Dumped by pg_dump version: 15.18 (Debian 15.18-0+deb12u1)
;
;
; Selected TOC Entries:
;
215; 1259 16387 TABLE public clusters commander
3374; 0 16387 TABLE DATA public clusters commander
3376; 0 16392 TABLE DATA extra Odd Table commander
`;
/** Went through a terminal: pg_restore lists it, and ends with 0. */
const mangled = `;
; Archive created at 34370-06-21 19:13:34 UTC
;     dbname: 
;     TOC Entries: -673215333
;     Compression: -1
;     Dump Version: 1.14-0
;     Format: CUSTOM
;     Integer: 4 bytes
;     Offset: 8 bytes
;
;
; Selected TOC Entries:
;
`;
const now = Date.parse('2026-11-21T19:20:00Z');
const tables = ['public.clusters', 'extra.Odd Table'];

test('a good one has no faults', () => {
  const listing = readDumpListing(good);
  expect(listing).toMatchObject({database: 'commander', entries: 28, listed: 3});
  expect(listingFaults(listing, {database: 'commander', now, tables})).toEqual([]);
});

test('one that went through a terminal has every fault that a listing can show', () => {
  expect(listingFaults(readDumpListing(mangled), {database: 'commander', now, tables})).toEqual([
    'it names the database nothing',
    'its date is none of today',
    'its table of contents has -673215333 entries',
    'it lists nothing',
    'no rows of public.clusters, extra.Odd Table',
  ]);
});

test('another database’s, one of another day and one without a table are told apart', () => {
  const faults = (wanted: {database?: string; now?: number; tables?: readonly string[]}) =>
    listingFaults(readDumpListing(good), {database: 'commander', now, tables, ...wanted});
  expect(faults({database: 'shop'})).toEqual(['it names the database commander']);
  expect(faults({now: now + 3 * 86_400_000})).toEqual(['its date is none of today']);
  expect(faults({tables: [...tables, 'public.jobs']})).toEqual(['no rows of public.jobs']);
});

test('of a database without tables nothing is listed, and that is as it should be', () => {
  const empty = good
    .replace(/^\d+;.*\n/gm, '')
    .replace('commander', 'postgres')
    .replace('28', '5');
  expect(listingFaults(readDumpListing(empty), {database: 'postgres', now, tables: []})).toEqual([]);
});
