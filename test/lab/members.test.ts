/** Real members under the node agent answer what the contract says: Debian's Patroni over Endpoints, and a newer one over ConfigMaps. */
import {memberContainer} from '../../src/domain/postgres/member-commands.ts';
import {describeWhere} from '../support/describe-where.ts';
import {describeMemberContract} from '../support/lab/member-contract.ts';
import {lastWords} from '../support/lab/node-agent.ts';
import type {PatroniVersion} from '../support/lab/patroni-versions.ts';
import {plantMembers} from '../support/lab/plant-members.ts';
import {runInPod} from '../support/lab/run-in-pod.ts';
import {findLab, type LabOptions, startLab} from '../support/lab/start-lab.ts';
import {describeWriteMarks} from '../support/lab/write-mark-cases.ts';

const namespace = 'd8-commander';
const scope = 'commander-postgres';
const kinds: ReadonlyArray<{readonly patroni: PatroniVersion; readonly dcs: NonNullable<LabOptions['dcs']>}> = [
  {patroni: '3.0.2', dcs: 'endpoints'},
  {patroni: '4.1.4', dcs: 'configmaps'},
];

for (const {patroni, dcs} of kinds) {
  const open = async () => {
    const lab = await startLab({server: 'embedded', patroni, dcs});
    await plantMembers(lab.server.port, lab.ground, {namespace, scope, nodes: ['worker-1', 'worker-2']});
    const members = [`${scope}-0`, `${scope}-1`] as const;
    return {
      run: async (name: string, command: readonly string[]) => {
        const {stdout, stderr, outcome} = await runInPod(lab.server.streams, {namespace, name}, memberContainer, command);
        return {exitCode: outcome.kind === 'exited' ? outcome.code : undefined, stdout: stdout.toString('utf8'), stderr};
      },
      members,
      patroni,
      explain: () => members.map(name => lastWords(lab.agent.find(namespace, name))).join('\n\n'),
      close: () => lab.close(),
    };
  };
  describeWhere(
    findLab('embedded', patroni),
    `members of Patroni ${patroni}`,
    () => describeMemberContract(open, describeWriteMarks),
    'lab',
  );
}
