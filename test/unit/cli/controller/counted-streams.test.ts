/** Commands in pods, counted while they run. */
import {expect, test} from 'vitest';
import {countStreams} from '../../../../src/cli/controller/counted-streams.ts';
import {ScriptedProcess, scriptedStreams} from '../../../support/scripted-streams.ts';

test('a command counts from its start to its outcome, and one that was not reached not at all', async () => {
  const [first, second] = [new ScriptedProcess(), new ScriptedProcess()];
  const processes = [first, second];
  const {streams, running} = countStreams(
    scriptedStreams({exec: async () => processes.shift() ?? Promise.reject(new Error('no such pod'))}),
  );
  const request = {pod: {namespace: 'shop', name: 'db-0'}, command: ['pg_dump']};
  await streams.exec(request);
  await streams.exec(request);
  expect(running()).toBe(2);
  await expect(streams.exec(request)).rejects.toThrow('no such pod');
  first.ends({kind: 'exited', code: 0});
  await first.outcome;
  expect(running()).toBe(1);
});
