/** What becomes of disks: replaced, kept, taken up again, or never made. */
import {expect, test} from 'vitest';
import {readString} from '../../../../src/domain/fields.ts';
import {psql} from '../../../../src/domain/postgres/member-commands.ts';
import {baseBackupSql, checkpointSql} from '../../../../src/domain/postgres/member-sql.ts';
import {deadClass, newClass, oldClass} from '../../../support/postgres-drafts.ts';
import {PostgresHands} from '../../../support/postgres-hands.ts';

const two = {isHighlyAvailable: true} as const;

test('a claim in use stays until its pod has gone; then both are made anew', async () => {
  const hands = await PostgresHands.start(two);
  await hands.wishClass(newClass);
  const before = await hands.claim(1);
  await hands.dropClaim(1);
  await hands.pass(20);
  const leaving = await hands.claim(1);
  expect(leaving?.metadata.uid).toBe(before?.metadata.uid);
  expect(leaving?.metadata.deletionTimestamp).toBeDefined();
  await hands.dropPod(1);
  await hands.pass(10);
  expect((await hands.claim(1))?.metadata.uid).not.toBe(before?.metadata.uid);
  await hands.pass(60);
  expect([await hands.classOf(1), await hands.topology()]).toEqual([newClass, ['0 leader running', '1 replica running']]);
});

test('a base backup waits for a checkpoint that somebody may call for', async () => {
  const hands = await PostgresHands.start(two, {hasSlowCheckpoint: true});
  await hands.replaceDisk(1);
  await hands.pass(60);
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica creating replica']);
  expect(JSON.parse((await hands.run(0, psql(baseBackupSql))).stdout)).toMatchObject([{phase: 'waiting for checkpoint to finish'}]);
  await hands.run(0, psql(checkpointSql));
  await hands.pass(2);
  expect(JSON.parse((await hands.run(0, psql(baseBackupSql))).stdout)).toMatchObject([{phase: 'streaming database files'}]);
  await hands.pass(10);
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
});

test('a base backup that fails is tried again', async () => {
  const hands = await PostgresHands.start(two, {failedBackups: 2});
  await hands.replaceDisk(1);
  await hands.pass(120);
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
  expect(hands.platform.faults.failedBackups).toBe(0);
});

test('a pod that was made too early waits for ever, until it is deleted once more', async () => {
  const hands = await PostgresHands.start(two, {pendingRaces: 1});
  await hands.replaceDisk(1);
  await hands.pass(120);
  expect(readString(await hands.pod(1), 'status.phase')).toBe('Pending');
  expect(await hands.claim(1)).toBeUndefined();
  expect((await hands.messages()).join('\n')).toContain('persistentvolumeclaim "pgdata-commander-postgres-1" not found');
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica ']);
  await hands.dropPod(1);
  await hands.pass(60);
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
});

test('a pod may come back on its old disk', async () => {
  const hands = await PostgresHands.start(two, {reusesLeavingClaims: true});
  await hands.wishClass(newClass);
  const before = await hands.claim(1);
  await hands.replaceDisk(1);
  await hands.pass(60);
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica running']);
  expect([(await hands.claim(1))?.metadata.uid, await hands.classOf(1)]).toEqual([before?.metadata.uid, oldClass]);
});

test('a class that can give no disk says why; one that nobody serves says nothing', async () => {
  const hands = await PostgresHands.start(two, {cannotProvision: {[newClass]: 'quota exceeded'}});
  await hands.wishClass(newClass);
  await hands.replaceDisk(1);
  await hands.pass(60);
  expect(readString(await hands.claim(1), 'status.phase')).toBe('Pending');
  const told = `ProvisioningFailed: failed to provision volume with StorageClass "${newClass}": quota exceeded`;
  expect(await hands.messages()).toContain(told);
  await hands.wishClass(deadClass);
  await hands.replaceDisk(1);
  await hands.pass(60);
  expect([await hands.classOf(1), readString(await hands.claim(1), 'status.phase')]).toEqual([deadClass, 'Pending']);
});

test('a lone disk that is lost leaves a member that waits for a leader; the disk brought back heals it', async () => {
  const hands = await PostgresHands.start();
  const {platform} = hands;
  const volume = await hands.volume(0);
  const retain = {spec: {persistentVolumeReclaimPolicy: 'Retain'}};
  await platform.world.patch({apiVersion: 'v1', kind: 'PersistentVolume', name: volume}, retain);
  await hands.replaceDisk(0);
  await hands.pass(60);
  expect(await hands.topology()).toEqual(['0 replica stopped']);
  expect((await hands.page(0, 'patroni'))?.body).toContain('"role":"uninitialized","cluster_unlocked":true');
  expect(readString(await platform.world.find({apiVersion: 'v1', kind: 'PersistentVolume', name: volume}), 'status.phase')).toBe(
    'Released',
  );
  await hands.scaleTo(0);
  await hands.pass(20);
  await hands.dropClaim(0);
  await hands.pass(10);
  await platform.world.patch({apiVersion: 'v1', kind: 'PersistentVolume', name: volume}, {spec: {claimRef: null}});
  await platform.world.create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {name: 'pgdata-commander-postgres-0', namespace: 'd8-commander'},
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: oldClass,
      volumeName: volume,
      resources: {requests: {storage: '10Gi'}},
    },
  });
  await hands.pass(10);
  await hands.scaleTo(1);
  await hands.pass(30);
  expect([await hands.topology(), platform.timeline, platform.lostRows]).toEqual([['0 leader running'], 2, 0]);
});

test('the disk of another database is refused, and its pod keeps ending', async () => {
  const hands = await PostgresHands.start(two);
  const disk = hands.platform.state.disks[await hands.volume(1)];
  Object.assign(disk ?? {}, {systemId: '7710700260382409191'});
  await hands.dropPod(1);
  await hands.pass(60);
  const pod = JSON.stringify((await hands.pod(1))?.status);
  expect(pod).toContain('CrashLoopBackOff');
  expect(pod).toContain('system ID mismatch, node commander-postgres-1 belongs to a different cluster');
  expect(await hands.topology()).toEqual(['0 leader running', '1 replica stopped']);
});

test('a disk that was left behind is taken up when the cluster grows again, and catches up', async () => {
  const hands = await PostgresHands.start(two);
  const left = await hands.volume(1);
  await hands.scaleTo(1);
  await hands.pass(60);
  expect(await hands.pod(1)).toBeUndefined();
  await hands.scaleTo(2);
  await hands.pass(60);
  expect(await hands.volume(1)).toBe(left);
  expect(hands.platform.diskOf('commander-postgres-1')?.content).toBe(hands.platform.diskOf('commander-postgres-0')?.content);
});
