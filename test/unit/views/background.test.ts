/** Terminals live on without a screen: they are listed, end, are forgotten in time, and keep their cluster open while they run. */
import {expect, test} from 'vitest';
import {phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import type {TerminalExit} from '../../../src/ui/terminal-session.ts';
import {Background, exitPhrase} from '../../../src/views/background.ts';
import {ProgramRefused} from '../../../src/views/local-programs.ts';
import type {Session} from '../../../src/views/session.ts';
import {waitUntil} from '../../support/control-plane/wait-until.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {ScriptedTerminal} from '../../support/scripted-terminal.ts';

function bench() {
  const clock = new FakeClock();
  let changes = 0;
  const background = new Background({clock, onChange: () => void changes++});
  return {
    clock,
    background,
    changes: () => changes,
    async open(title: string, cluster?: Session): Promise<ScriptedTerminal> {
      const session = new ScriptedTerminal();
      await background.openTerminal({
        kind: 'pod',
        title,
        context: 'demo',
        ...(cluster && {cluster}),
        start: () => Promise.resolve(session),
      });
      return session;
    },
  };
}

/** A cluster of which only the end matters. */
function closable(): {cluster: Session; isClosed: () => boolean} {
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
  };
  const cluster = {close} as Session;
  return {cluster, isClosed: () => isClosed};
}

test('the newest is listed first, with what became of each', async () => {
  const {background, open, clock} = bench();
  const first = await open('first');
  await open('second');
  first.ends({kind: 'exited', code: 3});
  await clock.advance(0);
  expect(background.list().map(({title, exit}) => `${title}: ${sayInEnglish(exitPhrase(exit))}`)).toEqual([
    'second: running',
    'first: ended with code 3',
  ]);
});

test.each<[TerminalExit, string]>([
  [{kind: 'exited', code: 0}, 'ended'],
  [{kind: 'signalled', signal: 'SIGHUP'}, 'ended by SIGHUP'],
  [{kind: 'lost', text: 'the connection broke'}, 'lost: the connection broke'],
])('%j is told as %j', (exit, sentence) => {
  expect(sayInEnglish(exitPhrase(exit))).toBe(sentence);
});

test('only so many run, and only so many that have ended are kept', async () => {
  const {background, open, clock} = bench();
  const sessions: ScriptedTerminal[] = [];
  for (let count = 0; count < 16; count++) sessions.push(await open(String(count)));
  await expect(open('one more')).rejects.toThrow(ProgramRefused);
  for (const session of sessions) session.ends({kind: 'exited', code: 0});
  await clock.advance(0);
  (await open('later')).ends({kind: 'exited', code: 0});
  await clock.advance(0);
  expect(background.list()).toHaveLength(16);
  expect(background.list().at(-1)?.title).toBe('1');
});

test('a cluster that is left stays open until the last program that goes through it has ended', async () => {
  const {background, open, clock} = bench();
  const {cluster, isClosed} = closable();
  const session = await open('shell', cluster);
  background.retire(cluster);
  expect(isClosed()).toBe(false);
  session.ends({kind: 'exited', code: 0});
  await clock.advance(0);
  expect(isClosed()).toBe(true);
});

test('a cluster that nothing goes through is closed at once', () => {
  const {background} = bench();
  const {cluster, isClosed} = closable();
  background.retire(cluster);
  expect(isClosed()).toBe(true);
});

test('closing one ends its program and forgets it; the end of all ends every program', async () => {
  const {background, open} = bench();
  const [first, second] = [await open('first'), await open('second')];
  background.close(1);
  expect([first.isClosed, second.isClosed]).toEqual([true, false]);
  expect(background.list().map(({title}) => title)).toEqual(['second']);
  background.dispose();
  expect(second.isClosed).toBe(true);
});

test('a flood of output is drawn a few times, not once a piece', async () => {
  const {open, clock, changes} = bench();
  const session = await open('flood');
  const before = changes();
  for (let count = 0; count < 500; count++) session.says(`line ${count}\r\n`);
  await waitUntil('the first of it is drawn', () => changes() > before, {deadlineMs: 10_000});
  await clock.advance(100);
  expect(changes() - before).toBeLessThanOrEqual(4);
});

test('what could not start says why and leaves nothing behind', async () => {
  const {background} = bench();
  const refused = new ProgramRefused(phrase('terminal.noPty'));
  const start = () => Promise.reject(refused);
  await expect(background.openTerminal({kind: 'shell', title: 'shell', context: 'demo', start})).rejects.toBe(refused);
  expect(background.list()).toEqual([]);
});
