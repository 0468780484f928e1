/**
 * One run per object: a Lease named after the target, held by the run, not by an engine. It stays taken until that run
 * has ended, whatever its times say; only a run that is finished or gone can be relieved of it.
 */

import {isFields, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import {describeRef, type ObjectRef, objectFor, objectKey} from '../domain/object-ref.ts';
import {resourceName} from '../domain/resource.ts';
import {isFinished, type Run, targetText} from '../domain/run.ts';
import {StatusError} from '../domain/status-error.ts';
import {Refusal} from './define-runbook.ts';
import type {TargetHold} from './drive-parts.ts';
import {KubeClient} from './kube-client.ts';
import {leaseKind, microTime} from './lease-record.ts';
import type {EnginePorts} from './ports.ts';
import type {RunStore} from './run-store.ts';

const runName = 'deckhand.dev/run';
const targetName = 'deckhand.dev/target';
const journalName = 'deckhand.dev/journal';
const triesMax = 5;

export type TargetLeaseOptions = {
  readonly ports: Pick<EnginePorts, 'kube' | 'digest' | 'clock'>;
  readonly store: Pick<RunStore, 'load'>;
  /** Where the leases stand; undefined: the target's own namespace, `default` for what has none or may go with it. */
  readonly namespace: string | undefined;
  /** Set where the record of the run is a file on this machine that nobody else can look into: where it lies. */
  readonly journal?: string;
};

export function createTargetLeases({ports, store, namespace, journal}: TargetLeaseOptions): TargetHold {
  const client = new KubeClient(ports.kube);
  const placeOf = (target: ObjectRef): ObjectRef => ({
    kind: leaseKind,
    namespace: namespace ?? placeBeside(target.namespace),
    name: `target-${ports.digest(`${resourceName(target.kind)}/${objectKey(target)}`).slice(0, 20)}`,
  });
  return {
    take: async (run, {plan}) => {
      const ref = placeOf(plan.target.ref);
      const wanted = leaseOf(run, plan.target.ref, ports.clock.now(), journal);
      for (let attempt = 0; attempt < triesMax; attempt += 1) {
        const held = await client.get(ref);
        if (held !== undefined && holderOf(held) === run.meta.uid) return;
        if (held !== undefined) await refuseIfTaken(held, store, plan.target.ref, journal);
        try {
          if (held === undefined) await client.create(ref, objectFor(ref, wanted));
          else
            await client.replace(
              ref,
              objectFor(ref, {...wanted, metadata: {...wanted.metadata, resourceVersion: held.metadata.resourceVersion}}),
            );
          return;
        } catch (error) {
          if (!(error instanceof StatusError) || error.status.code !== 409) throw error;
        }
      }
      throw new Refusal('TargetBusy', {
        en: `${describeRef(plan.target.ref)} is wanted by several runs at once: start again`,
        ru: `${describeRef(plan.target.ref)} нужен сразу нескольким запускам: запустите снова`,
      });
    },
    release: async run => {
      const labelSelector = `deckhand.dev/run-uid=${run.meta.uid}`;
      const places = namespace === undefined ? namespacesOf(run) : [namespace];
      const leases = (await Promise.all(places.map(place => client.list(leaseKind, {namespace: place, labelSelector})))).flat();
      for (const lease of leases) {
        const {uid, name, namespace: place = ''} = lease.metadata;
        await client.delete({kind: leaseKind, namespace: place, name}, {apiVersion: 'v1', kind: 'DeleteOptions', preconditions: {uid}});
      }
    },
  };
}

function leaseOf({meta}: Run, target: ObjectRef, nowMs: number, journal: string | undefined) {
  const time = microTime(nowMs);
  return {
    metadata: {
      labels: {'deckhand.dev/run-uid': meta.uid},
      annotations: {
        [runName]: `${meta.namespace}/${meta.name}`,
        [targetName]: `${resourceName(target.kind)}/${objectKey(target)}`,
        ...(journal === undefined ? {} : {[journalName]: journal}),
      },
    },
    spec: {holderIdentity: meta.uid, leaseDurationSeconds: 15, acquireTime: time, renewTime: time, leaseTransitions: 0},
  };
}

/** Passes where whoever held the target has ended. */
async function refuseIfTaken(
  lease: KubeObject,
  store: Pick<RunStore, 'load'>,
  target: ObjectRef,
  journal: string | undefined,
): Promise<void> {
  const holder = holderOf(lease);
  if (holder === '') return;
  const {annotations = {}, namespace = '', name} = lease.metadata;
  const [runNamespace = '', run = ''] = (annotations[runName] ?? '').split('/');
  const place = annotations[journalName];
  if (place !== undefined && place !== journal) {
    throw new Refusal('TargetBusy', {
      en: `${describeRef(target)} is taken by the run ${run}, which is recorded in ${place}: let it end there, or, if that is lost, kubectl delete lease -n ${namespace} ${name}`,
      ru: `${describeRef(target)} занят запуском ${run}, его запись — ${place}: дайте ему там закончиться, а если она утеряна — kubectl delete lease -n ${namespace} ${name}`,
    });
  }
  const record = await store.load({namespace: runNamespace, name: run});
  if (record === undefined || record.meta.uid !== holder || isFinished(record)) return;
  throw new Refusal('TargetBusy', {
    en: `${describeRef(target)} is taken by the run ${run} (${record.status.phase}): wait until it has ended, or abort it`,
    ru: `${describeRef(target)} занят запуском ${run} (${record.status.phase}): дождитесь его конца или прервите его`,
  });
}

function holderOf({spec}: KubeObject): string {
  return isFields(spec) ? (readString(spec, 'holderIdentity') ?? '') : '';
}

/** A run that was refused before its target was recorded names it only: `namespace/name`, or `resource.group/namespace/name`. */
function namespacesOf({spec, status: {target}}: Run): readonly string[] {
  if (target !== undefined) return [placeBeside(target.namespace)];
  return [...new Set([placeBeside(targetText(spec).split('/').at(-2)), 'default'])];
}

/** A namespace of a module goes with the module, also in the middle of a run, and would take the lease with it. */
function placeBeside(namespace: string | undefined): string {
  return namespace === undefined || namespace.startsWith('d8-') ? 'default' : namespace;
}
