/** DELETE of one object and of a collection. */

import type {AnswerForm} from './accept.ts';
import {type ApiAnswer, type ApiCall, jsonAnswer} from './api-call.ts';
import {detailsOf, success} from './api-fault.ts';
import {returnsDeleted} from './builtin-rules.ts';
import {deleteStored} from './delete.ts';
import {readDeleteOptions} from './delete-options.ts';
import {stateForWrite} from './dry-run.ts';
import {listPage} from './list.ts';
import {readListOptions} from './list-options.ts';
import {answerObject, answerPage} from './object-answer.ts';
import {toRendering} from './read-handlers.ts';
import type {Target} from './request-target.ts';
import type {ServerState} from './server-state.ts';
import {currentObject} from './update-handlers.ts';

export function deleteObject(state: ServerState, target: Target, name: string, call: ApiCall, form: AnswerForm): ApiAnswer {
  const {served} = target;
  const options = readDeleteOptions(call);
  const current = currentObject(state, target, name);
  const {object, isGone} = deleteStored(stateForWrite(state, options.isDryRun === true), served, current, options);
  if (!isGone || returnsDeleted(served)) return answerObject(toRendering(state, target, call, form), 200, object);
  return jsonAnswer(200, success({...detailsOf(served.type, name), uid: object.metadata.uid}));
}

/** Answers with the objects as they were. */
export function deleteCollection(state: ServerState, target: Target, call: ApiCall, form: AnswerForm): ApiAnswer {
  const {served, namespace} = target;
  const options = readDeleteOptions(call);
  const page = listPage(state.storage, served.collection, namespace, readListOptions(call.query, served.type));
  const at = stateForWrite(state, options.isDryRun === true);
  for (const object of page.objects) deleteStored(at, served, object, options);
  return answerPage(toRendering(state, target, call, form), page);
}
