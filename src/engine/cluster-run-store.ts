/** Runs as objects of the API server: RunbookRun, its log and plan in ConfigMaps beside it, approvals as objects of their own. */
import {type Fields, readString} from '../domain/fields.ts';
import type {KubeObject} from '../domain/kube-object.ts';
import type {ObjectRef} from '../domain/object-ref.ts';
import {typeOf} from '../domain/object-ref.ts';
import {readRun} from '../domain/read-run.ts';
import {readApproval} from '../domain/read-run-status.ts';
import {type Approval, approvalKind, type Run, runKind} from '../domain/run.ts';
import {StatusError} from '../domain/status-error.ts';
import {fitStatus} from './fit-status.ts';
import {KubeClient} from './kube-client.ts';
import type {EnginePorts} from './ports.ts';
import {createOnce, parseFields, RunChunks, runConfigMap} from './run-chunks.ts';
import {type RunId, type RunStore, runFinalizer, StaleRun} from './run-store.ts';

export function createClusterRunStore({kube, digest}: Pick<EnginePorts, 'kube' | 'digest'>): RunStore {
  const client = new KubeClient(kube);
  const chunks = new RunChunks(client, digest);
  return {
    load: async id => {
      const object = await client.get(refOfRun(id));
      return object === undefined ? undefined : readRun(object);
    },
    // Whole, not as a patch: fields that are no longer set must go.
    writeStatus: async (run, status) =>
      readRun(await orStale(run, client.replace(refOfRun(run.meta), {...headOf(run), status: fitStatus(status)}, 'status'))),
    guard: run => writeFinalizers(client, run, [...run.meta.finalizers.filter(name => name !== runFinalizer), runFinalizer]),
    unguard: async run => {
      const others = run.meta.finalizers.filter(name => name !== runFinalizer);
      return others.length === run.meta.finalizers.length ? run : writeFinalizers(client, run, others);
    },
    writePlan: async (run, ref, plan) => {
      const configMap = runConfigMap(run, ref);
      await createOnce(client, configMap.ref, {...configMap.object, immutable: true, data: {'plan.json': JSON.stringify(plan)}});
    },
    readPlan: async (run, ref) => {
      const object = await client.get(runConfigMap(run, ref).ref);
      const text = (object === undefined ? undefined : readDataKey(object, 'plan.json')) ?? '';
      return parseFields(text);
    },
    appendLog: (run, entries) => chunks.append(run, entries),
    readLog: run => chunks.read(run),
    approvals: run => readApprovals(client, run),
  };
}

export function refOfRun({namespace, name}: RunId): ObjectRef {
  return {kind: runKind, namespace, name};
}

function headOf({meta}: Run): Fields {
  const {name, namespace, uid, resourceVersion} = meta;
  return {...typeOf(refOfRun(meta)), metadata: {name, namespace, uid, resourceVersion}};
}

async function writeFinalizers(client: KubeClient, run: Run, finalizers: readonly string[]): Promise<Run> {
  const {uid, resourceVersion} = run.meta;
  return readRun(await orStale(run, client.patch(refOfRun(run.meta), {metadata: {uid, resourceVersion, finalizers}})));
}

async function orStale(run: Run, written: Promise<KubeObject>): Promise<KubeObject> {
  try {
    return await written;
  } catch (error) {
    if (error instanceof StatusError && (error.status.code === 409 || error.status.code === 404)) throw new StaleRun(run.meta);
    throw error;
  }
}

/** An approval that cannot be read counts for nothing; it must not stop the run. */
async function readApprovals(client: KubeClient, {meta}: Run): Promise<readonly Approval[]> {
  const objects = await client.list(approvalKind, {namespace: meta.namespace});
  return objects.filter(object => runUidOf(object) === meta.uid).flatMap(readOrNothing);
}

function readOrNothing(object: KubeObject): readonly Approval[] {
  try {
    return [readApproval(object)];
  } catch {
    return [];
  }
}

function runUidOf(object: KubeObject): string | undefined {
  try {
    return readString(object, 'spec.run.uid');
  } catch {
    return undefined;
  }
}

function readDataKey({data}: KubeObject, key: string): string | undefined {
  const text = typeof data === 'object' && data !== null ? Object.entries(data).find(([name]) => name === key)?.[1] : undefined;
  return typeof text === 'string' ? text : undefined;
}
