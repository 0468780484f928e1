/** POST of a new object. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {AnswerForm} from './accept.ts';
import {checkValid, complete, crdCollection, decodeDraft, warningHeader} from './admission.ts';
import type {ApiAnswer, ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {type Draft, isStored, storageKey, withMetadata} from './api-object.ts';
import {applyInitialState} from './builtin-defaults.ts';
import {hasGeneration, keepsStatusOnCreate} from './builtin-rules.ts';
import {stateForWrite} from './dry-run.ts';
import {type Track, trackCreation, writerOf} from './field-tracking.ts';
import {generateName, generateUid} from './identity.ts';
import {checkNamespaceTakes} from './namespaces.ts';
import {answerObject} from './object-answer.ts';
import {toRendering} from './read-handlers.ts';
import type {Target} from './request-target.ts';
import type {ServedType} from './resource-registry.ts';
import {type ServerState, toTimestamp} from './server-state.ts';
import {readWriteOptions} from './write-options.ts';

export function createFromCall(state: ServerState, target: Target, call: ApiCall, form: AnswerForm): ApiAnswer {
  const options = readWriteOptions(call, 'CreateOptions');
  const {draft, warnings} = decodeDraft(call, target.served, options);
  const track = trackCreation(target.served, writerOf(state, target.served, call, options, ''));
  const created = createObject(stateForWrite(state, options.isDryRun), target.served, target.namespace, draft, track);
  return answerObject(toRendering(state, target, call, form), 201, created, warningHeader(warnings));
}

/** Without `track` its fields have no owners. */
export function createObject(
  state: ServerState,
  served: ServedType,
  namespace: string | undefined,
  draft: Draft,
  track?: Track,
): KubeObject {
  const {storage} = state;
  const {type, collection} = served;
  checkNamespace(draft, namespace);
  const named = withMetadata(draft, {namespace, name: nameOf(draft, state)});
  const name = named.metadata.name ?? '';
  if (namespace !== undefined) checkNamespaceTakes(state, type, namespace, name);
  if (served.crdName !== undefined) checkCrdTakes(state, served, name);
  const given = complete(served, withoutStatus(named, served));
  // What policies change belongs to nobody.
  const whole = withBirth(state, served, mutated(state, served, given), track?.(given));
  checkValid(served, whole, []);
  if ((draft.metadata.resourceVersion ?? '') !== '')
    throw new ApiFault(500, undefined, 'resourceVersion should not be set on objects to be created');
  const key = storageKey(namespace, name);
  const existing = storage.get(collection, key);
  if (existing !== undefined) throw ApiFault.alreadyExists(type, name, existing.metadata.deletionTimestamp !== undefined);
  const unstored = withMetadata(whole, {resourceVersion: '0'});
  state.admission?.validate(served, unstored);
  if (!isStored(unstored)) throw new Error(`object without a name passed validation: ${collection}`);
  return storage.put(collection, key, unstored);
}

function mutated(state: ServerState, served: ServedType, draft: Draft): Draft {
  const changed = state.admission?.mutate(served, draft) ?? draft;
  return changed === draft ? draft : complete(served, withoutStatus(changed, served));
}

export function checkNamespace(draft: Draft, namespace: string | undefined): void {
  const given = draft.metadata.namespace ?? '';
  if (given !== '' && given !== (namespace ?? '')) {
    throw ApiFault.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

function nameOf(draft: Draft, state: ServerState): string | undefined {
  const {name, generateName: base} = draft.metadata;
  if (name !== undefined && name !== '') return name;
  return base === undefined || base === '' ? undefined : generateName(base, state.random);
}

function withoutStatus(draft: Draft, served: ServedType): Draft {
  if (keepsStatusOnCreate(served)) return draft;
  const {status: _status, ...rest} = draft;
  return rest;
}

/** What only the server writes. */
function withBirth(state: ServerState, served: ServedType, draft: Draft, managedFields: readonly unknown[] | undefined): Draft {
  const born = withMetadata(draft, {
    uid: generateUid(state.random),
    creationTimestamp: toTimestamp(state.clock.now()),
    generation: hasGeneration(served) ? 1 : undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    managedFields,
  });
  return applyInitialState(served.collection, born);
}

function checkCrdTakes(state: ServerState, {type, crdName}: ServedType, name: string): void {
  const crd = crdName === undefined ? undefined : state.storage.get(crdCollection, crdName);
  if (crd?.metadata.deletionTimestamp === undefined) return;
  throw ApiFault.forbidden(type, name, 'create not allowed while custom resource definition is terminating');
}
