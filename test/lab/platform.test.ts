/** The platform around a live database in the fast lab: a new class reaches the set alone, and a disk can be changed by hand. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {readList, readString} from '../../src/domain/fields.ts';
import type {KubeObject} from '../../src/domain/kube-object.ts';
import {WorldClient} from '../../src/embedded/world/world-client.ts';
import {waitUntil} from '../support/control-plane/wait-until.ts';
import {describeWhere} from '../support/describe-where.ts';
import {compareWithCommander, leaderName, whatWasSaid} from '../support/lab/commander-database.ts';
import {findLab, type Lab, startLab} from '../support/lab/start-lab.ts';
import {newClass, oldClass} from '../support/postgres-drafts.ts';

const namespace = 'd8-commander';
const name = 'commander-postgres';
const deadlineMs = 60_000;
let lab: Lab;
let world: WorldClient;

describeWhere(
  findLab('embedded', '3.0.2'),
  'a platform with a live database',
  () => {
    beforeAll(async () => {
      lab = await startLab({server: 'embedded', patroni: '3.0.2', instances: 2});
      world = new WorldClient(lab.server.port);
      await until('rows are written', async () => lab.writer.acknowledged().length > 20);
      await until('both members follow one leader', async () => (await replicas()).length === 1);
    });
    afterAll(() => lab?.close());

    test('a new class in the settings of the module reaches the set, and neither pods nor claims', async () => {
      const [set, claims, pods] = [await find('apps/v1', 'StatefulSet', name), await claimUids(), await podUids()];
      expect(classOf(set)).toBe(oldClass);
      const settings = {postgres: {internal: {storageClass: newClass}}};
      await world.patch({apiVersion: 'deckhouse.io/v1alpha1', kind: 'ModuleConfig', name: 'commander'}, {spec: {settings}});
      await until('the set has the new class', async () => classOf(await find('apps/v1', 'StatefulSet', name)) === newClass);
      await until('the operator is done', async () => {
        const cluster = await find('acid.zalan.do/v1', 'postgresql', name);
        return readString(cluster, 'status.PostgresClusterStatus') === 'Running';
      });
      expect((await find('apps/v1', 'StatefulSet', name))?.metadata.uid).not.toBe(set?.metadata.uid);
      expect([await claimUids(), await podUids()]).toEqual([claims, pods]);
      expect(lab.platform?.operatorLog.join('\n')).toContain('cluster has been updated');
    });

    test('a replica whose claim and pod are deleted is built anew on a disk of the new class; no acknowledged row is lost', async () => {
      const leader = await leaderName(lab);
      const replica = [`${name}-0`, `${name}-1`].find(each => each !== leader) ?? '';
      const before = await find('v1', 'PersistentVolumeClaim', `pgdata-${replica}`);
      await world.remove({apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `pgdata-${replica}`, namespace});
      await world.remove({apiVersion: 'v1', kind: 'Pod', name: replica, namespace});
      await until('its disk is another one', async () => {
        const claim = await find('v1', 'PersistentVolumeClaim', `pgdata-${replica}`);
        return (
          claim !== undefined && claim.metadata.uid !== before?.metadata.uid && readString(claim, 'spec.storageClassName') === newClass
        );
      });
      await until('the replica follows again', async () => (await replicas()).includes(replica));
      expect(await leaderName(lab)).toBe(leader);
      expect(await compareWithCommander(lab)).toEqual({lost: [], unreadable: []});
      expect(lab.platform?.troubles).toEqual([]);
    });
  },
  'lab',
);

function until(what: string, probe: () => Promise<boolean>): Promise<boolean> {
  return waitUntil(what, probe, {deadlineMs, explain: () => whatWasSaid(lab)});
}

function find(apiVersion: string, kind: string, object: string): Promise<KubeObject | undefined> {
  return world.find({apiVersion, kind, name: object, namespace});
}

function classOf(set: KubeObject | undefined): string | undefined {
  return readString(readList(set, 'spec.volumeClaimTemplates')[0], 'spec.storageClassName');
}

async function claimUids(): Promise<readonly string[]> {
  return (await world.list('v1', 'PersistentVolumeClaim', namespace)).map(({metadata}) => metadata.uid);
}

async function podUids(): Promise<readonly string[]> {
  const pods = await world.list('v1', 'Pod', namespace, {labelSelector: 'application=spilo'});
  return pods.map(({metadata}) => metadata.uid);
}

/** Members that follow, by the label that Patroni gives them. */
async function replicas(): Promise<readonly string[]> {
  const pods = await world.list('v1', 'Pod', namespace, {labelSelector: 'application=spilo,spilo-role=replica'});
  return pods.map(({metadata}) => metadata.name);
}
