/** Dumps whose bytes are damaged on their way: none is taken for a dump, and the database stays as it was. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readString} from '../../src/domain/fields.ts';
import {backupMount} from '../../src/domain/postgres/dump-commands.ts';
import {manifestName, readManifest} from '../../src/domain/postgres/dump-manifest.ts';
import {dataMount, memberContainer, psql} from '../../src/domain/postgres/member-commands.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {buildProgram, type Program} from '../support/dashboard.ts';
import {describeWhere} from '../support/describe-where.ts';
import {leaderName} from '../support/lab/commander-database.ts';
import {describeRun} from '../support/lab/describe-run.ts';
import {type DamageKind, ExecDamage} from '../support/lab/exec-damage.ts';
import {stateOf} from '../support/lab/lab-case.ts';
import {LabRuns} from '../support/lab/lab-run.ts';
import {type LabLink, linkToLab} from '../support/lab/link-to-lab.ts';
import {keptSafe, makeBackupClaim, untilLive} from '../support/lab/migration.ts';
import {postgresBin} from '../support/lab/patroni-versions.ts';
import {askPod} from '../support/lab/run-in-pod.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';
import {runsNamespace} from '../support/runs/run-objects.ts';

const timeout = 300_000;
const everyKind: readonly DamageKind[] = ['cut', 'short', 'mangled'];
/** More than one piece on the way. */
const ballast = 'create table ballast as select g as id, md5(g::text) || md5((-g)::text) as body from generate_series(1, 40000) g';
const ballastSum = "select count(*) || ' ' || md5(string_agg(body, ',' order by id)) from ballast";

const carriesOut = (command: readonly string[]) => command[0] === 'cat' && isDump(command, dataMount);
const takesIn = (command: readonly string[]) => command[0] === 'dd' && isDump(command, backupMount);
const readsBack = (command: readonly string[]) => command[0] === 'cat' && isDump(command, backupMount);
const putsBack = (command: readonly string[]) => command[0] === 'dd' && isDump(command, dataMount);

function isDump(command: readonly string[], mount: string): boolean {
  return new RegExp(`${mount}/.*\\.dump(\\.part)?$`).test(command.at(-1) ?? '');
}

let program: Program;
let lab: Lab;
let link: LabLink;
let runs: LabRuns;
let ordered = 0;
const damage = new ExecDamage(() => link.proxy.cut());

describeWhere(
  findLab('embedded', '3.0.2'),
  'dumps on damaged ways',
  () => {
    beforeAll(async () => {
      program = await buildProgram();
      lab = await startLab({server: 'embedded', patroni: '3.0.2', instances: 1, damage});
      link = await linkToLab(lab);
      runs = await LabRuns.prepare(lab, program, link.kubeconfigPath);
      await makeBackupClaim(lab);
      await untilLive(lab, 1);
      await ask(ballast);
    });
    afterAll(async () => {
      await runs?.close();
      await link?.proxy.close();
      await lab?.close();
      await program?.remove();
    });

    test.for([
      {way: 'out of the member', hits: carriesOut},
      {way: 'into its place', hits: takesIn},
    ])('cut, short and mangled $way: it is carried again, until both ends have the same', {timeout}, async ({hits}) => {
      for (const kind of everyKind) damage.plan(kind, hits);
      const run = await backUp();
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      expect(damage.done.splice(0)).toEqual(everyKind);
      await expectWhole((await backups()).at(-1));
    });

    test('cut, short and mangled while it is brought back: what is restored is what was dumped', {timeout}, async () => {
      const [folder, sum] = [(await backups()).at(-1), await ask(ballastSum)];
      await ask('delete from ballast where id % 2 = 0');
      for (const kind of everyKind) damage.plan(kind, kind === 'mangled' ? putsBack : readsBack);
      const parameters = {
        target: 'd8-commander/commander-postgres',
        from: `${keptSafe.backupTo}/${folder}`,
        backupTo: keptSafe.backupTo,
      };
      const run = await carry('postgres-restore', parameters);
      expect(run.status.phase, describeRun(run)).toBe('Succeeded');
      expect(damage.done.splice(0).sort()).toEqual([...everyKind].sort());
      expect(await ask(ballastSum)).toBe(sum);
    });

    test('short or mangled every time: the run gives up, and there is no further backup', {timeout}, async () => {
      const before = await backups();
      damage.plan('short', carriesOut, 2);
      damage.plan('mangled', takesIn, Number.POSITIVE_INFINITY);
      const run = await backUp();
      expect(new Set(damage.done)).toEqual(new Set(['short', 'mangled']));
      expect(run.status.phase, describeRun(run)).not.toBe('Succeeded');
      expect(stateOf(run, 'dump-kept'), describeRun(run)).toBe('Failed');
      expect(await backups()).toEqual(before);
    });
  },
  'lab',
);

/** What is on the claim, read beside everybody. */
async function claimFolder(): Promise<string> {
  const claim = {apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'dumps', namespace: runsNamespace};
  return lab.ground.volumeFolder(readString(await new WorldClient(lab.server.port).find(claim), 'spec.volumeName') ?? '');
}

/** The folders with a manifest: only those are backups. Newest last. */
async function backups(): Promise<readonly string[]> {
  const base = await claimFolder();
  const made = readdirSync(base).flatMap(name => {
    const manifest = join(base, name, manifestName);
    return existsSync(manifest) ? [{name, atMs: statSync(manifest).mtimeMs}] : [];
  });
  return made.sort((one, other) => one.atMs - other.atMs).map(({name}) => name);
}

async function expectWhole(backup: string | undefined): Promise<void> {
  const folder = join(await claimFolder(), backup ?? '');
  const manifest = readManifest(readFileSync(join(folder, manifestName), 'utf8'));
  const [dumped] = manifest?.databases ?? [];
  const file = join(folder, dumped?.file ?? '');
  const bytes = readFileSync(file);
  expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([dumped?.bytes, dumped?.sha256]);
  const restore = (...args: readonly string[]) => execFileSync(join(postgresBin, 'pg_restore'), [...args, file], {encoding: 'utf8'});
  expect(restore('--list')).toContain('TABLE DATA public ballast');
  restore('-f', '/dev/null');
}

function backUp() {
  return carry('postgres-backup', {target: 'd8-commander/commander-postgres', backupTo: keptSafe.backupTo});
}

function carry(runbook: string, parameters: Record<string, string>) {
  ordered += 1;
  return runs.carry({name: `${runbook}-${ordered}`, runbook, parameters}, {deadlineMs: timeout});
}

async function ask(sql: string): Promise<string> {
  const pod = {namespace: 'd8-commander', name: await leaderName(lab)};
  return askPod(lab.server.streams, pod, memberContainer, psql(sql, 'commander'));
}
