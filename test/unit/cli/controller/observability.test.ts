import {afterEach, describe, expect, test} from 'vitest';
import {createJsonLog} from '../../../../src/cli/controller/json-log.ts';
import {watchLoop} from '../../../../src/cli/controller/loop-watch.ts';
import {measuredPort} from '../../../../src/cli/controller/measured-port.ts';
import {type ProbeServer, serveProbes} from '../../../../src/cli/controller/probe-server.ts';
import {createPrometheusMeter} from '../../../../src/cli/controller/prometheus-meter.ts';
import {TransportError} from '../../../../src/domain/kube-port.ts';
import {phrase} from '../../../../src/domain/messages/phrase.ts';
import {FakeClock} from '../../../support/fake-clock.ts';

describe('metrics', () => {
  test('are those of controller-runtime, with its buckets', async () => {
    const meter = createPrometheusMeter();
    meter.count('controller_runtime_reconcile_total', {controller: 'runs', result: 'success'});
    meter.set('workqueue_depth', {name: 'runs'}, 3);
    meter.observe('controller_runtime_reconcile_time_seconds', {controller: 'runs'}, 0.12);
    const text = await meter.text();
    expect(text).toContain('controller_runtime_reconcile_total{controller="runs",result="success"} 1\n');
    expect(text).toContain('workqueue_depth{name="runs"} 3\n');
    expect(text).toContain('controller_runtime_reconcile_time_seconds_bucket{le="0.1",controller="runs"} 0\n');
    expect(text).toContain('controller_runtime_reconcile_time_seconds_bucket{le="0.15",controller="runs"} 1\n');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  test('count every request by its answer, and those without one', async () => {
    const clock = new FakeClock();
    const meter = createPrometheusMeter();
    const lost = new TransportError('reset', phrase('connect.reset', 'api'));
    const port = measuredPort(
      {
        request: async ({path}) => {
          await clock.advance(300);
          if (path === '/lost') throw lost;
          return {status: 409, headers: {}, body: ''};
        },
        stream: async () => ({status: 200, headers: {}, body: (async function* () {})()}),
      },
      'api:6443',
      clock,
      meter,
    );
    await port.request({method: 'PUT', path: '/api/v1/pods'});
    await port.stream({method: 'GET', path: '/api/v1/pods?watch=true'});
    await expect(port.request({method: 'GET', path: '/lost'})).rejects.toBe(lost);
    const text = await meter.text();
    expect(text).toContain('rest_client_requests_total{code="409",method="PUT",host="api:6443"} 1\n');
    expect(text).toContain('rest_client_requests_total{code="200",method="GET",host="api:6443"} 1\n');
    expect(text).toContain('rest_client_requests_total{code="<error>",method="GET",host="api:6443"} 1\n');
    expect(text).toContain('rest_client_request_duration_seconds_sum{verb="PUT",host="api:6443"} 0.3\n');
  });
});

describe('the log', () => {
  test('is a line of JSON each, from its level on, that no text can break', () => {
    const lines: string[] = [];
    const log = createJsonLog('info', {write: line => void lines.push(line)});
    log('debug', 'nobody asked');
    log('warn', 'reconcile failed', {controller: 'runs', failures: 2, error: 'two\nlines \u001b[31mred'});
    log('info', 'started');
    expect(lines).toHaveLength(2);
    expect(lines[0]).not.toContain('\u001b');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      controller: 'runs',
      failures: 2,
      error: 'two\nlines \u001b[31mred',
      msg: 'reconcile failed',
    });
  });
});

describe('the watch of the loop', () => {
  test('says how long it has not come round', async () => {
    const clock = new FakeClock();
    const watch = watchLoop(clock);
    await clock.advance(10_000);
    expect(watch.lagMs()).toBe(0);
    watch.stop();
    await clock.advance(7_000);
    expect(watch.lagMs()).toBe(6_500);
    expect(clock.timersPending).toBe(0);
  });
});

describe('the probes', () => {
  let server: ProbeServer | undefined;
  afterEach(() => server?.close());

  test('answer 200 while all is well, 503 with every reason where not', async () => {
    const reasons = {unhealthy: [] as string[], unready: ['caches not read: runs', 'stopping']};
    server = await serveProbes(
      {host: '127.0.0.1', port: 0},
      {
        unhealthy: () => reasons.unhealthy,
        unready: () => reasons.unready,
        metrics: {contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n'},
      },
    );
    const {port} = server.address;
    const get = async (path: string, method = 'GET') => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {method});
      return [answer.status, await answer.text(), answer.headers.get('content-type')];
    };
    expect(await get('/healthz')).toEqual([200, 'ok\n', 'text/plain; charset=utf-8']);
    expect(await get('/readyz?verbose')).toEqual([503, 'caches not read: runs\nstopping\n', 'text/plain; charset=utf-8']);
    expect(await get('/metrics')).toEqual([200, 'up 1\n', 'text/plain; version=0.0.4']);
    reasons.unhealthy = ['the loop hangs'];
    expect(await get('/healthz')).toEqual([503, 'the loop hangs\n', 'text/plain; charset=utf-8']);
    expect((await get('/'))[0]).toBe(404);
    expect((await get('/healthz', 'POST'))[0]).toBe(405);
    await expect(serveProbes({host: '127.0.0.1', port}, noProbes)).rejects.toThrow('EADDRINUSE');
  });
});

const noProbes = {unhealthy: () => [], unready: () => [], metrics: {contentType: 'text/plain', text: async () => ''}};
