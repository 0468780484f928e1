/** PATCH with an apply configuration: creates the object or lays the manager's fields over it. */
import {type Fields, isFields} from '../../domain/fields.ts';
import type {KubeObject} from '../../domain/kube-object.ts';
import {apiVersionOf} from '../../domain/resource.ts';
import type {AnswerForm} from './accept.ts';
import {readObject, warningHeader, warningsOf} from './admission.ts';
import type {ApiAnswer, ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {type Draft, storageKey, withMetadata} from './api-object.ts';
import {conflictFault} from './apply-conflict.ts';
import {createObject} from './create.ts';
import {stateForWrite} from './dry-run.ts';
import {isTracked, managersOfObject, newObject, shapeOf, writerOf} from './field-tracking.ts';
import {type Applied, applyConfig} from './fields/apply-config.ts';
import {configFaults, joinFaults} from './fields/config-faults.ts';
import type {Shape} from './fields/field-shape.ts';
import {type Managers, writeManagers} from './fields/managers.ts';
import {updateManagers, type Writer} from './fields/update-managers.ts';
import {allowsConflicts, withLastApplied} from './last-applied.ts';
import {answerObject} from './object-answer.ts';
import {toServedVersion} from './object-version.ts';
import {checkRightToCreate} from './rbac/authorize.ts';
import {toRendering} from './read-handlers.ts';
import {type Body, readConfigBody} from './request-body.ts';
import type {Target} from './request-target.ts';
import type {ServedType} from './resource-registry.ts';
import type {ServerState} from './server-state.ts';
import {replaceObject, type UpdatePart} from './update.ts';
import {readWriteOptions, type WriteOptions} from './write-options.ts';

const firstManager = 'before-first-apply';

export function applyObject(
  state: ServerState,
  target: Target,
  name: string,
  call: ApiCall,
  form: AnswerForm,
  part: UpdatePart,
): ApiAnswer {
  const {served, namespace} = target;
  const options = readWriteOptions(call, 'PatchOptions', true);
  const {value, faults} = readConfig(call);
  const current = state.storage.get(served.collection, storageKey(namespace, name));
  if (current === undefined && part !== 'main') throw ApiFault.notFound(served.type, name);
  checkConfig(served, value);
  const writer = writerOf(state, served, call, options, part === 'main' ? '' : part);
  const {object, managers} = apply(served, current, value, writer, options.isForced);
  checkStrictly(faults, options);
  const managedFields = isTracked(served) ? writeManagers(managers) : undefined;
  const {draft} = readObject(object, served, {...options, fieldValidation: 'Ignore'}, {faults: [], refuse: ApiFault.badRequest});
  const at = stateForWrite(state, options.isDryRun);
  const rendering = toRendering(state, target, call, form);
  const headers = options.fieldValidation === 'Warn' ? warningHeader(warningsOf(faults)) : {};
  if (current !== undefined) {
    return answerObject(
      rendering,
      200,
      replaceObject(at, served, current, draft, part, () => managedFields),
      headers,
    );
  }
  checkNewName(draft, target, name);
  checkRightToCreate(state, call);
  return answerObject(
    rendering,
    201,
    createObject(at, served, namespace, draft, () => managedFields),
    headers,
  );
}

function readConfig(call: ApiCall): Body & {readonly value: Fields} {
  const {value, faults} = readConfigBody(call);
  if (isFields(value ?? {})) return {value: isFields(value) ? value : {}, faults};
  throw ApiFault.badRequest(
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} ` +
      'into Go value of type map[string]interface {}',
  );
}

function checkConfig(served: ServedType, config: Fields): void {
  const {type} = served;
  const {apiVersion, kind} = config;
  const metadata = isFields(config.metadata) ? config.metadata : {};
  const shown = `${groupVersion(typeof apiVersion === 'string' ? apiVersion : '')}, Kind=${typeof kind === 'string' ? kind : ''}`;
  if (apiVersion !== apiVersionOf(type) || kind !== type.kind) throw ApiFault.badRequest(`invalid object type: ${shown}`);
  if ((metadata.managedFields ?? undefined) !== undefined) throw ApiFault.badRequest('metadata.managedFields must be nil');
  const faults = configFaults(shapeOf(served), config);
  if (faults.length === 0) return;
  const named = `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}; ${shown}`;
  throw new ApiFault(500, undefined, `failed to create typed patch object (${named}): ${joinFaults(faults)}`);
}

/** As Go prints it: `/v1`, `apps/v1`. */
function groupVersion(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
}

function apply(served: ServedType, current: KubeObject | undefined, config: Fields, writer: Writer, isForced: boolean): Applied {
  const shape = shapeOf(served);
  const live = current === undefined ? newObject(served) : withMetadata(toServedVersion(served, current), {managedFields: undefined});
  const managers = current === undefined ? new Map() : managersBefore(shape, served, current, writer);
  const done = applyConfig(shape, live, config, managers, writer, isForced);
  if (!('conflicts' in done)) return withLastApplied(done, config, writer);
  const left = allowsConflicts(shape, live, done.conflicts, writer);
  if (left.size > 0) throw conflictFault(left, managers);
  const forced = applyConfig(shape, live, config, managers, writer, true);
  return 'conflicts' in forced ? {object: live, managers} : withLastApplied(forced, config, writer);
}

/** Whatever an object without owners holds belongs to one name from its first apply on. */
function managersBefore(shape: Shape, served: ServedType, current: KubeObject, writer: Writer): Managers {
  const managers = managersOfObject(current);
  return managers.size > 0 ? managers : updateManagers(shape, newObject(served), current, managers, {...writer, name: firstManager});
}

function checkStrictly(faults: readonly string[], {fieldValidation}: WriteOptions): void {
  if (fieldValidation === 'Strict' && faults.length > 0) throw ApiFault.badRequest(`error strict decoding YAML: ${faults.join(', ')}`);
}

function checkNewName({metadata}: Draft, {served}: Target, name: string): void {
  const given = metadata.name ?? '';
  if (given === '') throw ApiFault.badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (given !== name) throw ApiFault.badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  if (metadata.uid === undefined) return;
  const why = `uid mismatch: the provided object specified uid ${metadata.uid}, and no existing object was found`;
  throw ApiFault.conflict(served.type, name, why);
}
