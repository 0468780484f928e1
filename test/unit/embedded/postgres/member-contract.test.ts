/** The simulated members answer as real ones do: one contract for both (test/lab holds the real ones to it). */
import {describe} from 'vitest';
import {memberContainer} from '../../../../src/domain/postgres/member-commands.ts';
import {describeMemberContract} from '../../../support/lab/member-contract.ts';
import {startPostgresPlatform} from '../../../support/postgres-platform.ts';

for (const {patroni, usesConfigMaps} of [
  {patroni: '3.0.2', usesConfigMaps: false},
  {patroni: '4.1.4', usesConfigMaps: true},
]) {
  const open = async () => {
    const platform = await startPostgresPlatform({isHighlyAvailable: true, version: patroni, usesConfigMaps});
    const {namespace, name} = platform.database;
    return {
      run: async (pod: string, command: readonly string[]) => {
        const live = await platform.world.find({apiVersion: 'v1', kind: 'Pod', name: pod, namespace});
        const podUid = live?.metadata.uid ?? '';
        const answer = await platform.exec({kind: 'exec', namespace, pod, podUid, container: memberContainer, command});
        return {...answer, exitCode: answer.exitCode === 126 ? undefined : answer.exitCode};
      },
      wait: () => platform.clock.advance(1_000),
      members: [`${name}-0`, `${name}-1`] as const,
      patroni,
      explain: () => platform.troubles.map(String).join('\n'),
      close: async () => platform.stop(),
    };
  };
  describe(`simulated members of Patroni ${patroni}`, () => describeMemberContract(open));
}
