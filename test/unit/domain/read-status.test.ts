import {describe, expect, test} from 'vitest';
import {expectOk, readStatus, readStreamStatus} from '../../../src/domain/read-status.ts';
import {StatusError} from '../../../src/domain/status-error.ts';

describe('a Status', () => {
  test('is kept whole', () => {
    const body = JSON.stringify({
      kind: 'Status',
      code: 422,
      reason: 'Invalid',
      message: 'NodeGroup "a" is invalid',
      details: {
        causes: [{reason: 'FieldValueInvalid', message: 'must be positive', field: 'spec.min'}, {message: 'odd'}, 5],
        retryAfterSeconds: 3,
      },
    });
    expect(readStatus({status: 422, headers: {}, body})).toEqual({
      code: 422,
      reason: 'Invalid',
      message: 'NodeGroup "a" is invalid',
      causes: [{reason: 'FieldValueInvalid', message: 'must be positive', field: 'spec.min'}, {message: 'odd'}],
      retryAfterSeconds: 3,
    });
  });

  test.each([
    [{'retry-after': '7'}, 7],
    [{'retry-after': 'Sun, 22 Nov 2026 00:00:30 GMT', date: 'Sun, 22 Nov 2026 00:00:00 GMT'}, 30],
    [{'retry-after': 'Sun, 22 Nov 2026 00:00:00 GMT', date: 'Sun, 22 Nov 2026 00:00:30 GMT'}, 0],
    [{'retry-after': 'Sun, 22 Nov 2026 00:00:00 GMT'}, undefined],
    [{'retry-after': 'soon'}, undefined],
    [{}, undefined],
  ])('waits as the headers %j say: %s s', (headers, expected) => {
    expect(readStatus({status: 429, headers, body: '{"kind":"Status"}'}).retryAfterSeconds).toBe(expected);
  });

  test.each([
    [
      '<html>\n<head><title>502 Bad Gateway</title></head></html>',
      'the answer 502 does not come from a Kubernetes API server: 502 Bad Gateway',
    ],
    ['\n  upstream gone\u001b[2J\nmore', 'the answer 502 does not come from a Kubernetes API server: upstream gone␛[2J'],
    ['{"error":"x"}', 'the answer 502 does not come from a Kubernetes API server: {"error":"x"}'],
    ['', 'the answer 502 has no text'],
  ])('is made of what a proxy said: %j', (body, message) => {
    expect(readStatus({status: 502, headers: {}, body})).toEqual({code: 502, reason: '', message, causes: []});
  });

  test('of a stream is read from its body', async () => {
    async function* body() {
      yield Buffer.from('{"kind":"Status","code":410,');
      yield Buffer.from('"reason":"Expired","message":"too old"}');
    }
    expect(await readStreamStatus({status: 410, headers: {}, body: body()})).toMatchObject({
      code: 410,
      reason: 'Expired',
      message: 'too old',
    });
  });

  test('is thrown for everything but a success', () => {
    const fine = {status: 201, headers: {}, body: '{}'};
    expect(expectOk(fine)).toBe(fine);
    expect(() => expectOk({status: 404, headers: {}, body: '{"kind":"Status","reason":"NotFound","message":"no such pod"}'})).toThrow(
      StatusError,
    );
  });
});
