import {afterEach, describe, expect, test} from 'vitest';
import {isFields, readItems} from '../../../src/domain/fields.ts';
import {type KubeRequest, TransportError} from '../../../src/domain/kube-port.ts';
import {phrase} from '../../../src/domain/messages/phrase.ts';
import {type ApiServer, createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import type {EventNote} from '../../../src/engine/event-correlator.ts';
import {EventRecorder} from '../../../src/engine/event-recorder.ts';
import {FakeClock, settle} from '../../support/fake-clock.ts';

const run: EventNote = {
  about: {apiVersion: 'deckhand.dev/v1alpha1', kind: 'RunbookRun', namespace: 'default', name: 'approve-1', uid: 'u1'},
  type: 'Normal',
  reason: 'StepSucceeded',
  message: 'approved',
};

const servers: ApiServer[] = [];
afterEach(() => servers.splice(0).forEach(server => void server.stop()));

/** `answer` undefined: the server's own. */
function open(answer: (request: KubeRequest) => number | 'reset' | undefined = () => undefined) {
  const clock = new FakeClock();
  const server = createApiServer({clock, random: Math.random});
  servers.push(server);
  const requests: KubeRequest[] = [];
  const lines: string[] = [];
  const port = {
    ...server.port,
    request: async (request: KubeRequest) => {
      requests.push(request);
      const spoiled = answer(request);
      if (spoiled === 'reset') throw new TransportError('reset', phrase('connect.aborted'));
      return spoiled === undefined ? server.port.request(request) : {status: spoiled, headers: {}, body: ''};
    },
    stream: server.port.stream,
  };
  const log = (_level: string, message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    lines.push(`${message} ${fields.why ?? ''}`);
  };
  const recorder = new EventRecorder({port, clock, random: () => 0.5, log, component: 'deckhand'});
  const events = async (query = '', namespace = 'default') => {
    const {body} = await server.port.request({method: 'GET', path: `/api/v1/namespaces/${namespace}/events?${query}`});
    return readItems(JSON.parse(body), 'items', item => item);
  };
  return {clock, recorder, requests, lines, events};
}

describe('an event', () => {
  test('stands beside its object as kubectl describe looks for it', async () => {
    const {recorder, events} = open();
    recorder.record(run);
    await settle();
    const selector = 'involvedObject.name=approve-1,involvedObject.namespace=default,involvedObject.kind=RunbookRun,involvedObject.uid=u1';
    expect(await events(`fieldSelector=${encodeURIComponent(selector)}`)).toMatchObject([
      {
        involvedObject: run.about,
        type: 'Normal',
        reason: 'StepSucceeded',
        message: 'approved',
        count: 1,
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:00Z',
        source: {component: 'deckhand'},
        reportingComponent: 'deckhand',
      },
    ]);
  });

  test('that is repeated is counted on the object that stands there, and written anew where that is gone', async () => {
    const {recorder, events, clock} = open();
    recorder.record(run);
    await clock.advance(60_000);
    recorder.record(run);
    await clock.advance(0);
    expect(await events()).toMatchObject([{count: 2, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:01:00Z'}]);
    // The server keeps events for an hour.
    await clock.advance(2 * 3_600_000);
    expect(await events()).toEqual([]);
    recorder.record(run);
    await clock.advance(0);
    expect(await events()).toMatchObject([{count: 3}]);
  });

  test('of an object without a namespace stands in default, under a name that events may have', async () => {
    const {recorder, events} = open();
    const {namespace: _, ...about} = run.about;
    recorder.record({...run, about: {...about, kind: 'ClusterRole', name: 'system:node'}});
    recorder.record({...run, about: {...about, kind: 'Node', name: 'worker-1'}});
    recorder.record({...run, about: {...about, kind: 'Node', name: 'n'.repeat(253)}});
    await settle();
    const names = (await events()).map(event => (isFields(event) && isFields(event.metadata) ? String(event.metadata.name) : ''));
    expect(names.map(name => name.replace(/\.[0-9a-f]+$/, '').slice(0, 20)).sort()).toEqual(['clusterrole', 'n'.repeat(20), 'worker-1']);
  });

  test('has at most a kibibyte of message, cut between characters', async () => {
    const {recorder, events} = open();
    recorder.record({...run, message: 'я'.repeat(5_000)});
    await settle();
    const [event] = await events();
    const message = isFields(event) ? String(event.message) : '';
    expect(message).toBe(`${'я'.repeat(510)}…`);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1_024);
  });
});

describe('delivery', () => {
  test('is tried twelve times, ten seconds apart, the first pause of a random length', async () => {
    const {recorder, requests, clock, lines} = open(() => 503);
    recorder.record(run);
    await clock.advance(4_999);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(requests).toHaveLength(2);
    await clock.advance(3_600_000);
    expect(requests).toHaveLength(12);
    expect(lines).toEqual(['event dropped it could not be delivered']);
    expect(clock.timersPending).toBe(0);
  });

  test('goes on when the server is back, in order', async () => {
    let isDown = true;
    const {recorder, events, clock} = open(() => (isDown ? 'reset' : undefined));
    recorder.record(run);
    recorder.record({...run, reason: 'Finished'});
    await clock.advance(30_000);
    isDown = false;
    await clock.advance(30_000);
    expect((await events()).map(event => isFields(event) && event.reason).sort()).toEqual(['Finished', 'StepSucceeded']);
  });

  test('of what the server refuses is not tried again', async () => {
    const {recorder, requests, clock, lines} = open(() => 403);
    recorder.record(run);
    await clock.advance(600_000);
    expect(requests).toHaveLength(1);
    expect(lines).toEqual(['event refused ']);
  });

  test('that was lost on its way back is not done twice', async () => {
    let isFirst = true;
    const {recorder, requests, clock} = open(() => {
      const spoiled = isFirst ? 'reset' : 409;
      isFirst = false;
      return spoiled;
    });
    recorder.record(run);
    await clock.advance(600_000);
    expect(requests).toHaveLength(2);
  });

  test('never waits in a queue longer than a thousand', async () => {
    const {recorder, requests, lines} = open(() => 503);
    for (let index = 0; index < 1_010; index += 1) recorder.record({...run, about: {...run.about, name: `run-${index}`}});
    await settle();
    expect(requests).toHaveLength(1);
    expect(lines.filter(line => line === 'event dropped the queue is full')).toHaveLength(9);
  });

  test('stopped, delivers what waits if it can in time, and nothing after that', async () => {
    const quick = open();
    quick.recorder.record(run);
    quick.recorder.record({...run, reason: 'Finished'});
    await quick.recorder.stop(5_000);
    expect(await quick.events()).toHaveLength(2);
    quick.recorder.record({...run, reason: 'Late'});
    await settle();
    expect(await quick.events()).toHaveLength(2);

    const slow = open(() => 503);
    slow.recorder.record(run);
    await settle();
    const stopped = slow.recorder.stop(3_000);
    await slow.clock.advance(3_000);
    await stopped;
    await slow.clock.advance(600_000);
    expect(slow.requests).toHaveLength(1);
  });
});
