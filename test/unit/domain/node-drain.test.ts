import {expect, test} from 'vitest';
import {isUnowned, podFate, refusingBudgets} from '../../../src/domain/node-drain.ts';
import {annotate, deleting, label, type Modifier, pod, set} from '../../support/objects.ts';

const daemonSets = new Set(['default/agent']);

function ownedBy(kind: string, name: string): Modifier {
  return set('metadata.ownerReferences', [{apiVersion: 'apps/v1', kind, name, uid: name, controller: true}]);
}

test.each([
  ['of a ReplicaSet', pod('web', ownedBy('ReplicaSet', 'web')), 'evict'],
  ['of nobody', pod('naked'), 'evict'],
  ['of a DaemonSet', pod('agent-1', ownedBy('DaemonSet', 'agent')), 'stays'],
  ['of a DaemonSet, finished', pod('agent-1', ownedBy('DaemonSet', 'agent'), set('status.phase', 'Failed')), 'evict'],
  ['of a DaemonSet that is gone', pod('old-1', ownedBy('DaemonSet', 'old')), 'evict'],
  ['static', pod('etcd', annotate('kubernetes.io/config.mirror', 'x')), 'stays'],
  ['static, by the node that owns it', pod('etcd', annotate('kubernetes.io/config.mirror'), ownedBy('Node', 'w1')), 'stays'],
  ['finished', pod('job-1', ownedBy('Job', 'job'), set('status.phase', 'Succeeded')), 'evict'],
  ['on its way out', pod('web', ownedBy('ReplicaSet', 'web'), deleting('2026-01-02T12:00:30Z')), 'leaving'],
] as const)('a pod %s %#', (_name, object, fate) => {
  expect(podFate(object, daemonSets)).toBe(fate);
});

test('a pod without a controller is lost', () => {
  expect(isUnowned(pod('naked'))).toBe(true);
  expect(isUnowned(pod('web', ownedBy('ReplicaSet', 'web')))).toBe(false);
  expect(isUnowned(pod('etcd', annotate('kubernetes.io/config.mirror')))).toBe(false);
});

test('a budget refuses the pods that it selects, in its own namespace, while it allows none', () => {
  const budget = (name: string, ...modifiers: readonly Modifier[]) =>
    pod(name, set('spec.selector', {matchLabels: {app: 'web'}}), ...modifiers);
  const web = pod('web', label('app', 'web'));
  expect(refusingBudgets(web, [budget('tight', set('status.disruptionsAllowed', 0))])).toEqual(['default/tight']);
  expect(refusingBudgets(web, [budget('loose', set('status.disruptionsAllowed', 1))])).toEqual([]);
  expect(refusingBudgets(web, [budget('far', set('metadata.namespace', 'shop'))])).toEqual([]);
  expect(refusingBudgets(web, [budget('everything', set('spec.selector', {}))])).toEqual(['default/everything']);
  expect(refusingBudgets(web, [pod('nothing', set('spec', {}))])).toEqual([]);
  expect(refusingBudgets(pod('job', label('app', 'web'), set('status.phase', 'Failed')), [budget('tight')])).toEqual([]);
});
