/** What of a pod can be opened. */
import {expect, test} from 'vitest';
import {type PodPurpose, podParts} from '../../../src/domain/pod-parts.ts';

const running = {running: {startedAt: '2026-01-01T00:00:00Z'}};
const pod = {
  metadata: {name: 'web', uid: '1', resourceVersion: '1', annotations: {'kubectl.kubernetes.io/default-container': 'app'}},
  spec: {
    initContainers: [{name: 'migrate'}, {name: 'mesh', restartPolicy: 'Always'}],
    containers: [
      {name: 'proxy', ports: [{containerPort: 8443}]},
      {
        name: 'app',
        ports: [
          {containerPort: 8080, name: 'http', protocol: 'TCP'},
          {containerPort: 53, name: 'dns', protocol: 'UDP'},
        ],
      },
    ],
  },
  status: {
    initContainerStatuses: [
      {name: 'migrate', state: {terminated: {exitCode: 0, reason: 'Completed'}}},
      {name: 'mesh', state: running},
    ],
    containerStatuses: [
      {name: 'proxy', state: {waiting: {reason: 'CrashLoopBackOff'}}},
      {name: 'app', state: running},
    ],
  },
};

test.each<[PodPurpose, readonly string[]]>([
  ['shell', ['mesh: sidecar · Running', '*app: Running']],
  ['log', ['migrate: init · Terminated: Completed', 'mesh: sidecar · Running', 'proxy: Waiting: CrashLoopBackOff', '*app: Running']],
  ['ports', ['8443: proxy', '8080 http: app']],
])('%s', (purpose, expected) => {
  expect(podParts(pod, purpose).map(({name, note, isDefault}) => `${isDefault ? '*' : ''}${name}: ${note}`)).toEqual(expected);
});

test('without an annotation the first container that is no helper is meant', () => {
  const bare = {...pod, metadata: {...pod.metadata, annotations: {}}};
  expect(podParts(bare, 'log').find(part => part.isDefault)?.name).toBe('proxy');
});
