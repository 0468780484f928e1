/** Contract: watches. */
import {describe, expect, onTestFinished, test} from 'vitest';
import {type ContractClient, type ContractTarget, nameOf, type WatchReader} from './contract-client.ts';

export function watchContract(api: () => ContractClient, target: () => ContractTarget): void {
  describe('watches', () => {
    test('every change after the version of the list comes once and in order', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'before'}});
      const {metadata} = (await api().get(path)).body;
      await api().create(path, {metadata: {name: 'a'}});
      await api().patch(`${path}/a`, 'merge', {data: {x: 'y'}});
      const reader = await watch(`${path}?watch=True&resourceVersion=${metadata.resourceVersion}`);
      await api().remove(`${path}/a`);
      const events = await reader.take(3);
      expect(events.map(nameOf)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
      const versions = events.map(event => BigInt(event.object.metadata.resourceVersion));
      expect(versions).toEqual(versions.toSorted((left, right) => Number(left - right)));
      expect(events[1]?.object).toMatchObject({kind: 'ConfigMap', apiVersion: 'v1', data: {x: 'y'}});
    });

    test.for(['', '&resourceVersion=0'])('without a version (%s) it begins with what is there', async query => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      await api().create(path, {metadata: {name: 'b'}});
      const reader = await watch(`${path}?watch=1${query}`);
      expect((await reader.take(2)).map(nameOf).sort()).toEqual(['ADDED a', 'ADDED b']);
    });

    test('the server ends it after timeoutSeconds', async () => {
      const reader = await watch(`/apis/coordination.k8s.io/v1/namespaces/${await api().namespace()}/leases?watch=true&timeoutSeconds=1`);
      expect(reader.status).toBe(200);
      expect(await reader.next()).toBeUndefined();
    });

    test('an object that stops matching is deleted for the watcher, one that begins to match is added', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a', labels: {app: 'x'}}});
      await api().create(path, {metadata: {name: 'b'}});
      const {metadata} = (await api().get(path)).body;
      const reader = await watch(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}&labelSelector=app%3Dx`);
      await api().patch(`${path}/a`, 'merge', {metadata: {labels: {app: 'y'}}});
      await api().patch(`${path}/b`, 'merge', {metadata: {labels: {app: 'x'}}});
      await api().patch(`${path}/b`, 'merge', {data: {k: 'v'}});
      await api().remove(`${path}/a`);
      await api().remove(`${path}/b`);
      const events = await reader.take(4);
      expect(events.map(nameOf)).toEqual(['DELETED a', 'ADDED b', 'MODIFIED b', 'DELETED b']);
      // The watcher sees the object as it last matched, with the version at which it left.
      expect(events[0]?.object.metadata.labels).toEqual({app: 'x'});
      expect(BigInt(events[0]?.object.metadata.resourceVersion)).toBeGreaterThan(BigInt(metadata.resourceVersion));
    });

    test('one object is watched by its name', async () => {
      const path = await configMaps();
      const {metadata} = (await api().get(path)).body;
      const reader = await watch(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}&fieldSelector=metadata.name%3Db`);
      await api().create(path, {metadata: {name: 'a'}});
      await api().create(path, {metadata: {name: 'b'}});
      expect((await reader.take(1)).map(nameOf)).toEqual(['ADDED b']);
    });

    test('one namespace does not hear of another', async () => {
      const [here, there] = [await configMaps(), await configMaps()];
      const {metadata} = (await api().get(here)).body;
      const reader = await watch(`${here}?watch=1&resourceVersion=${metadata.resourceVersion}`);
      await api().create(there, {metadata: {name: 'there'}});
      await api().create(here, {metadata: {name: 'here'}});
      expect((await reader.take(1)).map(nameOf)).toEqual(['ADDED here']);
    });

    test('a version that is no number is refused before the stream', async () => {
      const {status, body} = await api().get(`${await configMaps()}?watch=1&resourceVersion=abc`);
      expect(status).toBe(500);
      expect(body.message).toBe('resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax');
    });

    test('a version that the server has forgotten is one ERROR event with 410, and the end', async () => {
      const path = await configMaps();
      const {metadata} = await api().create(path, {metadata: {name: 'a'}});
      await api().create(path, {metadata: {name: 'b'}});
      await target().forget();
      const reader = await watch(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}`);
      expect(reader.status).toBe(200);
      const [error] = await reader.take(1);
      expect(error).toMatchObject({type: 'ERROR', object: {kind: 'Status', status: 'Failure', reason: 'Expired', code: 410}});
      expect(error?.object.message).toMatch(/^too old resource version: \d+ \(\d+\)$/);
      expect(await reader.next()).toBeUndefined();
    });

    test('a watch of a kind that is not served is NotFound', async () => {
      expect((await api().get('/api/v1/foos?watch=1')).body).toMatchObject({
        code: 404,
        message: 'the server could not find the requested resource',
      });
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }

  async function watch(path: string): Promise<WatchReader> {
    const reader = await api().watch(path);
    onTestFinished(() => reader.close());
    return reader;
  }
}
