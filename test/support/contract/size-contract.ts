/** Contract: how much fits into a request, into a ConfigMap or Secret, and into the store. */
import {describe, expect, test} from 'vitest';
import {type ContractClient, type Json, patchTypes} from './contract-client.ts';

const MIB = 1024 * 1024;

export function sizeContract(api: () => ContractClient): void {
  describe('sizes', () => {
    test('a request is refused beyond three megabytes', async () => {
      const path = `/api/v1/namespaces/${await api().namespace()}/configmaps`;
      await api().create(path, {metadata: {name: 'a'}});
      const body = {metadata: {name: 'a'}, data: {x: 'x'.repeat(3 * MIB)}};
      const answers = [
        await api().post(path, body),
        await api().put(`${path}/a`, body),
        await api().patch(`${path}/a`, 'merge', body),
        await api().apply(`${path}/a`, 'one', body),
        await api().remove(`${path}/a`, body),
      ];
      for (const answer of answers) {
        expect(answer.body).toEqual({
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'Request entity too large: limit is 3145728',
          reason: 'RequestEntityTooLarge',
          code: 413,
        });
      }
      expect((await api().get(`${path}/a`)).body.data).toBeUndefined();
    });

    test('a ConfigMap or Secret holds one megabyte', async () => {
      const core = `/api/v1/namespaces/${await api().namespace()}`;
      await api().create(`${core}/configmaps`, {metadata: {name: 'full'}, data: {x: 'x'.repeat(MIB)}});
      const more = await api().patch(`${core}/configmaps/full`, 'merge', {data: {y: 'y'}});
      expect(more.body).toMatchObject({code: 422, reason: 'Invalid'});
      expect(more.body.details.causes[0]).toEqual({
        reason: 'FieldValueTooLong',
        message: 'Too long: may not be more than 1048576 bytes',
        field: '[]',
      });
      const secret = await api().post(`${core}/secrets`, {metadata: {name: 'full'}, stringData: {x: 'x'.repeat(MIB + 1)}});
      expect(secret.body.details.causes[0]).toMatchObject({reason: 'FieldValueTooLong', field: 'data'});
    });

    test('an object holds a megabyte and a half, a dry run is not asked', async () => {
      const path = `/api/v1/namespaces/${await api().namespace()}/podtemplates`;
      await api().create(path, template('large', 1.2 * MIB));
      const tooLarge = await api().post(path, template('larger', 1.7 * MIB));
      expect(tooLarge.body).toMatchObject({code: 500, message: 'etcdserver: request is too large'});
      expect(tooLarge.body.reason).toBeUndefined();
      const patch = {template: {spec: {containers: [{name: 'c', env: [{name: 'F', value: 'f'.repeat(0.5 * MIB)}]}]}}};
      const grown = await api().send('PATCH', `${path}/large`, patch, {'content-type': patchTypes.strategic});
      expect(grown.body).toMatchObject({code: 500, message: 'etcdserver: request is too large'});
      expect((await api().post(`${path}?dryRun=All`, template('larger', 1.7 * MIB))).status).toBe(201);
    });
  });
}

function template(name: string, bytes: number): Json {
  const containers = [{name: 'c', image: 'i', env: [{name: 'E', value: 'e'.repeat(bytes)}]}];
  return {metadata: {name}, template: {spec: {containers}}};
}
