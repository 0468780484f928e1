/** A followed log: lines whole, in order and once, up to a limit, through breaks of the connection. */
import {expect, test} from 'vitest';
import {TransportError} from '../../../src/domain/kube-port.ts';
import {phrase, sayInEnglish} from '../../../src/domain/messages/phrase.ts';
import {StatusError} from '../../../src/domain/status-error.ts';
import {PodLog} from '../../../src/views/pod-log.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {Feed, scriptedLogs} from '../../support/scripted-streams.ts';

const pod = {namespace: 'default', name: 'web'};

function bench(count = 1) {
  const clock = new FakeClock();
  const feeds = Array.from({length: count}, () => new Feed<Uint8Array>());
  const {streams, requests} = scriptedLogs(feeds);
  const log = new PodLog({streams, pod, container: 'app', clock, say: sayInEnglish, onChange: () => {}});
  return {
    clock,
    log,
    requests,
    async says(text: string, at = 0): Promise<void> {
      feeds[at]?.push(new TextEncoder().encode(text));
      await clock.advance(0);
    },
    async ends(error?: unknown, at = 0): Promise<void> {
      feeds[at]?.end(error);
      await clock.advance(0);
    },
    isLeft: (at: number) => feeds[at]?.isLeft,
    texts: () => log.lines.map(({text}) => text),
  };
}

const at = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}.5Z`;

test('the end of what is there is asked for, then what is written from now on, with times', () => {
  const {requests} = bench();
  expect(requests[0]).toMatchObject({pod, container: 'app', isFollowed: true, isPrevious: false, hasTimestamps: true, tailLines: 1_000});
});

test('lines are whole however they arrive, without colours and carriage returns', async () => {
  const {says, texts, log} = bench();
  await says(`${at(1)} first\n${at(2)} \u001B[31msec`);
  expect(texts()).toEqual(['first']);
  await says(`ond\u001B[0m\r\n${at(3)} a\tb\nno time\n`);
  expect(texts()).toEqual(['first', 'second', 'a    b', 'no time']);
  expect(log.lines[0]?.time).toBe('2026-01-01T00:00:01.500000000Z');
});

test('a character cut in two is put together', async () => {
  const clock = new FakeClock();
  const feed = new Feed<Uint8Array>();
  const log = new PodLog({streams: scriptedLogs([feed]).streams, pod, container: 'app', clock, say: sayInEnglish, onChange: () => {}});
  const bytes = new TextEncoder().encode(`${at(1)} Привет\n`);
  feed.push(bytes.slice(0, 28), bytes.slice(28));
  await clock.advance(0);
  expect(log.lines.map(({text}) => text)).toEqual(['Привет']);
});

test('empty lines are lines', async () => {
  const {says, texts} = bench();
  await says(`${at(1)} a\n${at(2)} \n${at(3)} b\n`);
  expect(texts()).toEqual(['a', '', 'b']);
});

test('older lines go, and are counted', async () => {
  const {says, log} = bench();
  await says(Array.from({length: 5_003}, (_, index) => `${at(1)} ${index}\n`).join(''));
  expect([log.lines.length, log.dropped, log.lines[0]?.text]).toEqual([5_000, 3, '3']);
});

test('a line without an end does not eat the memory', async () => {
  const {says, texts} = bench();
  for (let count = 0; count < 20; count++) await says('x'.repeat(10_000));
  await says('\nnext\n');
  expect(texts().map(text => text.length)).toEqual([8_192, 4]);
});

test('after a break the log goes on behind the last line, and shows none twice', async () => {
  const {says, ends, texts, log, requests, clock} = bench(2);
  await says(`${at(1)} one\n${at(2)} two\n`);
  await ends(new TransportError('reset', phrase('connect.reset', 'server')));
  expect(log.state).toMatchObject({kind: 'broken'});
  expect(log.exit).toBeUndefined();
  await clock.advance(2_000);
  expect(requests[1]).toMatchObject({sinceTime: '2026-01-01T00:00:02.500000000Z'});
  expect(requests[1]).not.toHaveProperty('tailLines');
  await says(`${at(2)} two\n${at(3)} three\n`, 1);
  expect(texts()).toEqual(['one', 'two', 'three']);
});

test('what the server refuses is told, and not asked again', async () => {
  const {ends, log, clock, requests} = bench();
  const message = 'previous terminated container "app" in pod "web" not found';
  await ends(new StatusError({code: 400, reason: 'BadRequest', message, causes: []}));
  expect(log.exit).toEqual({kind: 'lost', text: message});
  await clock.advance(60_000);
  expect(requests).toHaveLength(1);
});

test('the life before the restart is read to its end and not followed', async () => {
  const {says, ends, texts, log, requests, isLeft} = bench(2);
  await says(`${at(1)} now\n`);
  log.restart(true);
  expect(requests[1]).toMatchObject({isPrevious: true, isFollowed: false, tailLines: 1_000});
  await says(`${at(0)} before\nlast words`, 1);
  await ends(undefined, 1);
  expect(texts()).toEqual(['before', 'last words']);
  expect(log.exit).toEqual({kind: 'exited', code: 0});
  await says('late\n');
  expect([texts(), isLeft(0)]).toEqual([['before', 'last words'], true]);
});

test('closing stops everything', async () => {
  const {log, requests, clock, ends} = bench();
  await ends(new TransportError('reset', phrase('connect.reset', 'server')));
  log.close();
  await clock.advance(60_000);
  expect(requests).toHaveLength(1);
  expect(clock.timersPending).toBe(0);
});

test('a patient one begins where it is told, and asks again ever more rarely until something is written', async () => {
  const clock = new FakeClock();
  const feeds = Array.from({length: 6}, () => new Feed<Uint8Array>());
  const {streams, requests} = scriptedLogs(feeds);
  const options = {streams, pod, container: 'app', clock, say: sayInEnglish, onChange: () => {}};
  const log = new PodLog({...options, since: at(0), isPatient: true});
  expect(requests[0]).toMatchObject({sinceTime: at(0), tailLines: 1_000});
  const notYet = new StatusError({code: 400, reason: 'BadRequest', message: 'is waiting to start', causes: []});
  for (const [index, delayMs] of [2_000, 4_000, 8_000].entries()) {
    feeds[index]?.end(notYet);
    await clock.advance(delayMs - 1);
    expect(requests).toHaveLength(index + 1);
    await clock.advance(1);
    expect(requests).toHaveLength(index + 2);
  }
  feeds[3]?.push(new TextEncoder().encode(`${at(1)} first life\n`));
  feeds[3]?.end();
  await clock.advance(2_000);
  expect(requests[4]).toMatchObject({sinceTime: '2026-01-01T00:00:01.500000000Z'});
  feeds[4]?.push(new TextEncoder().encode(`${at(2)} second life\n`));
  await clock.advance(0);
  expect(log.lines.map(({text}) => text)).toEqual(['first life', 'second life']);
});
