/** Routes one request to what answers it; every refusal leaves as a Status. */
import {type AnswerForm, readAccept} from './accept.ts';
import {admissionOf} from './admission/call-admission.ts';
import {warningHeader} from './admission.ts';
import {type ApiAnswer, type ApiCall, isTrue, jsonAnswer, textAnswer} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {bindPod} from './binding.ts';
import {createFromCall} from './create.ts';
import {deleteCollection, deleteObject} from './delete-handlers.ts';
import {answerDocument} from './discovery-handlers.ts';
import {evictPod} from './eviction.ts';
import {connectPod} from './pod-connect.ts';
import {answerLog} from './pod-log.ts';
import {checkRights} from './rbac/authorize.ts';
import {actAs} from './rbac/impersonate.ts';
import {answerReview} from './rbac/reviews.ts';
import {getObject, listOrWatch} from './read-handlers.ts';
import {readTarget, type Target} from './request-target.ts';
import {answerScale} from './scale.ts';
import type {ServerState} from './server-state.ts';
import {checkBody} from './size-limits.ts';
import type {UpdatePart} from './update.ts';
import {patchObject, putObject} from './update-handlers.ts';

export function answerCall(state: ServerState, call: ApiCall): ApiAnswer {
  try {
    const acting = actAs(state, call);
    checkRights(state, acting);
    return route(state, acting);
  } catch (error) {
    if (error instanceof ApiFault) return faultAnswer(error);
    const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
    return faultAnswer(new ApiFault(500, 'InternalError', message, {causes: [{message}]}));
  }
}

export function faultAnswer(fault: ApiFault): ApiAnswer {
  const {retryAfterSeconds} = fault.body.details ?? {};
  return jsonAnswer(fault.code, fault.body, retryAfterSeconds === undefined ? {} : {'retry-after': String(retryAfterSeconds)});
}

function route(state: ServerState, call: ApiCall): ApiAnswer {
  checkBody(call.body);
  const document = answerDocument(call, state.registry.types);
  if (document !== undefined) return document;
  const target = readTarget(call.path, state.registry);
  if (target === undefined) return textAnswer(404, '404 page not found\n');
  checkVerb(target, call);
  const review = answerReview(state, target, call);
  if (review !== undefined) return review;
  const admission = admissionOf(state, target, call);
  const answer = routeTo({...state, admission}, target, call);
  return withWarnings(answer, admission?.warnings ?? []);
}

function routeTo(state: ServerState, target: Target, call: ApiCall): ApiAnswer {
  const form = readAccept(call.headers.accept);
  const {name, subresource} = target;
  if (name === undefined) return answerCollection(state, target, call, form);
  if (subresource === undefined) return answerOne(state, target, name, call, form);
  return answerSubresource(state, target, name, subresource, call, form);
}

function withWarnings(answer: ApiAnswer, warnings: readonly string[]): ApiAnswer {
  const {warning} = {...answer.headers, ...warningHeader(warnings)};
  const parts = [answer.headers.warning, warnings.length === 0 ? undefined : warning].filter(part => part !== undefined);
  return parts.length === 0 ? answer : {...answer, headers: {...answer.headers, warning: parts.join(', ')}};
}

function answerCollection(state: ServerState, target: Target, call: ApiCall, form: AnswerForm): ApiAnswer {
  switch (call.method) {
    case 'GET':
      return listOrWatch(state, target, call, form);
    case 'POST':
      return createFromCall(state, target, call, form);
    case 'DELETE':
      return deleteCollection(state, target, call, form);
    default:
      throw ApiFault.methodNotAllowed();
  }
}

function answerOne(state: ServerState, target: Target, name: string, call: ApiCall, form: AnswerForm): ApiAnswer {
  switch (call.method) {
    case 'GET':
      return getObject(state, target, name, call, form);
    case 'PUT':
      return putObject(state, target, name, call, form, 'main');
    case 'PATCH':
      return patchObject(state, target, name, call, form, 'main');
    case 'DELETE':
      return deleteObject(state, target, name, call, form);
    default:
      throw ApiFault.methodNotAllowed();
  }
}

function answerSubresource(
  state: ServerState,
  target: Target,
  name: string,
  subresource: string,
  call: ApiCall,
  form: AnswerForm,
): ApiAnswer {
  const {type, collection} = target.served;
  switch (subresource) {
    case 'status':
      if (!type.hasStatus) throw ApiFault.notServed();
      return answerPart(state, target, name, call, form, 'status');
    case 'finalize':
      if (collection !== 'namespaces') throw ApiFault.notServed();
      if (call.method !== 'PUT') throw ApiFault.methodNotAllowed();
      return putObject(state, target, name, call, form, 'finalize');
    case 'scale':
      return answerScale(state, target, name, call);
    case 'binding':
      if (collection !== 'pods') throw ApiFault.notServed();
      if (call.method !== 'POST') throw ApiFault.methodNotAllowed();
      return bindPod(state, target, name, call);
    case 'eviction':
      if (collection !== 'pods') throw ApiFault.notServed();
      if (call.method !== 'POST') throw ApiFault.methodNotAllowed();
      return evictPod(state, target, name, call);
    case 'log':
      if (collection !== 'pods') throw ApiFault.notServed();
      if (call.method !== 'GET') throw ApiFault.methodNotAllowed();
      return answerLog(state, target, name, call);
    case 'exec':
    case 'attach':
    case 'portforward':
      if (collection !== 'pods') throw ApiFault.notServed();
      return connectPod(state, target, name, subresource, call);
    default:
      throw ApiFault.notServed();
  }
}

function answerPart(state: ServerState, target: Target, name: string, call: ApiCall, form: AnswerForm, part: UpdatePart): ApiAnswer {
  switch (call.method) {
    case 'GET':
      return getObject(state, target, name, call, form);
    case 'PUT':
      return putObject(state, target, name, call, form, part);
    case 'PATCH':
      return patchObject(state, target, name, call, form, part);
    default:
      throw ApiFault.methodNotAllowed();
  }
}

/** A namespaced kind is listed across namespaces, but written only inside one. */
function checkVerb({served, namespace, name}: Target, call: ApiCall): void {
  const {isNamespaced, verbs} = served.type;
  const isWrite = call.method === 'POST' || call.method === 'DELETE';
  if (name === undefined && isNamespaced && namespace === undefined && isWrite) throw ApiFault.methodNotAllowed();
  const verb = name === undefined ? collectionVerb(call) : undefined;
  if (verb !== undefined && !verbs.includes(verb)) throw ApiFault.methodNotAllowed();
}

function collectionVerb({method, query}: ApiCall): string | undefined {
  switch (method) {
    case 'GET':
      return isTrue(query.get('watch')) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'DELETE':
      return 'deletecollection';
    default:
      return undefined;
  }
}
