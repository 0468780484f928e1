/** PUT and PATCH of objects and of their status. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {AnswerForm} from './accept.ts';
import {decodeDraft, readObject, warningHeader} from './admission.ts';
import type {ApiAnswer, ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {storageKey} from './api-object.ts';
import {isCreatedOnUpdate} from './builtin-rules.ts';
import {createObject} from './create.ts';
import {stateForWrite} from './dry-run.ts';
import {answerObject} from './object-answer.ts';
import {toServedVersion} from './object-version.ts';
import {applyPatch, checkPatchType, patchFaults} from './patch.ts';
import {toRendering} from './read-handlers.ts';
import type {Target} from './request-target.ts';
import {invalid} from './schema/field-error.ts';
import type {ServerState} from './server-state.ts';
import {replaceObject, type UpdatePart} from './update.ts';
import {readWriteOptions} from './write-options.ts';

export function currentObject(state: ServerState, {served, namespace}: Target, name: string): KubeObject {
  const current = state.storage.get(served.collection, storageKey(namespace, name));
  if (current === undefined) throw ApiFault.notFound(served.type, name);
  return current;
}

export function putObject(state: ServerState, target: Target, name: string, call: ApiCall, form: AnswerForm, part: UpdatePart): ApiAnswer {
  const {served, namespace} = target;
  const options = readWriteOptions(call, 'UpdateOptions');
  const at = stateForWrite(state, options.isDryRun);
  const {draft, warnings} = decodeDraft(call, served, options);
  const headers = warningHeader(warnings);
  const rendering = toRendering(state, target, call, form);
  const current = state.storage.get(served.collection, storageKey(namespace, name));
  if (current === undefined && part === 'main' && isCreatedOnUpdate(served) && draft.metadata.name === name) {
    return answerObject(rendering, 201, createObject(at, served, namespace, draft), headers);
  }
  const existing = current ?? currentObject(state, target, name);
  checkUid(served.collection, namespace, draft.metadata.uid, existing, target);
  return answerObject(rendering, 200, replaceObject(at, served, existing, draft, part), headers);
}

export function patchObject(
  state: ServerState,
  target: Target,
  name: string,
  call: ApiCall,
  form: AnswerForm,
  part: UpdatePart,
): ApiAnswer {
  const {served} = target;
  checkPatchType(call);
  const options = readWriteOptions(call, 'PatchOptions');
  const current = currentObject(state, target, name);
  const patched = applyPatch(call, served, toServedVersion(served, current));
  const {draft, warnings} = readObject(patched, served, options, {
    faults: options.fieldValidation === 'Ignore' ? [] : patchFaults(call),
    refuse: why => ApiFault.invalid({kind: '', group: ''}, '', [invalid('patch', JSON.stringify(patched), why)]),
  });
  const stored = replaceObject(stateForWrite(state, options.isDryRun), served, current, draft, part);
  return answerObject(toRendering(state, target, call, form), 200, stored, warningHeader(warnings));
}

/** The uid in a PUT is a precondition; kube-apiserver answers with the words of its storage. */
function checkUid(collection: string, namespace: string | undefined, uid: string | undefined, current: KubeObject, target: Target): void {
  if (uid === undefined || uid === '' || uid === current.metadata.uid) return;
  const {name} = current.metadata;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`;
  const key = `/registry/${collection}/${storageKey(namespace, name)}`;
  throw ApiFault.conflict(
    target.served.type,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  );
}
