/** One reflector on a scripted server, with the clock in the test's hand. */
import {createLiveness} from '../../../src/cluster/liveness.ts';
import {createSourceOpener} from '../../../src/cluster/open-source.ts';
import type {KubeObject} from '../../../src/domain/kube-object.ts';
import type {Resource} from '../../../src/domain/resource.ts';
import type {SourceSpec} from '../../../src/domain/source.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import {RecordingSink} from '../../support/recording-sink.ts';
import {ScriptedPort} from '../../support/scripted-port.ts';

export const pods: Resource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  singular: 'pod',
  kind: 'Pod',
  shortNames: ['po'],
  categories: ['all'],
  isNamespaced: true,
  verbs: ['get', 'list', 'watch'],
};

/** The projection of most tests keeps the object as it came. */
export const podSpec: SourceSpec<KubeObject> = {
  resource: pods,
  form: 'object',
  projection: {name: 'whole', project: object => object},
  rowsMax: 1_000,
};

export function pod(name: string, resourceVersion: number | string, uid = `uid-${name}`): KubeObject {
  return {apiVersion: 'v1', kind: 'Pod', metadata: {name, namespace: 'default', uid, resourceVersion: String(resourceVersion)}};
}

export function podList(resourceVersion: number | string, items: readonly unknown[], more: Record<string, unknown> = {}): {body: unknown} {
  return {body: {kind: 'PodList', apiVersion: 'v1', metadata: {resourceVersion: String(resourceVersion), ...more}, items}};
}

export function statusAnswer(code: number, reason: string, headers: Record<string, string> = {}, details: unknown = undefined) {
  return {
    status: code,
    headers,
    body: {kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `${reason} it is`, details},
  };
}

export function openBench<Row = KubeObject>(spec: SourceSpec<Row>, script: (port: ScriptedPort) => void = () => {}) {
  const clock = new FakeClock();
  const port = new ScriptedPort();
  script(port);
  const sink = new RecordingSink<Row>();
  const kindWaiters = new Set<() => void>();
  const liveness = createLiveness({port, clock});
  // Chance at 0: back-offs are 0.8, 1.6, 3.2 … seconds, watches are asked for 300 s.
  const openSource = createSourceOpener({
    port,
    clock,
    random: () => 0,
    liveness,
    onKindsChanged: run => {
      kindWaiters.add(run);
      return () => kindWaiters.delete(run);
    },
  });
  const handle = openSource(spec, sink);
  return {clock, port, sink, handle, liveness, kindsChanged: () => kindWaiters.forEach(run => void run())};
}

export function queryOf(path: string | undefined): Record<string, string> {
  return Object.fromEntries(new URL(path ?? '', 'http://server').searchParams);
}
