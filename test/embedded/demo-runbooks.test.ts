/** Every runbook of the catalogue in the demo's world: it comes to its end there, and what can be taken back is. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Fields} from '../../src/domain/fields.ts';
import {readField, readString} from '../../src/domain/fields.ts';
import {runbooks} from '../../src/runbooks/catalog.ts';
import {type DemoRow, demoRows} from '../support/demo-rows.ts';
import {DemoWorld, tellRun} from '../support/demo-world.ts';

/** Have tests of their own, below or in the tiers that have databases. */
const apart = [
  'object-edit',
  'static-node-add',
  'static-node-adopt',
  'postgres-backup',
  'postgres-restore',
  'commander-keys-backup',
  'commander-keys-verify',
  'postgres-switchover',
  'postgres-storage-class',
  'postgres-volume-rebind',
  'postgres-storage-class-by-restore',
];

const settleMs = 45_000;

test('no runbook is left out', () => {
  const tried = Object.values(demoRows).flatMap(rows => rows.map(({runbook}) => runbook));
  expect(runbooks.map(({name}) => name).filter(name => !tried.includes(name))).toEqual(apart);
});

describe.each(Object.entries(demoRows))('%s', (_subject, rows) => {
  let demo: DemoWorld;
  beforeAll(async () => {
    demo = await DemoWorld.start();
  });
  afterAll(() => demo.stop());

  test.each(rows.map(row => [`${row.runbook} ${row.parameters.target}${row.fails === true ? ', which fails' : ''}`, row] as const))(
    '%s',
    async (_name, row) => {
      const {runbook, parameters, after = [], fails, leaves, isUndone} = row;
      for (const [before, given] of after) await demo.run(before, given);
      const run = await demo.run(runbook, parameters);
      expect(tellRun(run)).toMatch(new RegExp(`^${runbook} ${fails === true ? 'Paused' : 'Succeeded'}`));
      if (fails === true) return expect(tellRun(await demo.abandon(run))).toMatch(new RegExp(`^${runbook} Aborted`));
      await demo.clock.advance(settleMs);
      if (leaves !== undefined) expect(await valueAt(demo, leaves)).toEqual(leaves[4]);
      if (isUndone !== true) return;
      const undone = await demo.run(runbook, parameters, {name: run.meta.name, uid: run.meta.uid});
      expect(tellRun(undone)).toMatch(new RegExp(`^${runbook} Succeeded`));
      await demo.clock.advance(settleMs);
      if ('back' in row && leaves !== undefined) expect(await valueAt(demo, leaves)).toEqual(row.back);
    },
    60_000,
  );
});

/** A path may go through a key with dots, as the last one. */
async function valueAt({client}: DemoWorld, [apiVersion, kind, name, path]: NonNullable<DemoRow['leaves']>): Promise<unknown> {
  const object = await client.find({apiVersion, kind, name});
  const [, parent = '', key = ''] = /^(metadata\.(?:annotations|labels))\.(.+)$/.exec(path) ?? [];
  if (parent === '') return readField(object, path);
  return (readField(object, parent) as Fields | undefined)?.[key];
}

describe('by hand', () => {
  let demo: DemoWorld;
  beforeAll(async () => {
    demo = await DemoWorld.start();
  });
  afterAll(() => demo.stop());

  test('object-edit changes what its patch names, and is undone', async () => {
    const ref = {apiVersion: 'v1', kind: 'ConfigMap', name: 'd8-cluster-uuid', namespace: 'kube-system'};
    const live = await demo.client.find(ref);
    const patch = [
      {op: 'test', path: '/metadata/uid', value: live?.metadata.uid},
      {op: 'test', path: '/metadata/resourceVersion', value: live?.metadata.resourceVersion},
      {op: 'add', path: '/data/note', value: 'seen'},
    ];
    const parameters = {target: 'configmaps/kube-system/d8-cluster-uuid', patch};
    const run = await demo.run('object-edit', parameters);
    expect(tellRun(run)).toMatch(/^object-edit Succeeded/);
    expect(readString(await demo.client.find(ref), 'data.note')).toBe('seen');
    expect(tellRun(await demo.run('object-edit', parameters, run.meta))).toMatch(/^object-edit Succeeded/);
    expect(readString(await demo.client.find(ref), 'data.note')).toBeUndefined();
  });

  test('a module that asks for consent waits at its gate until somebody opens it', async () => {
    const waiting = await demo.run('module-disable', {target: 'sds-replicated-volume'});
    expect(tellRun(waiting)).toMatch(/^module-disable AwaitingApproval/);
    expect(tellRun(await demo.approve(waiting))).toMatch(/^module-disable Succeeded/);
  });

  test('a host joins once somebody says that its script has run; it is adopted, and removed again', async () => {
    const asked = await demo.run('static-node-add', {target: 'bm-hand-1', group: 'bare-metal'});
    expect(tellRun(asked)).toMatch(/^static-node-add AwaitingApproval/);
    expect(tellRun(await demo.approve(asked))).toMatch(/^static-node-add Succeeded/);
    const adopted = await demo.run('static-node-adopt', {
      target: 'bm-hand-1',
      node: 'bm-hand-1',
      credentials: 'rack-admin',
      address: '192.168.50.61',
    });
    expect(tellRun(adopted)).toMatch(/^static-node-adopt Succeeded/);
    const removed = await demo.run('static-node-remove', {target: 'bm-hand-1'});
    expect(tellRun(removed)).toMatch(/^static-node-remove Succeeded/);
  });
});
