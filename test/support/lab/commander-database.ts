/** Questions that tests of the lab ask about Commander's database. */
import {readFields} from '../../../src/domain/fields.ts';
import {memberContainer, psql} from '../../../src/domain/postgres/member-commands.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {keysOf} from './commander-rows.ts';
import {compareRows, type Loss, rowsSql} from './commander-writer.ts';
import {lastWords} from './node-agent.ts';
import {askPod} from './run-in-pod.ts';
import type {Lab} from './start-lab.ts';

const namespace = 'd8-commander';
const leaderLabels = 'application=spilo,cluster-name=commander-postgres,spilo-role=master';

/** By the label that Patroni gives it. */
export async function leaderName({server}: Lab): Promise<string> {
  const [pod] = await new WorldClient(server.port).list('v1', 'Pod', namespace, {labelSelector: leaderLabels});
  if (pod === undefined) throw new Error('the database has no leader');
  return pod.metadata.name;
}

/** What Commander was told is safe, against what the leader has; read with the keys that the cluster has now. */
export async function compareWithCommander(lab: Lab): Promise<Loss> {
  const acknowledged = lab.writer.acknowledged();
  const name = await leaderName(lab);
  const rows = await askPod(lab.server.streams, {namespace, name}, memberContainer, psql(rowsSql, 'commander'));
  const secret = await new WorldClient(lab.server.port).find({apiVersion: 'v1', kind: 'Secret', name: 'commander-envs', namespace});
  const data = Object.entries(readFields(secret, 'data'));
  const keys = keysOf(Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')])));
  return compareRows(acknowledged, rows, keys);
}

/** The last words of everybody, for a test that fails. */
export function whatWasSaid({platform, agent}: Lab): string {
  const pods = agent.workers.map(worker => `--- ${worker.pod.metadata.name}\n${lastWords(worker, 15)}`);
  return [...(platform?.operatorLog ?? []).slice(-15), ...(platform?.troubles ?? []).slice(-5), ...pods].join('\n');
}
