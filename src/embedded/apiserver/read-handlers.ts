/** GET of one object, LIST and WATCH. */
import type {AnswerForm} from './accept.ts';
import type {ApiAnswer, ApiCall} from './api-call.ts';
import {ApiFault} from './api-fault.ts';
import {storageKey} from './api-object.ts';
import {listPage} from './list.ts';
import {type ListOptions, readListOptions} from './list-options.ts';
import {answerObject, answerPage, eventEncoder, type Rendering, readIncludeObject} from './object-answer.ts';
import type {Target} from './request-target.ts';
import {checkReached, MalformedVersion, parseVersion} from './resource-version.ts';
import type {ServerState} from './server-state.ts';
import {checkWatchable, errorEvents, Watch} from './watch.ts';

export function toRendering(state: ServerState, target: Target, call: ApiCall, form: AnswerForm): Rendering {
  const includeObject = form.as === 'table' ? readIncludeObject(call.query) : 'Metadata';
  return {served: target.served, form, includeObject, nowMs: () => state.clock.now()};
}

export function getObject(state: ServerState, target: Target, name: string, call: ApiCall, form: AnswerForm): ApiAnswer {
  checkReached(readVersion(call.query.get('resourceVersion') ?? ''), state.storage.revision);
  const object = state.storage.get(target.served.collection, storageKey(target.namespace, name));
  if (object === undefined) throw ApiFault.notFound(target.served.type, name);
  return answerObject(toRendering(state, target, call, form), 200, object);
}

export function listOrWatch(state: ServerState, target: Target, call: ApiCall, form: AnswerForm): ApiAnswer {
  const options = readListOptions(call.query, target.served.type);
  const rendering = toRendering(state, target, call, form);
  if (options.isWatch) return watch(state, target, options, rendering);
  return answerPage(rendering, listPage(state.storage, target.served.collection, target.namespace, options));
}

function watch(state: ServerState, target: Target, options: ListOptions, rendering: Rendering): ApiAnswer {
  const {storage} = state;
  const {collection, type} = target.served;
  const headers = {'content-type': 'application/json'};
  const prefix = target.namespace === undefined ? '' : `${target.namespace}/`;
  const asked = readVersion(options.resourceVersion);
  const beginsWithState = options.sendsInitial ?? asked === undefined;
  const from = beginsWithState || asked === undefined ? storage.revision : asked;
  try {
    if (options.sendsInitial === true) checkReached(asked, storage.revision);
    checkWatchable(from, storage.compactedRevision);
  } catch (error) {
    if (error instanceof ApiFault) return {status: 200, headers, events: errorEvents(error)};
    throw error;
  }
  const scope = {
    collection,
    prefix,
    // A copy: the client pulls while others write.
    initial: beginsWithState ? [...storage.scan(collection, prefix)] : [],
    marksInitialEnd: options.sendsInitial === true && options.hasBookmarks,
    from,
    encode: eventEncoder(rendering),
    bookmark: (revision: number, annotations?: Readonly<Record<string, string>>) => ({
      kind: type.kind,
      metadata: {name: '', uid: '', resourceVersion: String(revision), ...(annotations !== undefined && {annotations})},
    }),
  };
  return {status: 200, headers, events: new Watch(state, scope, options)};
}

function readVersion(text: string): number | undefined {
  try {
    return parseVersion(text);
  } catch (error) {
    throw error instanceof MalformedVersion ? error.toFault() : error;
  }
}
