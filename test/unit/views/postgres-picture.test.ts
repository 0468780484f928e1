/** PostgreSQL clusters on the screen: the list, and what Enter opens: members, disks, and which copies are safe. */
import {describe, expect, test} from 'vitest';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {russian} from '../../../src/domain/messages/russian.ts';
import {deleting, set} from '../../support/objects.ts';
import {database, databaseName, diskOf, following, leading, lockIn, member, volumeOf} from '../../support/postgres-objects.ts';
import {entryOf, runOf, type ScriptedDesk, same, stepOf} from '../../support/scripted-desk.ts';
import {type BenchOptions, openBench, type ViewBench} from '../../support/view-bench.tsx';

const [firstClaim, firstVolume] = diskOf(0, 'fast');
const [secondClaim, secondVolume] = diskOf(1, 'slow');
const left = volumeOf(
  'pvc-kept',
  {...secondClaim, metadata: {...secondClaim.metadata, uid: 'earlier'}},
  'slow',
  set('status', {phase: 'Released'}),
);
const kind = {group: 'acid.zalan.do', plural: 'postgresqls', kind: 'postgresql', isNamespaced: true};

function earlier(ordinal: number): KubeObject {
  const [claim] = diskOf(ordinal, 'network-hdd');
  return {...claim, metadata: {...claim.metadata, uid: 'earlier'}};
}

const world = [
  database(),
  member(0, leading('4.1.4')),
  member(1, following('4.1.4')),
  lockIn('Endpoints', `${databaseName}-0`),
  firstClaim,
  firstVolume,
  secondClaim,
  secondVolume,
  {...left, spec: {...(left.spec as object), persistentVolumeReclaimPolicy: 'Retain'}},
];

async function opened(objects: readonly KubeObject[] = world, options: BenchOptions = {}): Promise<ViewBench> {
  const bench = await openBench({objects, command: 'pg', columns: 120, ...options});
  await bench.press('enter');
  return bench;
}

test('the list says who leads, how many of the wanted members do their part, and what is not as it is asked', async () => {
  const bench = await openBench({objects: world, command: 'postgres', columns: 200});
  expect(bench.words()).toMatch(/commander-postgres commander 15 2\/2 commander-postgres-0 10Gi fast \S+ Running ◔ waiting/);
  expect(bench.screen()).toContain(`still on slow: the disk of ${databaseName}-1`);
});

describe('the page of a cluster', () => {
  test('shows members and disks, and which copies are safe', async () => {
    const bench = await opened();
    const lines = bench.lines().map(line => line.trim().replace(/\s+/g, ' '));
    expect(lines).toContain(`2 safe copies; if the disk of ${databaseName}-0 goes: 1`);
    expect(lines).toContain(`› ${databaseName}-0 leader running 2 worker-0 0 0s`);
    expect(lines).toContain(`${databaseName}-1 replica streaming 2 0 B · 0s worker-1 0 0s`);
    expect(lines).toContain(`${databaseName}-0 fast 10Gi Delete Bound pvc-0 Persiste`);
    expect(lines).toContain(`${databaseName}-1 slow 10Gi Retain Released pvc-kept`);
    expect(lines).toContain('PostgreSQL 15 · Patroni 4.1.4 · timeline 2 · lock in Endpoints · class fast wanted');
  });

  test('keeps roles, lags and classes where there is little room', async () => {
    const bench = await opened(world, {columns: 80});
    expect(bench.screen()).toMatch(/MEMBER +ROLE +STATE +TL +LAG/);
    expect(bench.screen()).toMatch(/DISK OF +CLASS +SIZE +RECLAIM +STATE/);
  });

  test('keeps the volumes where the old ones stand beside the new', async () => {
    const disks = [0, 1].flatMap(at => diskOf(at, 'network-ssd'));
    const old = [0, 1].map(at => volumeOf(`pvc-4d63bbfa-${at}-of-before-the-move`, earlier(at), 'network-hdd'));
    const released = old.map(set('status', {phase: 'Released'}));
    const bench = await opened([...world.slice(0, 4), ...disks, ...released], {columns: 80});
    expect(bench.screen()).toMatch(/DISK OF +CLASS +SIZE +RECLAIM +STATE +VOLUME/);
    expect(bench.screen()).toMatch(new RegExp(`${databaseName}-1 network-hdd 10Gi Delete +Released pvc-4d63bbfa-1`));
  });

  test('names the run that is changing it, and opens it on a key', async () => {
    const steps = ['class-tried', 'set-class', 'replace-1'].map(id => stepOf(id));
    const gate = {id: 'replace-1', required: 1, have: 0, approvals: [], evidenceDigest: '', openedAt: ''};
    const run = runOf('move-x7k2p', {
      spec: {runbook: {name: 'postgres-storage-class'}, parameters: {target: `default/${databaseName}`}},
      status: {
        phase: 'AwaitingApproval',
        current: 'replace-1',
        steps: steps.map(step => (step.id === 'replace-1' ? {...step, state: 'AwaitingApproval', gate} : step)),
      },
    });
    const prepare = (desk: ScriptedDesk) => {
      desk.entries = [entryOf('postgres-storage-class', {target: kind})];
      desk.put(run);
      desk.put(runOf('over', {spec: run.spec, status: {phase: 'Succeeded'}}));
      desk.put(runOf('other', {spec: {...run.spec, parameters: {target: 'default/other'}}}));
    };
    const bench = await openBench({objects: world, command: 'pg', columns: 120}, prepare);
    await bench.press('enter');
    expect(bench.words()).toContain('changed by the run move-x7k2p: step 3 of 3, waits at the gate replace-1 (o opens it)');
    expect(bench.words()).not.toMatch(/the run (over|other)/);
    await bench.press('o');
    expect(bench.lines()[1]).toMatch(/postgres-storage-class +default\/commander-postgres .*AwaitingApproval/);
  });

  test('says when the last copy stands on one disk, and when there is none', async () => {
    const alone = [
      database(set('spec.numberOfInstances', 1)),
      member(0, leading()),
      lockIn('ConfigMaps', `${databaseName}-0`),
      ...diskOf(0, 'fast'),
    ];
    expect((await opened(alone)).screen()).toContain(`1 safe copy; if the disk of ${databaseName}-0 goes: 0`);
    const going = [...alone.slice(0, 3), ...diskOf(0, 'fast', deleting('2026-01-02T12:00:00Z'))];
    const bench = await opened(going);
    expect(bench.screen()).toContain('no copy is known to be safe');
    expect(bench.screen()).toContain('Terminating');
  });

  test('does not take for lost what may not be seen', async () => {
    const bench = await opened(world.filter(({kind}) => kind !== 'Endpoints'));
    expect(bench.screen()).toContain('Who leads is not known');
    expect(bench.screen()).not.toContain('no leader');
    const unclaimed = await opened(world.filter(({kind}) => kind !== 'PersistentVolumeClaim' && kind !== 'PersistentVolume'));
    expect(unclaimed.screen()).toContain('Which copies are safe is not known');
    expect(unclaimed.screen()).toContain('Volumes may not be read');
  });

  test('counts how long nobody leads', async () => {
    const bench = await opened([...world.filter(({kind}) => kind !== 'Endpoints'), lockIn('Endpoints', '')]);
    await bench.clock.advance(12_000);
    expect(bench.screen()).toContain('no leader for 12s: it takes no writes');
  });

  test('has a member at hand for a shell and its log', async () => {
    const bench = await opened();
    await bench.press('j');
    expect(bench.screen()).toMatch(new RegExp(`› ${databaseName}-1 +replica`));
    await bench.press('l');
    expect(bench.screen()).toContain(`default/${databaseName}-1`);
    expect(bench.screen()).toContain('of which container?');
  });

  test('opens the object itself on y', async () => {
    const bench = await opened();
    await bench.press('y');
    expect(bench.screen()).toContain('numberOfInstances: 2');
    await bench.press('esc');
    expect(bench.screen()).toContain('safe copies');
  });

  test('speaks Russian', async () => {
    expect((await opened(world, {catalogue: russian})).screen()).toContain(`2 надёжные копии; без диска ${databaseName}-0 останется 1`);
  });
});

describe('the keys of a cluster', () => {
  const runbooks = ['postgres-storage-class', 'postgres-switchover', 'postgres-backup', 'commander-keys-backup'];
  const storageClass = {
    name: 'storageClass',
    type: 'string',
    words: same('Class'),
    isRequired: true,
    hasChoices: true,
    isClosed: true,
  } as const;

  async function offered(objects: readonly KubeObject[] = world): Promise<ViewBench> {
    return openBench({objects, command: 'pg', columns: 120}, desk => {
      desk.entries = runbooks.map(name =>
        entryOf(name, {target: kind, parameters: name === 'postgres-storage-class' ? [storageClass] : []}),
      );
    });
  }

  test('go on with a move to the class that is wanted where a disk is still on another', async () => {
    const bench = await offered();
    await bench.press('m');
    await bench.press('e');
    expect(bench.words()).toMatch(/storageClass\S* +fast/);
  });

  test('ask for the class where all disks are as they are asked to be', async () => {
    const bench = await offered([...world.slice(0, 6), ...diskOf(1, 'fast')]);
    await bench.press('m');
    expect(bench.screen()).toContain('Title of postgres-storage-class');
    expect(bench.screen()).toContain(`default/${databaseName}`);
  });

  test('say why a switchover or a backup of keys makes no sense', async () => {
    const bench = await offered([
      database(set('spec.numberOfInstances', 1)),
      member(0, leading()),
      lockIn('Endpoints', `${databaseName}-0`),
    ]);
    await bench.press('x');
    expect(bench.screen()).toContain('It has one member: nobody could take over.');
    await bench.press('K');
    expect(bench.screen()).toContain('Only Commander’s database has encryption keys.');
  });

  test('are there on its page too', async () => {
    const bench = await offered();
    await bench.press('enter', 'x');
    expect(bench.words()).toContain('postgres-switchover');
    expect(bench.screen()).toContain(`default/${databaseName}`);
  });
});
