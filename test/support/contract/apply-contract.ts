/** Contract: server-side apply, and the owners of fields that it stands on. */
import {describe, expect, test} from 'vitest';
import {type Answer, type ContractClient, type Json, patchTypes} from './contract-client.ts';
import {ownersOf} from './managed-fields.ts';

export function applyContract(api: () => ContractClient): void {
  describe('owners of fields', () => {
    test('a creation owns all it gives, each later change goes to whoever made it', async () => {
      const path = await configMaps();
      const created = await api().send('POST', `${path}?fieldManager=one`, config('a', {x: '1', y: '1'}));
      expect(created.body.metadata.managedFields).toEqual([
        {
          manager: 'one',
          operation: 'Update',
          apiVersion: 'v1',
          time: created.body.metadata.creationTimestamp,
          fieldsType: 'FieldsV1',
          fieldsV1: {'f:data': {'.': {}, 'f:x': {}, 'f:y': {}}},
        },
      ]);
      const changed = await api().send('PATCH', `${path}/a?fieldManager=two`, {data: {x: '2', z: '2'}}, {'content-type': patchTypes.merge});
      expect(ownersOf(changed.body)).toEqual({
        'one Update': {'f:data': {'.': {}, 'f:y': {}}},
        'two Update': {'f:data': {'f:x': {}, 'f:z': {}}},
      });
      const put = await api().send('PUT', `${path}/a?fieldManager=one`, {...changed.body, data: {x: '2'}});
      expect(ownersOf(put.body)).toEqual({'one Update': {'f:data': {}}, 'two Update': {'f:data': {'f:x': {}}}});
    });

    test('without a name the client program stands for the manager', async () => {
      const {body} = await api().post(await configMaps(), config('a', {x: '1'}));
      expect(Object.keys(ownersOf(body))).toEqual(['contract Update']);
    });

    test('a client may write who owns what, and make the server forget it', async () => {
      const path = await configMaps();
      const created = await api().send('POST', `${path}?fieldManager=one`, config('a', {x: '1'}));
      const entry = {...created.body.metadata.managedFields[0], manager: 'two', operation: 'Apply'};
      const moved = await api().patch(`${path}/a`, 'json', [
        {op: 'replace', path: '/metadata/managedFields', value: [entry]},
        {op: 'replace', path: '/metadata/resourceVersion', value: created.body.metadata.resourceVersion},
      ]);
      expect(ownersOf(moved.body)).toEqual({'two Apply': {'f:data': {'.': {}, 'f:x': {}}}});
      const forgotten = await api().patch(`${path}/a`, 'merge', {metadata: {managedFields: [{}]}});
      expect(forgotten.body.metadata.managedFields).toBeUndefined();
      const {body} = await api().patch(`${path}/a`, 'merge', {data: {x: '2'}});
      expect(body.metadata.managedFields).toBeUndefined();
      const conflict = await api().apply(`${path}/a`, 'late', config('a', {x: '3'}));
      expect(conflict.body).toMatchObject({
        code: 409,
        message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x',
      });
    });

    test('of more than ten updaters the oldest become one', async () => {
      const path = await configMaps();
      await api().send('POST', `${path}?fieldManager=m00`, config('a', {k00: '0'}));
      const patch = {'content-type': patchTypes.merge};
      for (let number = 1; number <= 11; number++) {
        const name = String(number).padStart(2, '0');
        await api().send('PATCH', `${path}/a?fieldManager=m${name}`, {data: {[`k${name}`]: '1'}}, patch);
      }
      const owners = Object.keys(ownersOf((await api().get(`${path}/a`)).body));
      expect(owners).toHaveLength(10);
      expect(owners).toContain('ancient-changes Update');
    });

    test('scale and status are written under their own name', async () => {
      const namespace = await api().namespace();
      const path = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
      const template = {metadata: {labels: {a: 'b'}}, spec: {schedulerName: 'nobody', containers: [{name: 'c', image: 'i'}]}};
      await api().create(path, {metadata: {name: 'r'}, spec: {replicas: 0, selector: {matchLabels: {a: 'b'}}, template}});
      const patch = {'content-type': patchTypes.merge};
      await api().send('PATCH', `${path}/r/scale?fieldManager=scaler`, {spec: {replicas: 1}}, patch);
      expect(ownersOf((await api().get(`${path}/r`)).body)['scaler Update scale']).toEqual({'f:spec': {'f:replicas': {}}});
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      await api().create(pods, {metadata: {name: 'p'}, spec: template.spec});
      const {body} = await api().send('PATCH', `${pods}/p/status?fieldManager=judge`, {status: {message: 'm'}}, patch);
      expect(ownersOf(body)['judge Update status']).toEqual({'f:status': {'f:message': {}}});
    });
  });

  describe('server-side apply', () => {
    test('creates what is not there, and changes nothing the second time', async () => {
      const path = `${await configMaps()}/a`;
      const created = await api().apply(path, 'one', config('a', {x: '1'}, {l: 'm'}));
      expect(created.status).toBe(201);
      expect(created.body.metadata.managedFields).toEqual([
        {
          manager: 'one',
          operation: 'Apply',
          apiVersion: 'v1',
          time: created.body.metadata.creationTimestamp,
          fieldsType: 'FieldsV1',
          fieldsV1: {'f:data': {'f:x': {}}, 'f:metadata': {'f:labels': {'f:l': {}}}},
        },
      ]);
      const again = await api().apply(path, 'one', config('a', {x: '1'}, {l: 'm'}));
      expect(again.status).toBe(200);
      expect(again.body).toEqual(created.body);
    });

    test('a configuration may be YAML', async () => {
      const path = `${await configMaps()}/a`;
      const {body} = await api().apply(path, 'one', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: "1"\n');
      expect(body.data).toEqual({x: '1'});
      const twice = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n  x: "2"\n';
      const warned = await api().apply(path, 'one', twice);
      expect(warned.body.data).toEqual({x: '2'});
      expect(warned.headers.warning).toBe('299 - "line 7: key \\"x\\" already set in map"');
      expect((await api().apply(path, 'one', twice, '&fieldValidation=Strict')).body).toMatchObject({
        code: 400,
        message: 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 7: key "x" already set in map',
      });
    });

    test('a field of another manager is a conflict, unless the value is the same', async () => {
      const path = `${await configMaps()}/a`;
      await api().apply(path, 'one', config('a', {x: '1', y: '1'}));
      const shared = await api().apply(path, 'two', config('a', {x: '1'}));
      expect(ownersOf(shared.body)).toEqual({'one Apply': {'f:data': {'f:x': {}, 'f:y': {}}}, 'two Apply': {'f:data': {'f:x': {}}}});
      const {body} = await api().apply(path, 'two', config('a', {x: '2', y: '2'}));
      expect(body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.x\n- .data.y',
        reason: 'Conflict',
        details: {
          causes: [
            {reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.x'},
            {reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.y'},
          ],
        },
        code: 409,
      });
      expect((await api().get(path)).body.data).toEqual({x: '1', y: '1'});
    });

    test('force takes the field over', async () => {
      const path = `${await configMaps()}/a`;
      await api().apply(path, 'one', config('a', {x: '1', y: '1'}));
      const {body} = await api().apply(path, 'two', config('a', {x: '2'}), '&force=true');
      expect(body.data).toEqual({x: '2', y: '1'});
      expect(ownersOf(body)).toEqual({'one Apply': {'f:data': {'f:y': {}}}, 'two Apply': {'f:data': {'f:x': {}}}});
    });

    test('a field that is applied no more goes, unless another has it too', async () => {
      const path = `${await configMaps()}/a`;
      await api().apply(path, 'one', config('a', {x: '1', y: '1', z: '1'}, {l: 'm'}));
      await api().apply(path, 'two', config('a', {y: '1'}));
      const {body} = await api().apply(path, 'one', config('a', {z: '1'}));
      expect(body.data).toEqual({y: '1', z: '1'});
      expect(body.metadata.labels).toBeUndefined();
      expect(ownersOf(body)).toEqual({'one Apply': {'f:data': {'f:z': {}}}, 'two Apply': {'f:data': {'f:y': {}}}});
      const empty = await api().apply(path, 'one', config('a'));
      expect(empty.body.data).toEqual({y: '1'});
      expect(Object.keys(ownersOf(empty.body))).toEqual(['two Apply']);
    });

    test('other writers own too, and take from appliers without asking', async () => {
      const path = await configMaps();
      await api().send('POST', `${path}?fieldManager=maker`, config('a', {x: '1', y: '1'}));
      const conflict = await api().apply(`${path}/a`, 'one', config('a', {x: '2'}));
      expect(conflict.body.details.causes).toEqual([
        {reason: 'FieldManagerConflict', message: 'conflict with "maker" using v1', field: '.data.x'},
      ]);
      await api().apply(`${path}/a`, 'one', config('a', {x: '2'}), '&force=true');
      const taken = await api().send('PATCH', `${path}/a?fieldManager=maker`, {data: {x: '3'}}, {'content-type': patchTypes.merge});
      expect(ownersOf(taken.body)).toEqual({'maker Update': {'f:data': {'.': {}, 'f:x': {}, 'f:y': {}}}});
      const kept = await api().apply(`${path}/a`, 'one', config('a'));
      expect(kept.body.data).toEqual({x: '3', y: '1'});
    });

    test('a dry run shows what would be', async () => {
      const path = `${await configMaps()}/a`;
      const created = await api().apply(path, 'one', config('a', {x: '1'}), '&dryRun=All');
      expect(created).toMatchObject({status: 201, body: {data: {x: '1'}}});
      expect((await api().get(path)).status).toBe(404);
      await api().apply(path, 'one', config('a', {x: '1'}));
      expect((await api().apply(path, 'two', config('a', {x: '2'}), '&dryRun=All')).body.code).toBe(409);
      const forced = await api().apply(path, 'two', config('a', {x: '2'}), '&dryRun=All&force=true');
      expect(forced.body.data).toEqual({x: '2'});
      expect(Object.keys(ownersOf((await api().get(path)).body))).toEqual(['one Apply']);
    });

    test('kubectl takes back what its client-side apply gave, and keeps that annotation true', async () => {
      const path = await configMaps();
      const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
      const last = JSON.stringify({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'a'}, data: {x: '1', y: '1'}});
      const body = {...config('a', {x: '1', y: '1'}), metadata: {name: 'a', annotations: {[annotation]: last}}};
      await api().send('POST', `${path}?fieldManager=kubectl-client-side-apply`, body);
      const other = await api().apply(`${path}/a`, 'other', config('a', {x: '2'}));
      expect(other.body.message).toBe('Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.x');
      const {body: applied} = await api().apply(`${path}/a`, 'kubectl', config('a', {x: '2', y: '1'}));
      expect(applied.data).toEqual({x: '2', y: '1'});
      expect(JSON.parse(applied.metadata.annotations[annotation])).toMatchObject({data: {x: '2', y: '1'}, metadata: {name: 'a'}});
    });

    test.for<[string, string, Json, Partial<Json>]>([
      ['no manager', '', config('a'), {code: 422, message: /fieldManager: Required value: is required for apply patch$/}],
      ['no kind', 'm', {apiVersion: 'v1', metadata: {name: 'a'}}, {code: 400, message: /^invalid object type: \/v1, Kind=$/}],
      ['another version', 'm', {...config('a'), apiVersion: 'v2'}, {code: 400, message: /^invalid object type: \/v2, Kind=ConfigMap$/}],
      ['another name', 'm', config('b'), {code: 400, message: /name of the object \(b\) does not match the name on the URL \(a\)$/}],
      ['no name', 'm', {...config('a'), metadata: {}}, {code: 400, message: /was undeterminable: name must be provided$/}],
      [
        'owners',
        'm',
        {...config('a'), metadata: {name: 'a', managedFields: []}},
        {code: 400, message: /^metadata.managedFields must be nil$/},
      ],
      [
        'an unknown field',
        'm',
        {...config('a'), datum: {}},
        {code: 500, message: /^failed to create typed patch object \(\/a; \/v1, Kind=ConfigMap\): .datum: field not declared in schema$/},
      ],
      [
        'a wrong type',
        'm',
        config('a', {x: 1}),
        {code: 500, message: /: .data.x: expected string, got &value.valueUnstructured{Value:1}$/},
      ],
      [
        'a list',
        'm',
        [1],
        {code: 400, message: /^error decoding YAML: .*cannot unmarshal array into Go value of type map\[string\]interface {}$/},
      ],
      ['nothing like YAML', 'm', '{a', {code: 400, message: /^error decoding YAML: /}],
      [
        'a uid for a new object',
        'm',
        {...config('a'), metadata: {name: 'a', uid: 'u'}},
        {code: 409, message: /uid mismatch: the provided object specified uid u, and no existing object was found$/},
      ],
    ])('refuses a configuration with %s', async ([_what, manager, body, {code, message}]) => {
      const path = `${await configMaps()}/a`;
      const answer = await api().apply(path, manager, body);
      expect(answer.body.message).toMatch(message);
      expect(answer.status).toBe(code);
      expect((await api().get(path)).status).toBe(404);
    });

    test('a version in the configuration is compared, force is for apply alone', async () => {
      const path = `${await configMaps()}/a`;
      await api().apply(path, 'one', config('a', {x: '1'}));
      const stale: Answer = await api().apply(path, 'one', {...config('a', {x: '2'}), metadata: {name: 'a', resourceVersion: '1'}});
      expect(stale.body).toMatchObject({code: 409, reason: 'Conflict'});
      const merge = await api().send('PATCH', `${path}?force=true`, {}, {'content-type': patchTypes.merge});
      expect(merge.body.message).toContain('force: Forbidden: may not be specified for non-apply patch');
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }
}

function config(name: string, data?: Json, labels?: Json): Json {
  return {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, ...(labels && {labels})}, ...(data && {data})};
}
