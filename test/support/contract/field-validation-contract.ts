/** Contract: fields that a kind does not know, or that a body gives twice, are refused, warned of or passed over. */
import {describe, expect, test} from 'vitest';
import {type Answer, type ContractClient, patchTypes} from './contract-client.ts';

const twice = '{"metadata":{"name":"twice"},"data":{"a":"1","b":"2","a":"3"},"data2":{}}';
const yamlTwice = 'metadata:\n  name: twice\ndata:\n  a: "1"\n  a: "3"\n';

export function fieldValidationContract(api: () => ContractClient): void {
  describe('field validation', () => {
    test('Strict refuses the body', async () => {
      const path = await configMaps();
      const {body} = await api().send('POST', `${path}?fieldValidation=Strict`, twice);
      expect(body).toMatchObject({
        code: 400,
        reason: 'BadRequest',
        message:
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
          'duplicate field "data.a", unknown field "data2"',
      });
      await api().create(path, {metadata: {name: 'twice'}});
      expect((await api().send('PUT', `${path}/twice?fieldValidation=Strict`, twice)).body.code).toBe(400);
    });

    test.for(['', '?fieldValidation=Warn'])(
      'without a wish and with Warn the last value counts and the client is warned (%s)',
      async query => {
        const path = await configMaps();
        const created = await api().send('POST', `${path}${query}`, twice);
        expect(created.status).toBe(201);
        expect(created.body.data).toEqual({a: '3', b: '2'});
        expect(created.body.data2).toBeUndefined();
        expect(warnings(created)).toEqual(['duplicate field "data.a"', 'unknown field "data2"']);
        expect(warnings(await api().send('PUT', `${path}/twice${query}`, twice))).toHaveLength(2);
      },
    );

    test('Ignore says nothing', async () => {
      const created = await api().send('POST', `${await configMaps()}?fieldValidation=Ignore`, twice);
      expect(created.status).toBe(201);
      expect(warnings(created)).toEqual([]);
    });

    test('a key given twice in YAML', async () => {
      const path = await configMaps();
      const yaml = {'content-type': 'application/yaml'};
      const strict = await api().send('POST', `${path}?fieldValidation=Strict`, yamlTwice, yaml);
      expect(strict.body.code).toBe(400);
      expect(strict.body.message).toContain('strict decoding error: ');
      expect(strict.body.message).toContain('line 5: key "a" already set in map');
      const created = await api().send('POST', path, yamlTwice, yaml);
      expect(created.body.data).toEqual({a: '3'});
    });

    test('places in lists and nested objects are named', async () => {
      const path = `/api/v1/namespaces/${await api().namespace()}/pods`;
      const pod = '{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","image":"j","colour":"red"}]}}';
      const {body} = await api().send('POST', `${path}?fieldValidation=Strict&dryRun=All`, pod);
      expect(body.message).toContain('duplicate field "spec.containers[0].image"');
      expect(body.message).toContain('unknown field "spec.containers[0].colour"');
    });

    test.for(['merge', 'strategic'] as const)('a %s patch is held to the same', async type => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const patch = '{"data":{"x":"1","x":"2"},"junk":1}';
      const headers = {'content-type': patchTypes[type]};
      const {body} = await api().send('PATCH', `${path}/a?fieldValidation=Strict`, patch, headers);
      expect(body).toMatchObject({code: 422, reason: 'Invalid', details: {causes: [{field: 'patch'}]}});
      expect(body.message).toMatch(/^ "" is invalid: patch: Invalid value: /);
      expect(body.message).toMatch(/strict decoding error: duplicate field "data.x", unknown field "junk"$/);
      const warned = await api().send('PATCH', `${path}/a`, patch, headers);
      expect(warned.body.data).toEqual({x: '2'});
      expect(warnings(warned)).toEqual(['duplicate field "data.x"', 'unknown field "junk"']);
    });

    test('a JSON patch too', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const patch = '[{"op":"add","path":"/data","value":{"x":"1"},"op":"add"},{"op":"add","path":"/junk","value":1}]';
      const {body} = await api().send('PATCH', `${path}/a?fieldValidation=Strict`, patch, {'content-type': patchTypes.json});
      expect(body.code).toBe(422);
      expect(body.message).toContain('strict decoding error: json patch duplicate field "[0].op", unknown field "junk"');
    });

    test('another word is refused', async () => {
      const {body} = await api().post(`${await configMaps()}?fieldValidation=Perhaps`, {metadata: {name: 'a'}});
      expect(body.message).toBe(
        'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Perhaps": supported values: "", "Ignore", "Strict", "Warn"',
      );
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }
}

function warnings({headers}: Answer): string[] {
  return [...(headers.warning ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, quoted = '""']) => JSON.parse(quoted));
}
