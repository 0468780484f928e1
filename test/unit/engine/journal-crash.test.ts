import {expect} from 'vitest';
import {readBoolean} from '../../../src/domain/fields.ts';
import type {WorldClient} from '../../../src/embedded/world/world-client.ts';
import {nodeCordon} from '../../../src/runbooks/node-cordon.ts';
import {nodeDrain} from '../../../src/runbooks/node-drain.ts';
import {nodeKind} from '../../../src/runbooks/node-kinds.ts';
import {nodeDraft, podDraft} from '../../support/node-drafts.ts';
import {proveRunbook} from '../../support/prove-runbook.ts';
import type {RunKit} from '../../support/run-kit.ts';

const worker = {kind: nodeKind, name: 'w1'};

async function expectCordoned(kit: RunKit): Promise<void> {
  expect(readBoolean(await kit.object(worker), 'spec.unschedulable')).toBe(true);
}

/** What the kubelet does with pods that are to go. */
async function kubelet(world: WorldClient): Promise<void> {
  for (const {metadata} of await world.list('v1', 'Pod', 'default')) {
    if (metadata.deletionTimestamp === undefined) continue;
    await world.remove({apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace: 'default'}, {gracePeriodSeconds: 0});
  }
}

proveRunbook({
  runbook: nodeCordon,
  parameters: {target: 'w1'},
  objects: [nodeDraft('w1')],
  records: 'journal',
  check: expectCordoned,
  undone: [worker],
});

proveRunbook({
  runbook: nodeDrain,
  parameters: {target: 'w1'},
  objects: [nodeDraft('w1', {group: ''}), podDraft('web', 'w1', {kind: 'ReplicaSet', name: 'web'})],
  records: 'journal',
  platform: kubelet,
  check: async kit => {
    await expectCordoned(kit);
    expect(await kit.world.list('v1', 'Pod', 'default')).toEqual([]);
  },
});
