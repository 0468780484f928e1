import {appendFileSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {AuditFile} from '../../../../src/cli/journal/audit.ts';
import type {AuditEntry} from '../../../../src/domain/audit.ts';
import {temporaryFolder} from '../../cluster/temporary-folder.ts';

const temporary = temporaryFolder();
let folders = 0;

function newFolder(): string {
  folders += 1;
  return join(temporary.path, `${folders}`, 'deckhand');
}

function entry(number: number, what = `patch Node w${number}`): AuditEntry {
  return {
    at: `2026-01-02T12:00:${String(number).padStart(2, '0')}.000Z`,
    kind: 'effect',
    user: 'alice',
    context: 'prod-eu',
    runbook: 'node-cordon',
    run: `run-${number}`,
    runUid: `uid-${number}`,
    target: `w${number}`,
    step: 'cordon',
    what,
    command: `kubectl cordon w${number}`,
    outcome: 'resourceVersion 7',
  };
}

test('entries come back newest first, as many as are asked for, and are the owner’s alone', async () => {
  const folder = newFolder();
  const audit = new AuditFile(folder);
  expect(await audit.last(10)).toEqual([]);
  await Promise.all([audit.record([entry(1), entry(2)]), audit.record([entry(3)])]);
  expect(await new AuditFile(folder).last(10)).toEqual([entry(3), entry(2), entry(1)]);
  expect(await audit.last(2)).toEqual([entry(3), entry(2)]);
  expect([statSync(folder).mode & 0o777, statSync(audit.path).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(readFileSync(audit.path, 'utf8').split('\n').length).toBe(4);
});

test('a torn last line is passed over and ends before the next entry', async () => {
  const folder = newFolder();
  const audit = new AuditFile(folder);
  await audit.record([entry(1), entry(2)]);
  const text = readFileSync(audit.path, 'utf8');
  writeFileSync(audit.path, text.slice(0, -30));
  expect(await audit.last(10)).toEqual([entry(1)]);
  await audit.record([entry(3)]);
  appendFileSync(audit.path, '{"kind":"effect","user":7}\n{"kind":"weather"}\nnonsense\n');
  expect(await audit.last(10)).toEqual([entry(3), entry(1)]);
});

test('a full file is kept under its time, and read on into', async () => {
  const folder = newFolder();
  const audit = new AuditFile(folder, 1_000);
  for (let number = 1; number <= 12; number += 1) await audit.record([entry(number)]);
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThan(2);
  expect(names.every(name => statSync(join(folder, name)).size < 1_500)).toBe(true);
  expect((await audit.last(100)).map(({run}) => run)).toEqual(Array.from({length: 12}, (_, index) => `run-${12 - index}`));
});

test('two processes write to one file and lose nothing', async () => {
  const folder = newFolder();
  const audits = [new AuditFile(folder, 2_000), new AuditFile(folder, 2_000)];
  await Promise.all(Array.from({length: 40}, (_, index) => audits[index % 2]?.record([entry(index + 1)])));
  const runs = (await new AuditFile(folder).last(100)).map(({run}) => run);
  expect(runs.toSorted()).toEqual(Array.from({length: 40}, (_, index) => `run-${index + 1}`).toSorted());
});
