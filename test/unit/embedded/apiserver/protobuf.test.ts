import {BinaryWriter} from '@bufbuild/protobuf/wire';
import {describe, expect, test} from 'vitest';
import {decodeProtobuf, ProtobufError} from '../../../../src/embedded/apiserver/protobuf.ts';

type Part = [field: number, value: string | number | Uint8Array];

function message(...parts: Part[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of parts) {
    if (typeof value === 'string') writer.uint32((field << 3) | 2).string(value);
    else if (typeof value === 'number') writer.uint32(field << 3).int64(value);
    else writer.uint32((field << 3) | 2).bytes(value);
  }
  return writer.finish();
}

function envelope(apiVersion: string, kind: string, object: Uint8Array): Uint8Array {
  const unknown = message([1, message([1, apiVersion], [2, kind])], [2, object], [3, ''], [4, '']);
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}

/** As Go sends it: empty strings and zeros of plain fields included. */
const metadata = message(
  [1, 'a'],
  [2, ''],
  [3, 'default'],
  [4, ''],
  [5, ''],
  [6, ''],
  [7, 0],
  [8, message()],
  [11, message([1, 'app'], [2, 'x'])],
);

describe('decodeProtobuf', () => {
  test('a config map as kubectl creates it', () => {
    const body = message([1, metadata], [2, message([1, 'key'], [2, 'value'])], [2, message([1, 'empty'], [2, ''])]);
    expect(decodeProtobuf(envelope('v1', 'ConfigMap', body))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {name: 'a', namespace: 'default', labels: {app: 'x'}},
      data: {key: 'value', empty: ''},
    });
  });

  test('a secret: bytes become base64', () => {
    const body = message([1, metadata], [2, message([1, 'password'], [2, Buffer.from('s3cret')])], [3, 'Opaque']);
    expect(decodeProtobuf(envelope('v1', 'Secret', body))).toMatchObject({data: {password: 'czNjcmV0'}, type: 'Opaque'});
  });

  test('a lease keeps microseconds and meaningful zeros', () => {
    const spec = message([1, 'me'], [2, 15], [4, message([1, 1_767_225_600], [2, 123_456_000])], [5, 0]);
    expect(decodeProtobuf(envelope('coordination.k8s.io/v1', 'Lease', message([1, metadata], [2, spec])))).toMatchObject({
      spec: {holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.123456Z', leaseTransitions: 0},
    });
  });

  test('the questions about rights and delete options of any group', () => {
    const question = message([1, message([1, 'default'], [2, 'list'], [3, ''], [5, 'pods'])]);
    expect(
      decodeProtobuf(
        envelope('authorization.k8s.io/v1', 'SelfSubjectAccessReview', message([1, message()], [2, question], [3, message([1, 0])])),
      ),
    ).toMatchObject({
      spec: {resourceAttributes: {namespace: 'default', verb: 'list', resource: 'pods'}},
    });
    expect(decodeProtobuf(envelope('apps/v1', 'DeleteOptions', message([1, 0], [4, 'Foreground'])))).toMatchObject({
      gracePeriodSeconds: 0,
      propagationPolicy: 'Foreground',
    });
  });

  test('refuses what would be lost, other kinds and other bodies', () => {
    const withVolumes = message([1, metadata], [2, message([3, message([2, message([1, message([1, 'v'])])])])]);
    expect(() => decodeProtobuf(envelope('apps/v1', 'Deployment', withVolumes))).toThrow(ProtobufError);
    expect(() => decodeProtobuf(envelope('v1', 'Pod', message()))).toThrow('Pod of v1 is only accepted as JSON or YAML');
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow(ProtobufError);
  });
});
