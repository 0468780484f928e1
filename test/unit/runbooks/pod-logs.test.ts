/** Which logs the steps of runbooks name while they wait. */
import {expect, test} from 'vitest';
import type {Fields} from '../../../src/domain/fields.ts';
import type {Draft} from '../../../src/embedded/world/world-client.ts';
import type {Runbook} from '../../../src/engine/define-runbook.ts';
import {moduleInstall} from '../../../src/runbooks/module-install.ts';
import {nodeDrain} from '../../../src/runbooks/node-drain.ts';
import {logsOf} from '../../../src/runbooks/pod-logs.ts';
import {workloadRestart} from '../../../src/runbooks/workload-restart.ts';
import {availableModule, sourceDraft} from '../../support/module-drafts.ts';
import {nodeDraft, podDraft} from '../../support/node-drafts.ts';
import {RunbookBench} from '../../support/runbook-bench.ts';
import {deployment, settled, pod as webPod} from '../../support/workload-drafts.ts';

const running = {running: {startedAt: '2026-01-01T00:00:00Z'}};
const done = {terminated: {exitCode: 0, reason: 'Completed'}};
const starting = {waiting: {reason: 'PodInitializing'}};
const crashed = {waiting: {reason: 'CrashLoopBackOff'}};

function podOf(init: Fields | undefined, proxy: Fields | undefined, app: Fields | undefined) {
  const status = (name: string, given: Fields | undefined): readonly Fields[] => (given === undefined ? [] : [{name, ...given}]);
  return {
    metadata: {
      name: 'web-0',
      namespace: 'shop',
      uid: '1',
      resourceVersion: '1',
      annotations: {'kubectl.kubernetes.io/default-container': 'app'},
    },
    spec: {initContainers: [{name: 'migrate'}], containers: [{name: 'proxy'}, {name: 'app'}]},
    status: {
      initContainerStatuses: status('migrate', init),
      containerStatuses: [...status('proxy', proxy), ...status('app', app)],
    },
  };
}

test.each<[string, Fields | undefined, Fields | undefined, Fields | undefined, string]>([
  ['the main one where all work', {state: done}, {state: running, ready: true}, {state: running, ready: true}, 'app'],
  ['the main one where nothing is known', undefined, undefined, undefined, 'app'],
  ['the one that is not ready', {state: done}, {state: running, ready: false}, {state: running, ready: true}, 'proxy'],
  ['the one that crashes', {state: done}, {state: running, ready: true}, {state: crashed, ready: false, restartCount: 3}, 'app'],
  [
    'the init container for which the others wait',
    {state: running},
    {state: starting, ready: false},
    {state: starting, ready: false},
    'migrate',
  ],
  ['the init container that fails', {state: crashed, restartCount: 2}, {state: starting}, {state: starting}, 'migrate'],
])('of a pod: %s', (_, init, proxy, app, expected) => {
  expect(logsOf([podOf(init, proxy, app)])).toEqual([{namespace: 'shop', pod: 'web-0', container: expected}]);
});

const platform: Draft = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'deckhouse-1', namespace: 'd8-system', labels: {app: 'deckhouse', leader: 'true'}},
  spec: {containers: [{name: 'deckhouse', image: 'deckhouse:1'}]},
};
const namespace: Draft = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'd8-system'}};
const platformLog = 'd8-system/deckhouse-1/deckhouse';

test.each<[string, Runbook, string, string, readonly Draft[], readonly string[]]>([
  ['a drain: of the pods that are left', nodeDrain, 'w1', 'evict', [nodeDraft('w1', {group: ''}), podDraft('web', 'w1')], ['default/web/']],
  ['an installation: of the platform, taking it up', moduleInstall, 'console', 'enable', modules(), [platformLog]],
  ['an installation: of the platform, downloading', moduleInstall, 'console', 'download', modules(), [platformLog]],
  ['an installation: of the platform, starting', moduleInstall, 'console', 'ready', modules(), [platformLog]],
  [
    'a restart: of a pod that is not ready',
    workloadRestart,
    'deployments.apps/default/web',
    'restart',
    [deployment('web:1', {}, {...settled, updatedReplicas: 1}), webPod('web-1')],
    ['default/web-1/'],
  ],
])('%s', async (_, runbook, target, id, drafts, expected) => {
  const bench = await RunbookBench.with(...drafts);
  const {steps} = await bench.plan(runbook, {target});
  const progress = await steps.find(step => step.id === id)?.verify?.(bench.reader, {key: 'k', attempt: 1, startedAt: bench.clock.now()});
  const logs = progress?.kind === 'waiting' ? (progress.logs ?? []) : [];
  expect(logs.map(({namespace: of, pod, container}) => `${of}/${pod}/${container}`)).toEqual(
    expected.map(text => expect.stringContaining(text)),
  );
});

function modules(): readonly Draft[] {
  return [namespace, platform, sourceDraft('deckhouse'), availableModule()];
}
