/** Contract: how objects go: preconditions, finalizers, grace, owners, namespaces. */
import {describe, expect, onTestFinished, test} from 'vitest';
import {type ContractClient, type Json, nameOf, names} from './contract-client.ts';

export function deletionContract(api: () => ContractClient): void {
  describe('deletion', () => {
    test('answers with a Status that names what is gone', async () => {
      const path = await configMaps();
      const {metadata} = await api().create(path, {metadata: {name: 'a'}});
      const {status, body} = await api().remove(`${path}/a`);
      expect(status).toBe(200);
      expect(body).toMatchObject({kind: 'Status', status: 'Success', details: {name: 'a', kind: 'configmaps', uid: metadata.uid}});
    });

    test('uid and version can be preconditions', async () => {
      const path = await configMaps();
      const {metadata} = await api().create(path, {metadata: {name: 'a'}});
      const other = await api().remove(`${path}/a`, {preconditions: {uid: 'other'}});
      expect(other.body.message).toBe(
        `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
      );
      const stale = await api().remove(`${path}/a`, {preconditions: {resourceVersion: '1'}});
      expect(stale.body).toMatchObject({code: 409, reason: 'Conflict', details: {name: 'a', kind: 'ConfigMap'}});
      const {uid, resourceVersion} = metadata;
      expect((await api().remove(`${path}/a`, {preconditions: {uid, resourceVersion}})).status).toBe(200);
    });

    test('finalizers hold the object, and no new ones come', async () => {
      const path = await configMaps();
      const created = await api().create(path, {metadata: {name: 'a', finalizers: ['ex.io/hold']}});
      const reader = await api().watch(`${path}?watch=1&resourceVersion=${created.metadata.resourceVersion}`);
      onTestFinished(() => reader.close());
      const marked = (await api().remove(`${path}/a`)).body;
      expect(marked.metadata).toMatchObject({deletionGracePeriodSeconds: 0, finalizers: ['ex.io/hold']});
      const again = (await api().remove(`${path}/a`)).body;
      expect(again.metadata.resourceVersion).toBe(marked.metadata.resourceVersion);
      const recreated = await api().post(path, {metadata: {name: 'a'}});
      expect(recreated.body.message).toBe('object is being deleted: configmaps "a" already exists');
      const more = await api().patch(`${path}/a`, 'merge', {metadata: {finalizers: ['ex.io/hold', 'ex.io/b']}});
      expect(more.body.message).toBe(
        'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"ex.io/b"}',
      );
      const released = await api().patch(`${path}/a`, 'merge', {metadata: {finalizers: null}});
      expect(released.status).toBe(200);
      expect((await api().get(`${path}/a`)).status).toBe(404);
      const events = await reader.take(2);
      expect(events.map(nameOf)).toEqual(['MODIFIED a', 'DELETED a']);
      expect(events[1]?.object.metadata.finalizers).toEqual(['ex.io/hold']);
    });

    test('a pod on no node goes at once, one on a node waits for its kubelet', async () => {
      const path = `/api/v1/namespaces/${await api().namespace()}/pods`;
      const spec = {containers: [{name: 'c', image: 'i'}]};
      await api().create(path, {metadata: {name: 'free'}, spec: {...spec, schedulerName: 'nobody'}});
      const free = await api().remove(`${path}/free`);
      expect(free.body).toMatchObject({kind: 'Pod', metadata: {deletionGracePeriodSeconds: 0}});
      expect((await api().get(`${path}/free`)).status).toBe(404);

      await api().create(path, {metadata: {name: 'bound'}, spec: {...spec, nodeName: 'nowhere', terminationGracePeriodSeconds: 20}});
      expect((await api().remove(`${path}/bound`)).body.metadata).toMatchObject({deletionGracePeriodSeconds: 20, generation: 2});
      expect((await api().remove(`${path}/bound`, {gracePeriodSeconds: 50})).body.metadata.deletionGracePeriodSeconds).toBe(20);
      expect((await api().remove(`${path}/bound`, {gracePeriodSeconds: 5})).body.metadata.deletionGracePeriodSeconds).toBe(5);
      expect((await api().remove(`${path}/bound`, {gracePeriodSeconds: 0})).body.metadata.deletionGracePeriodSeconds).toBe(0);
      expect((await api().get(`${path}/bound`)).status).toBe(404);
    });

    test('a collection goes by selector', async () => {
      const path = await configMaps();
      for (const name of ['a', 'b']) await api().create(path, {metadata: {name, labels: {n: name}}});
      const {status, body} = await api().remove(`${path}?labelSelector=n%3Da`);
      expect(status).toBe(200);
      expect(names(body)).toEqual(['a']);
      expect(names((await api().get(path)).body)).not.toContain('a');
      expect(names((await api().get(path)).body)).toContain('b');
    });

    test('an unknown propagation policy is refused', async () => {
      const path = await configMaps();
      await api().create(path, {metadata: {name: 'a'}});
      expect((await api().remove(`${path}/a?propagationPolicy=Foo`)).body).toMatchObject({code: 422, details: {kind: 'DeleteOptions'}});
    });
  });

  describe('owners', () => {
    test.for(['Background', 'Foreground'] as const)('%s: dependents go with their owner', async propagationPolicy => {
      const path = await configMaps();
      await family(path);
      await api().remove(`${path}/owner`, {propagationPolicy});
      await api().until(`${path}/grandchild`, answer => answer.status === 404);
      await api().until(`${path}/owner`, answer => answer.status === 404);
      expect((await api().get(`${path}/child`)).status).toBe(404);
    });

    test('Orphan: dependents stay and forget their owner', async () => {
      const path = await configMaps();
      await family(path);
      await api().remove(`${path}/owner`, {propagationPolicy: 'Orphan'});
      await api().until(`${path}/owner`, answer => answer.status === 404);
      const child = await api().until(`${path}/child`, answer => answer.body.metadata.ownerReferences === undefined);
      expect(child.status).toBe(200);
    });

    test('a foreground owner waits for a dependent that blocks it', async () => {
      const path = await configMaps();
      await family(path, ['ex.io/hold']);
      const marked = await api().remove(`${path}/owner`, {propagationPolicy: 'Foreground'});
      expect(marked.body.metadata.finalizers).toEqual(['foregroundDeletion']);
      await api().until(`${path}/child`, answer => answer.body.metadata.deletionTimestamp !== undefined);
      expect((await api().get(`${path}/owner`)).status).toBe(200);
      await api().patch(`${path}/child`, 'merge', {metadata: {finalizers: null}});
      await api().until(`${path}/owner`, answer => answer.status === 404);
    });

    test('a dependent of an owner that is not there goes', async () => {
      const path = await configMaps();
      await api().create(path, {
        metadata: {name: 'lost', ownerReferences: [owner({name: 'never', uid: 'b1946ac9-2e5e-4a6b-9a3d-000000000000'})]},
      });
      await api().until(`${path}/lost`, answer => answer.status === 404);
    });
  });

  describe('namespaces', () => {
    test('begin active and labelled with their name', async () => {
      const name = await api().namespace();
      const {body} = await api().get(`/api/v1/namespaces/${name}`);
      expect(body).toMatchObject({
        metadata: {labels: {'kubernetes.io/metadata.name': name}},
        spec: {finalizers: ['kubernetes']},
        status: {phase: 'Active'},
      });
    });

    test('nothing is created in one that is missing', async () => {
      const {body} = await api().post('/api/v1/namespaces/nope/configmaps', {metadata: {name: 'a'}});
      expect(body).toMatchObject({code: 404, message: 'namespaces "nope" not found', details: {kind: 'namespaces'}});
      expect((await api().get('/api/v1/namespaces/nope/configmaps')).body.items).toEqual([]);
    });

    test('are emptied before they go, and take nothing new meanwhile', async () => {
      const name = await api().namespace();
      const path = `/api/v1/namespaces/${name}/configmaps`;
      await api().create(path, {metadata: {name: 'free'}});
      await api().create(path, {metadata: {name: 'held', finalizers: ['ex.io/hold']}});
      const marked = (await api().remove(`/api/v1/namespaces/${name}`)).body;
      expect(marked).toMatchObject({kind: 'Namespace', status: {phase: 'Terminating'}});
      const refused = await api().post(path, {metadata: {name: 'late'}});
      expect(refused.body).toMatchObject({
        code: 403,
        reason: 'Forbidden',
        message: `configmaps "late" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
        details: {
          causes: [{reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace'}],
        },
      });
      await api().until(`${path}/free`, answer => answer.status === 404);
      await api().until(`${path}/held`, answer => answer.body.metadata.deletionTimestamp !== undefined);
      expect((await api().get(`/api/v1/namespaces/${name}`)).body.status.phase).toBe('Terminating');
      await api().patch(`${path}/held`, 'merge', {metadata: {finalizers: null}});
      await api().until(`/api/v1/namespaces/${name}`, answer => answer.status === 404);
    });

    test('the first ones cannot be deleted', async () => {
      const {body} = await api().remove('/api/v1/namespaces/kube-system');
      expect(body).toMatchObject({code: 403, message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted'});
    });
  });

  async function configMaps(): Promise<string> {
    return `/api/v1/namespaces/${await api().namespace()}/configmaps`;
  }

  /** owner ← child ← grandchild. */
  async function family(path: string, finalizers: readonly string[] = []): Promise<void> {
    const parent = await api().create(path, {metadata: {name: 'owner'}});
    const child = await api().create(path, {metadata: {name: 'child', finalizers, ownerReferences: [owner(parent.metadata)]}});
    await api().create(path, {metadata: {name: 'grandchild', ownerReferences: [owner(child.metadata)]}});
    await api().until(`${path}/grandchild`, answer => answer.status === 200);
  }
}

function owner({name, uid}: Json): object {
  return {apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion: true};
}
