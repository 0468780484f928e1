import {expect, test} from 'vitest';
import {mergePatch} from '../../../src/domain/merge-patch.ts';
import {type Cost, costWords, nodeGroupCosts} from '../../../src/domain/node-group-cost.ts';

const before = {
  nodeType: 'CloudEphemeral',
  cloudInstances: {classReference: {kind: 'YandexInstanceClass', name: 'worker'}, minPerZone: 2, maxPerZone: 4, zones: ['a']},
  staticInstances: {count: 3},
  cri: {type: 'Containerd', containerd: {maxConcurrentDownloads: 3}},
  kubelet: {maxPods: 110, resourceReservation: {mode: 'Auto'}},
};

test.each([
  [{cloudInstances: {classReference: {name: 'big'}}}, 'cloudInstances.classReference.name', 'recreate'],
  [{cloudInstances: {maxSurgePerZone: 2}}, 'cloudInstances.maxSurgePerZone', 'none'],
  [{cloudInstances: {maxPerZone: 5}}, 'cloudInstances.maxPerZone', 'none'],
  [{cloudInstances: {maxPerZone: 3}}, 'cloudInstances.maxPerZone', 'removal'],
  [{cloudInstances: {minPerZone: 1}}, 'cloudInstances.minPerZone', 'none'],
  [{cloudInstances: {zones: ['a', 'b']}}, 'cloudInstances.zones', 'unknown'],
  [{staticInstances: {count: 2}}, 'staticInstances.count', 'removal'],
  [{staticInstances: {count: 4}}, 'staticInstances.count', 'none'],
  [{cri: {type: 'ContainerdV2'}}, 'cri.type', 'disruption'],
  [{cri: {type: 'NotManaged'}}, 'cri.type', 'none'],
  [{cri: {containerd: {maxConcurrentDownloads: 5}}}, 'cri.containerd.maxConcurrentDownloads', 'kubelet-restart'],
  [{kubelet: {maxPods: 200}}, 'kubelet.maxPods', 'kubelet-restart'],
  [{kubelet: {rootDir: '/data'}}, 'kubelet.rootDir', 'kubelet-restart'],
  [{kubelet: {resourceReservation: {mode: 'Off'}}}, 'kubelet.resourceReservation.mode', 'unknown'],
  [{nodeTemplate: {labels: {tier: 'front'}}}, 'nodeTemplate.labels.tier', 'none'],
  [{disruptions: {approvalMode: 'Manual'}}, 'disruptions.approvalMode', 'none'],
  [{update: {maxConcurrent: '20%'}}, 'update.maxConcurrent', 'none'],
  [{chaos: {mode: 'DrainAndDelete'}}, 'chaos.mode', 'none'],
  [{gpu: {sharing: 'MIG'}}, 'gpu.sharing', 'unknown'],
  [{gpu: {}}, 'gpu', 'unknown'],
] as const)('%j costs %s: %s', (patch, path, cost: Cost) => {
  expect(nodeGroupCosts(before, mergePatch(before, patch))).toEqual([{path, cost}]);
});

test('nothing changed costs nothing, a removed block counts field by field', () => {
  expect(nodeGroupCosts(before, before)).toEqual([]);
  expect(nodeGroupCosts(before, mergePatch(before, {cri: null}))).toEqual([
    {path: 'cri.containerd.maxConcurrentDownloads', cost: 'kubelet-restart'},
    {path: 'cri.type', cost: 'disruption'},
  ]);
});

test('the dearest is said first, and the unknown is said to be so', () => {
  const costs = nodeGroupCosts(
    before,
    mergePatch(before, {gpu: {sharing: 'MIG'}, cri: {type: 'ContainerdV2'}, cloudInstances: {classReference: {name: 'big'}}}),
  );
  expect(costWords(costs).map(({en}) => en)).toEqual([
    expect.stringMatching(/^cloudInstances.classReference.name: every machine of the group is re-created/),
    expect.stringMatching(/^cri.type: the nodes are disrupted/),
    expect.stringMatching(/^gpu.sharing: what this costs the nodes is not documented/),
  ]);
});
