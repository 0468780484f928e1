/** Contract: lists, pages and selectors. */
import {describe, expect, test} from 'vitest';
import {type ContractClient, type ContractTarget, names} from './contract-client.ts';

export function listContract(api: () => ContractClient, target: () => ContractTarget): void {
  describe('lists', () => {
    test('items come in the order of their keys, without a kind of their own', async () => {
      const path = await leases(['b', 'a-b', 'a']);
      const {body} = await api().get(path);
      expect(body).toMatchObject({kind: 'LeaseList', apiVersion: 'coordination.k8s.io/v1'});
      expect(names(body)).toEqual(['a', 'a-b', 'b']);
      expect(body.items[0].kind).toBeUndefined();
      expect(body.metadata.continue).toBeUndefined();
    });

    test('pages are pinned to the revision of the first, whatever is written between them', async () => {
      const path = await leases(['a', 'b', 'c', 'd', 'e']);
      const first = (await api().get(`${path}?limit=2`)).body;
      expect(names(first)).toEqual(['a', 'b']);
      expect(first.metadata.remainingItemCount).toBe(3);
      await api().remove(`${path}/c`);
      await api().create(path, {metadata: {name: 'cc'}});
      const second = (await api().get(`${path}?limit=2&continue=${first.metadata.continue}`)).body;
      expect(names(second)).toEqual(['c', 'd']);
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      const third = (await api().get(`${path}?limit=2&continue=${second.metadata.continue}`)).body;
      expect(names(third)).toEqual(['e']);
      expect(third.metadata.continue).toBeUndefined();
    });

    test('a page with a selector does not count the rest', async () => {
      const path = await leases(['a', 'b', 'c'], {n: '1'});
      const {metadata} = (await api().get(`${path}?limit=1&labelSelector=n`)).body;
      expect(metadata.continue).toMatch(/./);
      expect(metadata.remainingItemCount).toBeUndefined();
    });

    test('an expired page says so and offers to go on inconsistently', async () => {
      const path = await leases(['a', 'b', 'c']);
      const first = (await api().get(`${path}?limit=1`)).body;
      await api().create(path, {metadata: {name: 'bb'}});
      await target().compact();
      const expired = await api().until(`${path}?limit=9&continue=${first.metadata.continue}`, answer => answer.status === 410);
      expect(expired.body).toMatchObject({reason: 'Expired', code: 410});
      expect(expired.body.message).toContain('The provided continue parameter is too old to display a consistent list result.');
      const rest = await api().get(`${path}?limit=9&continue=${expired.body.metadata.continue}`);
      expect(names(rest.body)).toEqual(['b', 'bb', 'c']);
    });

    test('an exact version shows the past', async () => {
      const path = await leases(['a']);
      const {metadata} = (await api().get(path)).body;
      await api().create(path, {metadata: {name: 'b'}});
      expect(names((await api().get(`${path}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`)).body)).toEqual([
        'a',
      ]);
      expect(
        names((await api().get(`${path}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=NotOlderThan`)).body),
      ).toContain('a');
      expect(names((await api().get(path)).body)).toEqual(['a', 'b']);
    });

    test('a version of the future, and one that is no number, are refused', async () => {
      const path = await leases([]);
      const future = await api().get(`${path}?resourceVersion=9999999999`);
      expect(future.body).toMatchObject({
        code: 504,
        reason: 'Timeout',
        details: {causes: [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version'}], retryAfterSeconds: 1},
      });
      const junk = await api().get(`${path}?resourceVersion=abc`);
      expect(junk.body.message).toBe(
        'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
      );
    });

    test.for([
      ['resourceVersionMatch=Exact', 'resourceVersionMatch is forbidden unless resourceVersion is provided'],
      ['resourceVersion=0&resourceVersionMatch=Exact', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
    ])('%s is invalid', async ([query = '', sentence = '']) => {
      const {body} = await api().get(`${await leases([])}?${query}`);
      expect(body).toMatchObject({code: 422, reason: 'Invalid', details: {kind: 'ListOptions', group: 'meta.k8s.io'}});
      expect(body.message).toContain(sentence);
    });

    test.for([
      ['app=a', ['one']],
      ['app==a', ['one']],
      ['app!=a', ['three', 'two']],
      ['app in (a,b)', ['one', 'two']],
      ['app notin (a)', ['three', 'two']],
      ['app', ['one', 'two']],
      ['!app', ['three']],
      ['app,tier=x', ['two']],
      ['size>5', ['two']],
      ['size<5', ['one']],
      ['app in (a, b),tier notin (x)', ['one']],
    ] as const)('label selector %s', async ([selector, expected]) => {
      const path = await leases([]);
      await api().create(path, {metadata: {name: 'one', labels: {app: 'a', size: '1'}}});
      await api().create(path, {metadata: {name: 'two', labels: {app: 'b', tier: 'x', size: '10'}}});
      await api().create(path, {metadata: {name: 'three'}});
      expect(names((await api().get(`${path}?labelSelector=${encodeURIComponent(selector)}`)).body)).toEqual(expected);
    });

    test.for([
      ['labelSelector=a%20b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
      ['labelSelector=a%20in', "unable to parse requirement: found '' expected: '('"],
      ['fieldSelector=foo%3Dbar', '"foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
      ['fieldSelector=foo', "invalid selector: 'foo'; can't understand 'foo'"],
    ])('%s is a bad request', async ([query = '', message = '']) => {
      const {body} = await api().get(`${await leases([])}?${query}`);
      expect(body).toMatchObject({code: 400, reason: 'BadRequest', message});
    });

    test('field selectors read name, namespace and what the kind offers', async () => {
      const namespace = await api().namespace();
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      for (const [name, nodeName] of [
        ['p1', 'n1'],
        ['p2', 'n2'],
      ]) {
        await api().create(pods, {metadata: {name}, spec: {nodeName, containers: [{name: 'c', image: 'i'}]}});
      }
      const select = async (selector: string) =>
        names((await api().get(`/api/v1/pods?fieldSelector=${encodeURIComponent(selector)}`)).body);
      expect(await select(`metadata.namespace=${namespace},spec.nodeName=n2`)).toEqual(['p2']);
      expect(await select(`metadata.namespace=${namespace},metadata.name!=p2,status.phase=Pending`)).toEqual(['p1']);
      expect((await api().get(`${pods}?fieldSelector=spec.foo%3Dbar`)).body.message).toBe('field label not supported: spec.foo');
    });
  });

  /** Leases, since a controller manager puts a ConfigMap of its own into every namespace. */
  async function leases(each: readonly string[], labels = {}): Promise<string> {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${await api().namespace()}/leases`;
    for (const name of each) await api().create(path, {metadata: {name, labels}});
    return path;
  }
}
