/** Asking what a write would do changes nothing, whatever the write is. */
import {expect, test} from 'vitest';
import type {KubeWrite} from '../../../src/domain/kube-write.ts';
import {createApiServer} from '../../../src/embedded/apiserver/api-server.ts';
import {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {dryRunWrite} from '../../../src/engine/perform-effect.ts';
import {FakeClock} from '../../support/fake-clock.ts';

const podKind = {group: '', version: 'v1', plural: 'pods', kind: 'Pod', isNamespaced: true};
const place = {kind: podKind, namespace: 'default'};
const ref = {apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'default'};
const draft = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'web', namespace: 'default'},
  spec: {containers: [{name: 'web', image: 'web:1'}]},
};

async function startServer() {
  const {port} = createApiServer({clock: new FakeClock(Date.parse('2026-01-02T12:00:00Z')), random: () => 0.5});
  const world = new WorldClient(port);
  const {metadata} = await world.create(draft);
  return {port, world, uid: metadata.uid, resourceVersion: metadata.resourceVersion};
}

type Started = Awaited<ReturnType<typeof startServer>>;

test.each<[KubeWrite['kind'], (started: Started) => KubeWrite]>([
  ['delete', ({uid}) => ({kind: 'delete', ref: {...place, name: 'web'}, uid, propagation: 'Background'})],
  ['evict', ({uid}) => ({kind: 'evict', ref: {...place, name: 'web'}, uid})],
  [
    'patch',
    ({uid, resourceVersion}) => ({
      kind: 'patch',
      ref: {...place, name: 'web'},
      uid,
      resourceVersion,
      patch: {metadata: {labels: {a: 'b'}}},
    }),
  ],
  ['create', () => ({kind: 'create', ref: {...place, name: 'other'}, object: {spec: draft.spec}})],
])('%s', async (_, write) => {
  const started = await startServer();
  const before = await started.world.list('v1', 'Pod');
  expect((await dryRunWrite({kube: started.port}, write(started))).outcome).toEqual({kind: 'applied', text: expect.any(String)});
  expect(await started.world.list('v1', 'Pod')).toEqual(before);
  expect(await started.world.find(ref)).toMatchObject({metadata: {resourceVersion: started.resourceVersion}});
});
