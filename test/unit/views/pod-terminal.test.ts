/** A shell in a container: which one is taken, what goes each way, and how its end is told. */
import {expect, test} from 'vitest';
import {phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import type {ProcessOutcome} from '../../../src/domain/pod-streams.ts';
import type {TerminalSession} from '../../../src/ui/terminal-session.ts';
import {openPodShell} from '../../../src/views/pod-terminal.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {ScriptedProcess, scriptedStreams} from '../../support/scripted-streams.ts';

const pod = {namespace: 'd8-system', name: 'deckhouse-0'};
const settled = new FakeClock();
const absent: ProcessOutcome = {
  kind: 'failed',
  status: {code: 500, reason: 'InternalError', message: 'exec: "bash": executable file not found in $PATH', causes: []},
};

async function bench(): Promise<{session: TerminalSession; processes: ScriptedProcess[]; commands: string[]; shown: () => string}> {
  const processes: ScriptedProcess[] = [];
  const commands: string[] = [];
  let text = '';
  const streams = scriptedStreams({
    exec: ({command, isTerminal, hasInput, container}) => {
      commands.push(`${container}: ${command.join(' ')}${isTerminal ? ' -t' : ''}${hasInput ? ' -i' : ''}`);
      const process = new ScriptedProcess();
      processes.push(process);
      return Promise.resolve(process);
    },
  });
  const session = await openPodShell(streams, {pod, container: 'deckhouse'}, {columns: 80, rows: 20}, sayInEnglish);
  session.onOutput(bytes => {
    text += new TextDecoder().decode(bytes);
  });
  return {session, processes, commands, shown: () => text};
}

test('bash is taken where there is one, with the size of the pane', async () => {
  const {session, processes, commands, shown} = await bench();
  processes[0]?.says('root@pod:/# ');
  session.write('ls\r');
  session.resize(120, 40);
  await settled.advance(0);
  expect(commands).toEqual(['deckhouse: bash -t -i']);
  expect([shown(), processes[0]?.written, processes[0]?.sizes]).toEqual(['root@pod:/# ', 'ls\r', ['80×20', '120×40']]);
  processes[0]?.ends({kind: 'exited', code: 127});
  expect(await session.exit).toEqual({kind: 'exited', code: 127});
  expect(commands).toHaveLength(1);
});

test.each<[string, ProcessOutcome]>([
  ['the node says so', absent],
  ['the runtime says so by its code', {kind: 'exited', code: 127}],
])('sh is taken where there is no bash: %s', async (_, outcome) => {
  const {session, processes, commands, shown} = await bench();
  session.resize(100, 30);
  processes[0]?.ends(outcome);
  await settled.advance(0);
  processes[1]?.says('# ');
  processes[1]?.ends({kind: 'exited', code: 0});
  expect(await session.exit).toEqual({kind: 'exited', code: 0});
  expect(commands).toEqual(['deckhouse: bash -t -i', 'deckhouse: sh -t -i']);
  expect(processes[1]?.sizes).toEqual(['100×30']);
  expect(shown()).toBe('# ');
});

test('an image without any shell says what the node says', async () => {
  const {session, processes} = await bench();
  processes[0]?.ends(absent);
  await settled.advance(0);
  processes[1]?.ends(absent);
  expect(await session.exit).toEqual({kind: 'lost', text: 'exec: "bash": executable file not found in $PATH'});
});

test('a connection that broke is told as lost, never as a clean end', async () => {
  const {session, processes} = await bench();
  processes[0]?.ends({kind: 'unknown', phrase: phrase('connect.reset', '10.0.0.1:6443')});
  expect(await session.exit).toEqual({kind: 'lost', text: '10.0.0.1:6443 broke the connection'});
});

test('output waits while the pane is full', async () => {
  const {session, processes, shown} = await bench();
  session.setFlowing(false);
  processes[0]?.says('one ');
  processes[0]?.says('two');
  await settled.advance(0);
  expect(shown()).toBe('one ');
  session.setFlowing(true);
  await settled.advance(0);
  expect(shown()).toBe('one two');
});

test('closing leaves the process, and starts no other', async () => {
  const {session, processes, commands} = await bench();
  session.close();
  processes[0]?.ends(absent);
  await session.exit;
  expect(processes[0]?.isClosed).toBe(true);
  expect(commands).toHaveLength(1);
});
