/** What is noted on the volumes of a database on its way to another class, whose note it is, and what stands on them in the end. */
import {expect, test} from 'vitest';
import {readString} from '../../../src/domain/fields.ts';
import {readManifest} from '../../../src/domain/postgres/dump-manifest.ts';
import {createReader} from '../../../src/engine/live-reader.ts';
import {policyBeforeAnnotation, policyRunAnnotation} from '../../../src/runbooks/postgres-migration.ts';
import {keepStep} from '../../../src/runbooks/postgres-protect-step.ts';
import {postgresStorageClass} from '../../../src/runbooks/postgres-storage-class.ts';
import {newClass, oldClass} from '../../support/postgres-drafts.ts';
import {type Meanwhile, startPostgresKit, stateOf, tellRun} from '../../support/postgres-kit.ts';
import type {PostgresPlatform} from '../../support/postgres-platform.ts';

const asked = {storageClass: newClass, backupTo: 'none', keysTo: 'none'};

async function start(meanwhile: Meanwhile, isHighlyAvailable = true) {
  const started = await startPostgresKit([postgresStorageClass], {isHighlyAvailable}, {}, meanwhile);
  await started.kit.submit('postgres-storage-class', {target: started.target, ...asked});
  return started;
}

/** Of each volume of the class: whose claim it is of, its policy, and the note on it. */
async function notesOf({world}: PostgresPlatform, storageClass: string): Promise<readonly string[]> {
  const volumes = (await world.list('v1', 'PersistentVolume')).filter(each => readString(each, 'spec.storageClassName') === storageClass);
  return volumes
    .map(each => {
      const {[policyBeforeAnnotation]: before = '-', [policyRunAnnotation]: run = '-'} = each.metadata.annotations ?? {};
      const member = readString(each, 'spec.claimRef.name')?.slice(-1) ?? '?';
      return `${member} ${readString(each, 'spec.persistentVolumeReclaimPolicy')} ${before} ${run}`;
    })
    .sort();
}

test('a new disk outlives its claim from the moment that a copy is on it until the end', {timeout: 60_000}, async () => {
  const seen = new Set<string>();
  const {kit, platform} = await start(async (met, run) => {
    const step = ['copy-1', 'switchover', 'copy-0'].find(id => stateOf(run, id) === 'Verifying');
    if (step !== undefined) for (const note of await notesOf(met, newClass)) seen.add(`${step}: ${note.replace(run.meta.uid, 'this run')}`);
  });
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect([...seen]).toEqual([
    'copy-1: 1 Delete - -',
    'switchover: 1 Retain Delete this run',
    'copy-0: 0 Delete - -',
    'copy-0: 1 Retain Delete this run',
  ]);
  expect(await notesOf(platform, newClass)).toEqual(['0 Delete - -', '1 Delete - -']);
  expect(await notesOf(platform, oldClass)).toEqual(['0', '1'].map(member => `${member} Retain Delete ${run.meta.uid}`));
});

test('a disk of which no volume is found is not taken for a kept one', async () => {
  const {kit, platform} = await startPostgresKit([postgresStorageClass], {});
  const reader = createReader({kube: kit.port, clock: kit.clock});
  const stepOf = (ordinal: number) => keepStep({database: platform.database}, {member: `commander-postgres-${ordinal}`, ordinal});
  expect(await stepOf(0).act(reader, 'run/keep')).toHaveLength(1);
  await expect(stepOf(1).act(reader, 'run/keep')).rejects.toMatchObject({reason: 'NotKept'});
});

test('the disk of a member that was added for the time is kept', {timeout: 60_000}, async () => {
  const {kit, platform} = await start(() => undefined, false);
  const run = await kit.driveToEnd();
  expect(run.status.phase, tellRun(run)).toBe('Succeeded');
  expect(await notesOf(platform, newClass)).toEqual(['0 Delete - -', `1 Retain Delete ${run.meta.uid}`]);
});

test.each(['switchover', 'copy-0'])(
  'what a run that was given up at %s has noted, the next one puts back',
  {timeout: 60_000},
  async step => {
    let isAsked = false;
    const {kit, platform, target} = await start(async (_platform, run) => {
      if (isAsked || stateOf(run, step) !== 'Verifying') return;
      isAsked = true;
      await kit.control({desired: 'Abort', abortMode: 'Now'});
    });
    expect((await kit.driveToEnd()).status.phase).toBe('Aborted');
    await kit.pass(120_000);
    await kit.submit('postgres-storage-class', {target, ...asked}, {}, 'run-2');
    const run = await kit.driveToEnd('run-2');
    expect(run.status.phase, tellRun(run)).toBe('Succeeded');
    expect(await notesOf(platform, newClass)).toEqual(['0 Delete - -', '1 Delete - -']);
    expect((await notesOf(platform, oldClass)).map(note => note.slice(0, 15))).toEqual(['0 Retain Delete', '1 Retain Delete']);
  },
);

test('an undo takes back what the run has noted, and leaves what another one has', {timeout: 60_000}, async () => {
  let isAsked = false;
  const {kit, platform} = await start(async ({world}, run) => {
    if (isAsked || stateOf(run, 'set-class') !== 'Verifying') return;
    isAsked = true;
    const volume = (await world.list('v1', 'PersistentVolume')).find(
      each => readString(each, 'spec.claimRef.name')?.endsWith('-1') === true,
    );
    const name = volume?.metadata.name ?? '';
    await world.patch({apiVersion: 'v1', kind: 'PersistentVolume', name}, {metadata: {annotations: {[policyRunAnnotation]: 'another'}}});
    await kit.control({desired: 'Abort', abortMode: 'Undo'});
  });
  const run = await kit.driveToEnd();
  expect(stateOf(run, 'protect-disks'), tellRun(run)).toBe('Undone');
  expect(await notesOf(platform, oldClass)).toEqual(['0 Delete - -', '1 Retain Delete another']);
});

test('the gate before a disk goes says when the dump was taken, and whether that is more than an hour ago', {timeout: 60_000}, async () => {
  const {kit, platform, target} = await startPostgresKit([postgresStorageClass], {isHighlyAvailable: true});
  await kit.submit('postgres-storage-class', {target, storageClass: newClass, backupTo: 'file:/safe', keysTo: 'none'});
  const gateOf = async (step: string) => {
    let run = await kit.driveToEnd('run-1', {isConsenting: false});
    for (let gate = 0; gate < 20 && stateOf(run, step) !== 'AwaitingApproval'; gate += 1) {
      await kit.consent();
      run = await kit.driveToEnd('run-1', {isConsenting: false});
    }
    const opened = (await kit.log()).filter(({kind, step: id}) => kind === 'gate-opened' && id === step);
    return readString(opened.at(-1)?.data, 'facts.dump');
  };
  const fresh = await gateOf('replace-1');
  expect(fresh).toMatch(/^of \d{4}-\d\d-\d\dT[\d:.]+Z, less than an hour old$/);
  const [, manifest] = [...platform.files.files].find(([name]) => name.endsWith('/manifest.json')) ?? [];
  expect(fresh).toContain(readManifest(new TextDecoder().decode(manifest))?.takenAt);
  await kit.pass(3_600_000);
  await kit.driveToEnd('run-1', {isConsenting: false});
  expect(await gateOf('replace-1')).toBe(
    fresh?.replace('less than an hour old', 'more than an hour old: what was written since is in no dump'),
  );
});
