/** LIST: one page of a collection, at the present or pinned to the revision that the first page was read at. */
import type {KubeObject} from '../../domain/kube-object.ts';
import {ApiFault} from './api-fault.ts';
import {keyOf} from './api-object.ts';
import {type ContinueToken, readContinue, writeContinue} from './continue-token.ts';
import type {ListOptions} from './list-options.ts';
import {checkReached, MalformedVersion, parseVersion} from './resource-version.ts';
import {type ObjectStore, RevisionGone} from './storage.ts';

export type ListMetadata = {readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number};

export type Page = {readonly metadata: ListMetadata; readonly objects: readonly KubeObject[]};

const expiredList = 'The resourceVersion for the provided list is too old.';
const expiredContinue =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue ' +
  'parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token ' +
  'results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and ' +
  'now may show up in the list.';

export function listPage(storage: ObjectStore, collection: string, namespace: string | undefined, options: ListOptions): Page {
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  if (options.continueToken !== '') return continuedPage(storage, collection, prefix, options);
  const revision = readStart(options, storage.revision);
  return pageAt(storage, collection, prefix, revision, '', options);
}

function continuedPage(storage: ObjectStore, collection: string, prefix: string, options: ListOptions): Page {
  const token = readContinue(options.continueToken);
  if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
    throw ApiFault.badRequest('specifying resource version is not allowed when using continue');
  }
  const revision = token.revision === undefined ? storage.revision : token.revision;
  return pageAt(storage, collection, prefix, revision, token.after, options, token);
}

/** The revision to read at: exact where asked (a limit asks for it too), the present where any newer one will do. */
function readStart(options: ListOptions, current: number): number {
  const version = readVersion(options.resourceVersion);
  checkReached(version, current);
  const isExact = options.versionMatch === 'Exact' || (options.versionMatch === undefined && options.limit !== undefined);
  return version !== undefined && isExact ? version : current;
}

function readVersion(text: string): number | undefined {
  try {
    return parseVersion(text);
  } catch (error) {
    if (error instanceof MalformedVersion) throw ApiFault.badRequest(`invalid resource version: ${error.message}`);
    throw error;
  }
}

function pageAt(
  storage: ObjectStore,
  collection: string,
  prefix: string,
  revision: number,
  after: string,
  options: ListOptions,
  token?: ContinueToken,
): Page {
  try {
    return cutPage(storage.scanAt(revision, collection, prefix, after), revision, options);
  } catch (error) {
    if (!(error instanceof RevisionGone)) throw error;
    if (token === undefined) throw ApiFault.expired(expiredList);
    throw ApiFault.expired(expiredContinue, writeContinue({revision: undefined, after: token.after}));
  }
}

function cutPage(objects: Iterable<KubeObject>, revision: number, options: ListOptions): Page {
  const {limit, matches} = options;
  const page: KubeObject[] = [];
  let remaining = 0;
  for (const object of objects) {
    if (!matches(object)) continue;
    if (limit !== undefined && page.length === limit) {
      remaining++;
      // With a selector the rest is not counted: that there is one is enough.
      if (options.isSelective) break;
    } else {
      page.push(object);
    }
  }
  const resourceVersion = String(revision);
  const last = page.at(-1);
  if (remaining === 0 || last === undefined) return {metadata: {resourceVersion}, objects: page};
  const next = writeContinue({revision, after: keyOf(last)});
  return {metadata: {resourceVersion, continue: next, ...(!options.isSelective && {remainingItemCount: remaining})}, objects: page};
}
