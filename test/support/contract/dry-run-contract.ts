/** Contract: a dry run answers as the write would, and nothing comes of it. */
import {describe, expect, onTestFinished, test} from 'vitest';
import {type ContractClient, nameOf, names} from './contract-client.ts';
import {crdsPath, gizmoCrd} from './gizmo-crd.ts';

const dry = '?dryRun=All';

export function dryRunContract(api: () => ContractClient): void {
  describe('dry runs', () => {
    test('a creation is answered with all but a version, and leaves nothing', async () => {
      const path = await configMaps();
      const {body, status} = await api().post(`${path}${dry}`, {metadata: {generateName: 'a-'}, data: {a: '1'}});
      expect(status).toBe(201);
      expect(body).toMatchObject({metadata: {name: expect.stringMatching(/^a-.{5}$/), uid: expect.any(String)}, data: {a: '1'}});
      expect(body.metadata.creationTimestamp).toBeDefined();
      expect(body.metadata.resourceVersion).toBeUndefined();
      expect(names((await api().get(path)).body)).toEqual([]);
    });

    test('what would be refused is refused', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      expect((await api().post(`${path}${dry}`, {metadata: {name: 'a'}})).body).toMatchObject({code: 409, reason: 'AlreadyExists'});
      expect((await api().post(`${path}${dry}`, {metadata: {name: 'A'}})).body).toMatchObject({code: 422, reason: 'Invalid'});
      expect((await api().patch(`${path}/none${dry}`, 'merge', {})).body).toMatchObject({code: 404});
      expect((await api().remove(`${path}/none${dry}`)).body).toMatchObject({code: 404});
    });

    test('an update and each patch answer with the change and the version that stays', async () => {
      const path = await configMaps();
      const before = await api().create(path, {metadata: {name: 'a'}, data: {a: '1'}});
      const answers = [
        await api().put(`${path}/a${dry}`, {...before, data: {a: '2'}}),
        await api().patch(`${path}/a${dry}`, 'merge', {data: {a: '2'}}),
        await api().patch(`${path}/a${dry}`, 'strategic', {data: {a: '2'}}),
        await api().patch(`${path}/a${dry}`, 'json', [{op: 'replace', path: '/data/a', value: '2'}]),
      ];
      for (const {status, body} of answers) {
        expect(status).toBe(200);
        expect(body).toMatchObject({data: {a: '2'}, metadata: {resourceVersion: before.metadata.resourceVersion}});
      }
      expect((await api().get(`${path}/a`)).body).toMatchObject({
        data: {a: '1'},
        metadata: {resourceVersion: before.metadata.resourceVersion},
      });
    });

    test('a deletion, by query or by body, of one or of many, takes nothing away', async () => {
      const path = await configMaps();
      const {metadata} = await api().create(path, {metadata: {name: 'a'}});
      const held = await api().create(path, {metadata: {name: 'held', finalizers: ['ex.io/hold']}});
      const details = {name: 'a', kind: 'configmaps', uid: metadata.uid};
      expect((await api().remove(`${path}/a${dry}`)).body).toMatchObject({status: 'Success', details});
      expect((await api().remove(`${path}/a`, {dryRun: ['All']})).body).toMatchObject({status: 'Success', details});
      const marked = await api().remove(`${path}/held${dry}`);
      expect(marked.body.metadata).toMatchObject({deletionTimestamp: expect.any(String), resourceVersion: held.metadata.resourceVersion});
      expect(names((await api().remove(`${path}${dry}`)).body)).toEqual(['a', 'held']);
      const left = (await api().get(path)).body;
      expect(names(left)).toEqual(['a', 'held']);
      expect(left.items.map((item: {metadata: {deletionTimestamp?: string}}) => item.metadata.deletionTimestamp)).not.toContainEqual(
        expect.any(String),
      );
      await api().patch(`${path}/held`, 'merge', {metadata: {finalizers: null}});
    });

    test('status and scale', async () => {
      const crd = gizmoCrd('drygizmo');
      expect((await api().post(`${crdsPath}${dry}`, crd.body)).status).toBe(201);
      expect((await api().get(`${crdsPath}/${crd.name}`)).status).toBe(404);
      await api().create(crdsPath, crd.body);
      onTestFinished(async () => void (await api().remove(`${crdsPath}/${crd.name}`)));
      const path = `${crd.root}/namespaces/${await api().namespace()}/${crd.plural}`;
      await api().until(path, answer => answer.status === 200);
      await api().create(path, {
        apiVersion: 'contract.example.com/v1',
        kind: crd.kind,
        metadata: {name: 'g'},
        spec: {size: 1, replicas: 1},
      });
      const status = await api().patch(`${path}/g/status${dry}`, 'merge', {status: {phase: 'Dry'}});
      expect(status.body.status).toEqual({phase: 'Dry'});
      const scale = await api().patch(`${path}/g/scale${dry}`, 'merge', {spec: {replicas: 5}});
      expect(scale.body).toMatchObject({kind: 'Scale', spec: {replicas: 5}});
      const {body} = await api().get(`${path}/g`);
      expect(body.spec).toEqual({size: 1, color: 'red', replicas: 1});
      expect(body.status).toBeUndefined();
    });

    test('nobody who watches hears of one', async () => {
      const path = await configMaps();
      const {metadata} = (await api().get(path)).body;
      const reader = await api().watch(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}`);
      onTestFinished(() => reader.close());
      await api().post(`${path}${dry}`, {metadata: {name: 'dry'}});
      await api().create(path, {metadata: {name: 'real'}});
      await api().patch(`${path}/real${dry}`, 'merge', {data: {a: '1'}});
      await api().remove(`${path}/real${dry}`);
      await api().remove(`${path}/real`);
      expect((await reader.take(2)).map(nameOf)).toEqual(['ADDED real', 'DELETED real']);
    });

    test('a value other than All is refused', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const answers = [
        ['CreateOptions', await api().post(`${path}?dryRun=some`, {metadata: {name: 'b'}})],
        ['UpdateOptions', await api().put(`${path}/a?dryRun=some`, {metadata: {name: 'a'}})],
        ['PatchOptions', await api().patch(`${path}/a?dryRun=some`, 'merge', {data: {b: 'c'}})],
        ['DeleteOptions', await api().remove(`${path}/a?dryRun=some`)],
        ['DeleteOptions', await api().remove(`${path}/a`, {dryRun: ['some']})],
      ] as const;
      for (const [kind, {body}] of answers) {
        expect(body).toMatchObject({
          code: 422,
          reason: 'Invalid',
          message: `${kind}.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["some"]: supported values: "All"`,
        });
      }
      expect((await api().get(`${path}/a`)).body.data).toBeUndefined();
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }
}
