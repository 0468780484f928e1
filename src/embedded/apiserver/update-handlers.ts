/** PUT and PATCH of objects and of their status. */
import type {KubeObject} from '../../domain/kube-object.ts';
import type {AnswerForm} from './accept.ts';
import {decodeDraft, readObject, warningHeader} from './admission.ts';
import type {ApiAnswer, ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {storageKey} from './api-object.ts';
import {applyObject} from './apply-handler.ts';
import {isCreatedOnUpdate} from './builtin-rules.ts';
import {createObject} from './create.ts';
import {stateForWrite} from './dry-run.ts';
import {patchable, trackCreation, trackUpdate, writerOf} from './field-tracking.ts';
import {answerObject} from './object-answer.ts';
import {toServedVersion} from './object-version.ts';
import {applyPatch, isApply, patchFaults} from './patch.ts';
import {checkRightToCreate} from './rbac/authorize.ts';
import {toRendering} from './read-handlers.ts';
import {bodyText} from './request-body.ts';
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
  const writer = writerOf(state, served, call, options, part === 'main' ? '' : part);
  const current = state.storage.get(served.collection, storageKey(namespace, name));
  if (current === undefined && part === 'main' && isCreatedOnUpdate(served) && draft.metadata.name === name) {
    checkRightToCreate(state, call);
    checkUid(target, name, draft.metadata.uid, '');
    return answerObject(rendering, 201, createObject(at, served, namespace, draft, trackCreation(served, writer)), headers);
  }
  const existing = current ?? currentObject(state, target, name);
  checkUid(target, name, draft.metadata.uid, existing.metadata.uid);
  const track = trackUpdate(served, existing, draft.metadata.managedFields, writer);
  return answerObject(rendering, 200, replaceObject(at, served, existing, draft, part, track), headers);
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
  if (isApply(call)) return applyObject(state, target, name, call, form, part);
  const options = readWriteOptions(call, 'PatchOptions');
  const current = currentObject(state, target, name);
  const patched = applyPatch(call, served, patchable(toServedVersion(served, current), bodyText(call)));
  const {draft, warnings} = readObject(patched, served, options, {
    faults: options.fieldValidation === 'Ignore' ? [] : patchFaults(call),
    refuse: why => ApiFault.invalid({kind: '', group: ''}, '', [invalid('patch', JSON.stringify(patched), why)]),
  });
  const writer = writerOf(state, served, call, options, part === 'main' ? '' : part);
  const track = trackUpdate(served, current, draft.metadata.managedFields, writer);
  const stored = replaceObject(stateForWrite(state, options.isDryRun), served, current, draft, part, track);
  return answerObject(toRendering(state, target, call, form), 200, stored, warningHeader(warnings));
}

/** The uid in a PUT is a precondition, also on what it would create; kube-apiserver answers with the words of its storage. */
function checkUid({served, namespace}: Target, name: string, wanted: string | undefined, uid: string): void {
  if (wanted === undefined || wanted === '' || wanted === uid) return;
  const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${uid}`;
  const key = `/registry/${served.collection}/${storageKey(namespace, name)}`;
  throw ApiFault.conflict(
    served.type,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  );
}
