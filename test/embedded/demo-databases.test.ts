/** The databases of the demo live: their runbooks come to an end there, with a person who says yes at every gate. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Fields} from '../../src/domain/fields.ts';
import {readString} from '../../src/domain/fields.ts';
import type {Run} from '../../src/domain/run.ts';
import {DemoWorld, tellRun} from '../support/demo-world.ts';

const gatesMax = 10;
const upMs = 20_000;

async function toItsEnd(demo: DemoWorld, runbook: string, parameters: Fields): Promise<Run> {
  let run = await demo.run(runbook, parameters);
  for (let gate = 0; gate < gatesMax && run.status.phase === 'AwaitingApproval'; gate += 1) run = await demo.approve(run);
  return run;
}

async function claimsOf({client}: DemoWorld, database: string): Promise<readonly string[]> {
  const [namespace = '', name = ''] = database.split('/');
  const claims = await client.list('v1', 'PersistentVolumeClaim', namespace, {labelSelector: `cluster-name=${name}`});
  return claims.map(claim => `${claim.metadata.name} ${readString(claim, 'spec.storageClassName')} ${readString(claim, 'status.phase')}`);
}

describe.each([
  ['d8-commander/commander-postgres', ['pgdata-commander-postgres-0', 'pgdata-commander-postgres-1']],
  ['shop/shop-postgres', ['pgdata-shop-postgres-0']],
])('%s', (target, claims) => {
  let demo: DemoWorld;
  beforeAll(async () => {
    demo = await DemoWorld.start();
    await demo.clock.advance(upMs);
  });
  afterAll(() => demo.stop());

  test('is moved to another class, disk by disk', async () => {
    const run = await toItsEnd(demo, 'postgres-storage-class', {target, storageClass: 'network-ssd', backupTo: 'none', keysTo: 'none'});
    expect(tellRun(run)).toMatch(/^postgres-storage-class Succeeded/);
    expect(await claimsOf(demo, target)).toEqual(claims.map(claim => `${claim} network-ssd Bound`));
  });
});

test('a class that has no room for a database holds the run up, and the leader stays', async () => {
  const demo = await DemoWorld.start();
  await demo.clock.advance(upMs);
  const target = 'shop/shop-postgres';
  const run = await toItsEnd(demo, 'postgres-storage-class', {target, storageClass: 'local', backupTo: 'none', keysTo: 'none'});
  expect(tellRun(run)).toMatch(/^postgres-storage-class Paused/);
  expect(await claimsOf(demo, target)).toContain('pgdata-shop-postgres-0 network-hdd Bound');
  const pod = await demo.client.find({apiVersion: 'v1', kind: 'Pod', name: 'shop-postgres-0', namespace: 'shop'});
  expect(pod?.metadata.labels?.['spilo-role']).toBe('master');
  demo.stop();
}, 60_000);

test('the module that is turned off takes its namespace with it, and brings up a new database when it is on again', async () => {
  const demo = await DemoWorld.start();
  await demo.clock.advance(upMs);
  const config = {apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'};
  await demo.client.patch(config, {spec: {enabled: false}});
  await demo.clock.advance(60_000);
  expect(await demo.client.find({apiVersion: 'v1', kind: 'Namespace', name: 'd8-commander'})).toBeUndefined();
  await demo.client.patch(config, {spec: {enabled: true}});
  await demo.clock.advance(120_000);
  const pods = await demo.client.list('v1', 'Pod', 'd8-commander');
  const running = pods.filter(pod => readString(pod, 'status.phase') === 'Running').map(({metadata}) => metadata.name.replace(/-.*/, ''));
  expect(new Set(running)).toEqual(new Set(['backend', 'cluster', 'commander', 'connector', 'frontend', 'renderer']));
  expect(
    pods
      .map(({metadata}) => metadata.labels?.['spilo-role'] ?? '')
      .sort()
      .slice(-2),
  ).toEqual(['master', 'replica']);
  demo.stop();
}, 60_000);
