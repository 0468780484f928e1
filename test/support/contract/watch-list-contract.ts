/** Contract: a watch that begins with the state of the collection and says where it ends. */
import {describe, expect, onTestFinished, test} from 'vitest';
import {type ContractClient, nameOf, type WatchEvent, type WatchReader} from './contract-client.ts';

const streaming = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
const requires = 'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';

export function watchListContract(api: () => ContractClient): void {
  describe('watch-list', () => {
    test.for(['', '&resourceVersion=', '&resourceVersion=0', '&resourceVersion=1'])(
      'with %s the state comes first, then a bookmark, then what happens',
      async version => {
        const path = await configMaps();
        await api().create(path, {metadata: {name: 'a'}});
        await api().create(path, {metadata: {name: 'b'}});
        const reader = await watch(`${path}?${streaming}&allowWatchBookmarks=true${version}`);
        const initial = await reader.take(2);
        expect(initial.map(nameOf).sort()).toEqual(['ADDED a', 'ADDED b']);
        const [bookmark] = await reader.take(1);
        expect(bookmark).toEqual({
          type: 'BOOKMARK',
          object: {
            kind: 'ConfigMap',
            apiVersion: 'v1',
            metadata: {resourceVersion: expect.stringMatching(/^\d+$/), annotations: {'k8s.io/initial-events-end': 'true'}},
          },
        });
        const newest = Math.max(...initial.map(versionOf));
        expect(bookmark === undefined ? 0 : versionOf(bookmark)).toBeGreaterThanOrEqual(newest);
        await api().remove(`${path}/a`);
        expect((await reader.take(1)).map(nameOf)).toEqual(['DELETED a']);
      },
    );

    test('the bookmark of an empty selection comes at once', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const reader = await watch(`${path}?${streaming}&allowWatchBookmarks=true&labelSelector=app%3Dnone`);
      const [bookmark] = await reader.take(1);
      expect(bookmark).toMatchObject({type: 'BOOKMARK', object: {metadata: {annotations: {'k8s.io/initial-events-end': 'true'}}}});
    });

    test('metadata only, with the same end', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}, data: {x: 'y'}});
      const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
      const reader = await watch(`${path}?${streaming}&allowWatchBookmarks=true&fieldSelector=metadata.name%3Da`, accept);
      const [added, bookmark] = await reader.take(2);
      expect(added).toMatchObject({type: 'ADDED', object: {kind: 'PartialObjectMetadata', metadata: {name: 'a'}}});
      expect(added?.object.data).toBeUndefined();
      expect(bookmark).toMatchObject({type: 'BOOKMARK', object: {metadata: {annotations: {'k8s.io/initial-events-end': 'true'}}}});
    });

    test('without bookmarks the state has no marked end', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const reader = await watch(`${path}?${streaming}&fieldSelector=metadata.name%3Da`);
      expect((await reader.take(1)).map(nameOf)).toEqual(['ADDED a']);
      await api().remove(`${path}/a`);
      expect((await reader.take(1)).map(nameOf)).toEqual(['DELETED a']);
    });

    test('a no begins with what comes', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      const reader = await watch(`${path}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`);
      await api().create(path, {metadata: {name: 'b'}});
      expect((await reader.take(1)).map(nameOf)).toEqual(['ADDED b']);
    });

    test('a version of the future is an ERROR event', async () => {
      const reader = await watch(`${await configMaps()}?${streaming}&allowWatchBookmarks=true&resourceVersion=999999999`);
      const [error] = await reader.take(1);
      expect(error).toMatchObject({type: 'ERROR', object: {code: 504, reason: 'Timeout', details: {retryAfterSeconds: 1}}});
      expect(error?.object.message).toMatch(/^Timeout: Too large resource version: 999999999, current: \d+$/);
      expect(await reader.next()).toBeUndefined();
    });

    test.for([
      ['watch=1&sendInitialEvents=true', requires],
      ['watch=1&sendInitialEvents=false', requires],
      [
        'watch=1&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1',
        `[${requires}, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"]`,
      ],
      [
        'watch=1&resourceVersionMatch=NotOlderThan',
        'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ],
      [`${streaming}&continue=abc`, 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided'],
      ['sendInitialEvents=true', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    ])('refuses %s', async ([query = '', why = '']) => {
      const {status, body} = await api().get(`${await configMaps()}?${query}`);
      expect(status).toBe(422);
      expect(body.message).toBe(`ListOptions.meta.k8s.io "" is invalid: ${why}`);
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }

  async function watch(path: string, accept?: string): Promise<WatchReader> {
    const reader = await api().watch(path, accept);
    onTestFinished(() => reader.close());
    return reader;
  }
}

function versionOf({object}: WatchEvent): number {
  return Number(object.metadata.resourceVersion);
}
