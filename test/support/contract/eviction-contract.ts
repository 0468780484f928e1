/** Eviction of pods and the budgets that bound it. */
import {describe, expect, test} from 'vitest';
import type {ContractClient, Json} from './contract-client.ts';

const refused = "Cannot evict pod as it would violate the pod's disruption budget.";

export function evictionContract(api: () => ContractClient): void {
  describe('eviction', () => {
    test('takes a pod that no budget covers', async () => {
      const at = await place();
      await at.pod('free');
      const answer = await at.evict('free');
      expect(answer.body).toMatchObject({kind: 'Status', apiVersion: 'v1', status: 'Success', code: 201});
      expect(answer.status).toBe(201);
      expect((await api().get(`${at.pods}/free`)).status).toBe(404);
    });

    test('a budget counts its pods, lets one go and refuses the next', async () => {
      const at = await place();
      for (const name of ['a', 'b', 'c']) await at.pod(name);
      await at.budget('two', {minAvailable: 2});
      const status = await at.settled('two', {expectedPods: 3, currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1});
      expect(status).toMatchObject({
        observedGeneration: 1,
        conditions: [{type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '', observedGeneration: 1}],
      });
      expect((await at.evict('a')).status).toBe(201);
      await at.settled('two', {expectedPods: 2, currentHealthy: 2, disruptionsAllowed: 0});
      const {status: code, body, headers} = await at.evict('b');
      const message = 'The disruption budget two needs 2 healthy pods and has 2 currently';
      expect(body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: refused,
        reason: 'TooManyRequests',
        details: {causes: [{reason: 'DisruptionBudget', message}]},
        code: 429,
      });
      expect(code).toBe(429);
      expect(headers['retry-after']).toBeUndefined();
      expect((await api().get(`${at.pods}/b`)).body.metadata.deletionTimestamp).toBeUndefined();
    });

    test('a dry run says what would be, and does nothing', async () => {
      const at = await place();
      for (const name of ['a', 'b']) await at.pod(name);
      await at.budget('one', {minAvailable: 1});
      await at.settled('one', {disruptionsAllowed: 1});
      expect((await at.evict('a', {deleteOptions: {dryRun: ['All']}})).status).toBe(201);
      expect((await at.evict('a', {}, '?dryRun=All')).status).toBe(201);
      expect((await api().get(`${at.pods}/a`)).body.metadata.deletionTimestamp).toBeUndefined();
      await at.settled('one', {disruptionsAllowed: 1});
      await api().patch(`${at.budgets}/one`, 'merge', {spec: {minAvailable: 2}});
      await at.settled('one', {disruptionsAllowed: 0});
      expect((await at.evict('a', {}, '?dryRun=All')).status).toBe(429);
    });

    test('two budgets for one pod are too many', async () => {
      const at = await place();
      await at.pod('a');
      for (const name of ['one', 'other']) await at.budget(name, {minAvailable: 0});
      for (const name of ['one', 'other']) await at.settled(name, {expectedPods: 1});
      const {status, body} = await at.evict('a');
      expect(body).toMatchObject({
        status: 'Failure',
        code: 500,
        message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      });
      expect(status).toBe(500);
      expect((await api().get(`${at.pods}/a`)).status).toBe(200);
    });

    test('a pod that is not ready goes where enough others are, or where the budget does not mind', async () => {
      const at = await place();
      for (const name of ['a', 'b']) await at.pod(name);
      await at.pod('ill', {isReady: false});
      await at.budget('all', {minAvailable: 3});
      await at.settled('all', {currentHealthy: 2, desiredHealthy: 3});
      expect((await at.evict('ill')).body.details.causes[0].message).toBe(
        'The disruption budget all needs 3 healthy pods and has 2 currently',
      );
      await api().patch(`${at.budgets}/all`, 'merge', {spec: {unhealthyPodEvictionPolicy: 'AlwaysAllow'}});
      expect((await at.evict('ill')).status).toBe(201);
      await at.pod('weak', {isReady: false});
      await api().patch(`${at.budgets}/all`, 'merge', {spec: {minAvailable: 2, unhealthyPodEvictionPolicy: null}});
      await at.settled('all', {currentHealthy: 2, desiredHealthy: 2});
      expect((await at.evict('weak')).status).toBe(201);
      expect((await at.evict('a')).status).toBe(429);
    });

    test('a pod that has not begun is none of a budget’s business', async () => {
      const at = await place();
      await at.pod('early', {phase: 'Pending', isReady: false});
      await at.budget('strict', {minAvailable: 5});
      await at.settled('strict', {expectedPods: 1, desiredHealthy: 5});
      expect((await at.evict('early')).status).toBe(201);
    });

    test('what is asked for wrongly is refused', async () => {
      const at = await place();
      await at.pod('a');
      const missing = await at.evict('none');
      expect(missing.body).toMatchObject({code: 404, message: 'pods "none" not found'});
      const misnamed = await api().post(`${at.pods}/a/eviction`, {apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name: 'b'}});
      expect(misnamed.body).toMatchObject({code: 400, message: 'name in URL does not match name in Eviction object'});
      const stale = await at.evict('a', {deleteOptions: {preconditions: {uid: 'b1946ac9-2e5e-4a6b-9a3d-000000000000'}}});
      expect(stale.body).toMatchObject({code: 409, reason: 'Conflict'});
      expect((await api().get(`${at.pods}/a`)).body.metadata.deletionTimestamp).toBeUndefined();
    });
  });

  describe('a budget by shares', () => {
    test('counts what the owners of its pods should have', async () => {
      const at = await place();
      const template = {metadata: {labels: {app: 'web'}}, spec: {schedulerName: 'nobody', containers: [{name: 'c', image: 'i'}]}};
      const {metadata} = await api().create(at.pods.replace('/api/v1', '/apis/apps/v1').replace('/pods', '/replicasets'), {
        metadata: {name: 'crew'},
        spec: {replicas: 4, selector: {matchLabels: {app: 'web'}}, template},
      });
      const ownerReferences = [{apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'crew', uid: metadata.uid, controller: true}];
      for (const name of ['a', 'b', 'c']) await at.pod(name, {ownerReferences});
      await at.budget('half', {minAvailable: '50%'});
      await at.budget('third', {maxUnavailable: '33%'});
      await at.settled('half', {expectedPods: 4, currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1});
      await at.settled('third', {expectedPods: 4, currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1});
      await api().patch(`${at.budgets}/third`, 'merge', {spec: {maxUnavailable: 0}});
      await at.settled('third', {desiredHealthy: 4, disruptionsAllowed: 0});
    });

    test('that cannot be counted allows nothing, and says why', async () => {
      const at = await place();
      const {metadata} = await api().create(at.pods.replace('/pods', '/configmaps'), {metadata: {name: 'owner'}});
      await at.pod('a', {ownerReferences: [{apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: metadata.uid, controller: true}]});
      await at.budget('lost', {maxUnavailable: 1});
      const {body} = await api().until(`${at.budgets}/lost`, answer => answer.body.status?.conditions?.[0]?.reason === 'SyncFailed');
      expect(body.status).toMatchObject({disruptionsAllowed: 0, conditions: [{status: 'False', type: 'DisruptionAllowed'}]});
      const {message} = body.status.conditions[0];
      expect(message).toContain('configmaps does not implement the scale subresource');
    });
  });

  type PodMake = {readonly phase?: string; readonly isReady?: boolean; readonly ownerReferences?: readonly object[]};

  /** A namespace of its own, with what is done in it. */
  async function place() {
    const namespace = await api().namespace();
    const core = `/api/v1/namespaces/${namespace}`;
    const pods = `${core}/pods`;
    const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    await api().post(`${core}/serviceaccounts`, {metadata: {name: 'default'}});
    return {
      pods,
      budgets,
      async pod(name: string, {phase = 'Running', isReady = true, ownerReferences = []}: PodMake = {}) {
        const spec = {schedulerName: 'nobody', terminationGracePeriodSeconds: 0, containers: [{name: 'c', image: 'i'}]};
        // A controller that has pods of its own making removes those before ours.
        const annotations = {'controller.kubernetes.io/pod-deletion-cost': '100'};
        await api().create(pods, {metadata: {name, labels: {app: 'web'}, annotations, ownerReferences}, spec});
        const conditions = [{type: 'Ready', status: isReady ? 'True' : 'False'}];
        expect((await api().patch(`${pods}/${name}/status`, 'merge', {status: {phase, conditions}})).status).toBe(200);
      },
      budget: (name: string, spec: object) =>
        api().create(budgets, {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: {name},
          spec: {selector: {matchLabels: {app: 'web'}}, ...spec},
        }),
      evict: (name: string, more: object = {}, query = '') =>
        api().post(`${pods}/${name}/eviction${query}`, {apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name, namespace}, ...more}),
      async settled(name: string, wanted: Readonly<Record<string, number>>): Promise<Json> {
        const isThere = ({status = {}, metadata}: Json) =>
          status.observedGeneration === metadata.generation && Object.entries(wanted).every(([field, value]) => status[field] === value);
        return (await api().until(`${budgets}/${name}`, ({body}) => isThere(body))).body.status;
      },
    };
  }
}
