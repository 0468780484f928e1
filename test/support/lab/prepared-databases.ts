/** The part of the operator that speaks SQL: users and databases that a new cluster asks for. Simulated members have them at once. */
import {systemClock} from '../../../src/cli/system-clock.ts';
import {readFields} from '../../../src/domain/fields.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import {memberContainer, psql} from '../../../src/domain/postgres/member-commands.ts';
import {type HearTrouble, type Running, startLoop} from '../../../src/embedded/world/postgres/loop.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {postgresPassword} from '../patroni-config.ts';
import type {LabServer} from './lab-server.ts';
import {askPod} from './run-in-pod.ts';

export function startPreparedDatabases({port, streams}: LabServer, onTrouble: HearTrouble): Running {
  const client = new WorldClient(port);
  /** By uid: what is made once is the owner's to change. */
  const prepared = new Set<string>();
  return startLoop({
    port,
    clock: systemClock,
    who: 'databases',
    everyMs: 1_000,
    hears: [],
    onTrouble,
    async work() {
      for (const cluster of await client.list('acid.zalan.do/v1', 'postgresql')) {
        const {uid, namespace = '', name} = cluster.metadata;
        if (prepared.has(uid)) continue;
        const labelSelector = `application=spilo,cluster-name=${name},spilo-role=master`;
        const [leader] = await client.list('v1', 'Pod', namespace, {labelSelector});
        if (leader === undefined) continue;
        const pod = {namespace, name: leader.metadata.name};
        for (const sql of statementsFor(cluster)) await askPod(streams, pod, memberContainer, psql(sql)).catch(unlessThere);
        prepared.add(uid);
      }
      return undefined;
    },
  });
}

function statementsFor(cluster: KubeObject): readonly string[] {
  const users = Object.keys(readFields(cluster, 'spec.users'));
  const databases = Object.entries(readFields(cluster, 'spec.databases'));
  return [
    ...users.map(user => `create role "${user}" login password '${postgresPassword}'`),
    ...databases.map(([database, owner]) => `create database "${database}" owner "${String(owner)}"`),
  ];
}

/** A try that was cut short had made some of them. */
function unlessThere(error: unknown): void {
  if (!String(error).includes('already exists')) throw error;
}
