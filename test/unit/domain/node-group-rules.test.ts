import {expect, test} from 'vitest';
import {nodeGroupChangeFaults, nodeGroupFaults, nodeGroupNameFault} from '../../../src/domain/node-group-rules.ts';

const cloudInstances = {classReference: {kind: 'YandexInstanceClass', name: 'worker'}, minPerZone: 1, maxPerZone: 3};
const ephemeral = {nodeType: 'CloudEphemeral', cloudInstances};

test.each([
  [{nodeType: 'Static'}],
  [{nodeType: 'CloudStatic', staticInstances: {count: 1}}],
  [{nodeType: 'CloudPermanent'}],
  [{...ephemeral, disruptions: {approvalMode: 'RollingUpdate', rollingUpdate: {windows: []}}}],
  [{...ephemeral, cri: {type: 'Containerd', containerd: {maxConcurrentDownloads: 3}}, update: {maxConcurrent: '20%'}}],
  [{nodeType: 'Static', kubelet: {topologyManager: {policy: 'BestEffort'}, memorySwap: {swapBehavior: 'NoSwap'}}}],
])('takes %j', spec => {
  expect(nodeGroupFaults(spec)).toEqual([]);
});

test.each([
  [{}, 'spec.nodeType', /one of CloudEphemeral/],
  [{nodeType: 'Cloud'}, 'spec.nodeType', /one of/],
  [{nodeType: 'CloudEphemeral'}, 'spec.cloudInstances', /needs cloudInstances/],
  [{nodeType: 'Static', cloudInstances}, 'spec.cloudInstances', /Static may not have/],
  [{nodeType: 'CloudEphemeral', cloudInstances: {minPerZone: 1}}, 'spec.cloudInstances', /needs classReference, minPerZone and maxPerZone/],
  [
    {nodeType: 'CloudEphemeral', cloudInstances: {...cloudInstances, maxPerZone: 0}},
    'spec.cloudInstances',
    /maxPerZone \(0\) is lower than minPerZone \(1\)/,
  ],
  [{...ephemeral, staticInstances: {count: 1}}, 'spec.staticInstances', /CloudEphemeral may not have/],
  [{nodeType: 'Static', disruptions: {}}, 'spec.disruptions', /needs approvalMode/],
  [{nodeType: 'Static', disruptions: {approvalMode: 'Manual', automatic: {}}}, 'spec.disruptions', /automatic goes with/],
  [{nodeType: 'Static', disruptions: {approvalMode: 'Automatic', rollingUpdate: {}}}, 'spec.disruptions', /rollingUpdate goes with/],
  [{nodeType: 'Static', disruptions: {approvalMode: 'RollingUpdate'}}, 'spec.disruptions', /only CloudEphemeral can/],
  [{nodeType: 'Static', cri: {}}, 'spec.cri', /cri needs type/],
  [{nodeType: 'Static', cri: {type: 'Docker'}}, 'spec.cri', /no longer/],
  [{nodeType: 'Static', cri: {type: 'ContainerdV2', containerd: {}}}, 'spec.cri', /cri.containerd goes with type Containerd only/],
  [{nodeType: 'Static', gpu: {}}, 'spec.gpu', /gpu needs sharing/],
  [{nodeType: 'Static', update: {maxConcurrent: 0}}, 'spec.update.maxConcurrent', /no node update/],
  [{nodeType: 'Static', update: {maxConcurrent: '0%'}}, 'spec.update.maxConcurrent', /percentage/],
  [{nodeType: 'Static', kubelet: {resourceReservation: {mode: 'Static'}}}, 'spec.kubelet', /needs static/],
  [{nodeType: 'Static', kubelet: {resourceReservation: {mode: 'Off'}, topologyManager: {policy: 'None'}}}, 'spec.kubelet', /which is Off/],
  [
    {nodeType: 'Static', kubelet: {resourceReservation: {mode: 'Static', static: {memory: '1Gi'}}, topologyManager: {policy: 'None'}}},
    'spec.kubelet',
    /needs static.cpu/,
  ],
  [{nodeType: 'Static', kubelet: {memorySwap: {}}}, 'spec.kubelet', /needs swapBehavior/],
  [{nodeType: 'Static', kubelet: {memorySwap: {swapBehavior: 'LimitedSwap'}}}, 'spec.kubelet', /needs limitedSwap/],
  [{nodeType: 'Static', kubelet: {memorySwap: {swapBehavior: 'NoSwap', limitedSwap: {size: '1G'}}}}, 'spec.kubelet', /without limitedSwap/],
  [
    {
      nodeType: 'Static',
      nodeTemplate: {
        taints: [
          {key: 'dedicated', effect: 'NoExecute', value: 'a'},
          {key: 'dedicated', effect: 'NoExecute'},
        ],
      },
    },
    'spec.nodeTemplate.taints',
    /dedicated:NoExecute stands there twice/,
  ],
])('refuses %j', (spec, field, message) => {
  expect(nodeGroupFaults(spec)).toEqual([{field, message: {en: expect.stringMatching(message), ru: expect.stringMatching(/[а-я]/)}}]);
});

test('a type never changes, and a selector is added but not changed', () => {
  const selector = {matchLabels: {role: 'front'}};
  const fields = (before: object, after: object) => nodeGroupChangeFaults({...before}, {...after}).map(({field}) => field);
  expect(fields({nodeType: 'Static'}, {nodeType: 'CloudStatic'})).toEqual(['spec.nodeType']);
  expect(fields({staticInstances: {count: 1}}, {staticInstances: {labelSelector: selector}})).toEqual([]);
  expect(fields({staticInstances: {labelSelector: selector}}, {staticInstances: {}})).toEqual(['spec.staticInstances.labelSelector']);
  expect(fields({staticInstances: {labelSelector: {}}}, {staticInstances: {labelSelector: selector}})).toEqual([]);
});

test.each([
  ['worker-2', undefined],
  ['-worker', /neither begins/],
  ['Worker', /small letters/],
  ['w'.repeat(43), /at most 42/],
])('the name %s', (name, fault) => {
  const found = nodeGroupNameFault(name);
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found?.en).toMatch(fault);
});
