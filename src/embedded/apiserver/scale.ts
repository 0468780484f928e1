/** The scale subresource: replicas of anything scalable behind one small object. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {apiVersionOf} from '../../domain/resource.ts';
import {type ApiAnswer, type ApiCall, jsonAnswer} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {stateForWrite} from './dry-run.ts';
import {trackUpdate, writerOf} from './field-tracking.ts';
import {applyPatch} from './patch.ts';
import {readBody} from './request-body.ts';
import type {Target} from './request-target.ts';
import type {ResourceType} from './resource-type.ts';
import type {ServerState} from './server-state.ts';
import {replaceObject} from './update.ts';
import {currentObject} from './update-handlers.ts';
import {readWriteOptions, type WriteOptions} from './write-options.ts';

type Scale = NonNullable<ResourceType['scale']>;

export function answerScale(state: ServerState, target: Target, name: string, call: ApiCall): ApiAnswer {
  const {served} = target;
  const {scale} = served.type;
  if (scale === undefined) throw ApiFault.notServed();
  const current = currentObject(state, target, name);
  switch (call.method) {
    case 'GET':
      return jsonAnswer(200, scaleOf(current, scale, served.crdName !== undefined));
    case 'PUT':
      return jsonAnswer(200, scaleOf(put(state, target, current, scale, call), scale, false));
    case 'PATCH':
      return jsonAnswer(200, scaleOf(patch(state, target, current, scale, call), scale, false));
    default:
      throw ApiFault.methodNotAllowed();
  }
}

function put(state: ServerState, target: Target, current: KubeObject, scale: Scale, call: ApiCall): KubeObject {
  const options = readWriteOptions(call, 'UpdateOptions');
  return write(state, target, current, scale, readBody(call, 'Scale'), call, options);
}

function patch(state: ServerState, target: Target, current: KubeObject, scale: Scale, call: ApiCall): KubeObject {
  const options = readWriteOptions(call, 'PatchOptions');
  const patched = applyPatch(call, target.served, scaleOf(current, scale, false));
  return write(state, target, current, scale, patched, call, options);
}

function write(
  state: ServerState,
  {served}: Target,
  current: KubeObject,
  scale: Scale,
  body: unknown,
  call: ApiCall,
  options: WriteOptions,
): KubeObject {
  const spec = isFields(body) && isFields(body.spec) ? body.spec : {};
  const metadata = isFields(body) && isFields(body.metadata) ? body.metadata : {};
  const replicas = spec.replicas ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw ApiFault.badRequest('spec.replicas of a Scale must be a whole number');
  const isStale = typeof metadata.resourceVersion === 'string' && metadata.resourceVersion !== current.metadata.resourceVersion;
  if (isStale) throw ApiFault.conflict(served.type, current.metadata.name);
  const draft = {...withPath(current, steps(scale.specPath), replicas), metadata: current.metadata};
  const track = trackUpdate(served, current, undefined, writerOf(state, served, call, options, 'scale'));
  const at = stateForWrite(state, options.isDryRun);
  return replaceObject(at, served, current, {...draft, apiVersion: apiVersionOf(served.type)}, 'main', track);
}

function scaleOf(object: KubeObject, scale: Scale, needsReplicas: boolean): Fields {
  const {name, namespace, uid, resourceVersion, creationTimestamp} = object.metadata;
  const replicas = readSteps(object, steps(scale.specPath));
  if (replicas === undefined && needsReplicas) {
    const why = `the spec replicas field "${scale.specPath}" does not exist`;
    throw new ApiFault(500, 'InternalError', `Internal error occurred: ${why}`, {causes: [{message: why}]});
  }
  const selector = scale.selectorPath === undefined ? undefined : selectorText(readSteps(object, steps(scale.selectorPath)));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {name, namespace, uid, resourceVersion, creationTimestamp},
    spec: {replicas},
    status: {replicas: readSteps(object, steps(scale.statusPath)) ?? 0, ...(selector !== undefined && {selector})},
  };
}

function selectorText(selector: unknown): string | undefined {
  if (typeof selector === 'string') return selector;
  if (!isFields(selector)) return undefined;
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}

function steps(path: string): readonly string[] {
  return path.split('.').filter(step => step !== '');
}

function readSteps(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, step) => (isFields(inner) ? inner[step] : undefined), value);
}

function withPath(object: Fields, [step = '', ...rest]: readonly string[], value: unknown): Fields {
  const inner = object[step];
  return {...object, [step]: rest.length === 0 ? value : withPath(isFields(inner) ? inner : {}, rest, value)};
}
