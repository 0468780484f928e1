/** The requests of a source: paths, selectors, versions, and the form in which the answer is asked for. */
import {resourcePath} from '../domain/resource.ts';
import type {SourceSpec} from '../domain/source.ts';

export type Scope = Pick<SourceSpec<unknown>, 'resource' | 'namespace' | 'labelSelector' | 'fieldSelector' | 'form'>;

export const pageLimit = 500;

/** A server that makes no tables answers with plain objects. */
export function acceptOf(form: Scope['form']): string {
  return form === 'table' ? 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' : 'application/json';
}

/** `from` is a continue token, or the version that the listing must not be older than; without both, the newest. */
export function listPath(scope: Scope, from: {readonly continueToken?: string | undefined; readonly notOlderThan?: string}): string {
  const query = selectors(scope);
  query.set('limit', String(pageLimit));
  if (from.continueToken !== undefined) query.set('continue', from.continueToken);
  else if (from.notOlderThan !== undefined) {
    query.set('resourceVersion', from.notOlderThan);
    query.set('resourceVersionMatch', 'NotOlderThan');
  }
  return `${resourcePath(scope.resource, scope.namespace)}?${query}`;
}

export function watchPath(scope: Scope, resourceVersion: string, timeoutSeconds: number): string {
  const query = selectors(scope);
  query.set('watch', 'true');
  query.set('allowWatchBookmarks', 'true');
  query.set('resourceVersion', resourceVersion);
  query.set('timeoutSeconds', String(timeoutSeconds));
  return `${resourcePath(scope.resource, scope.namespace)}?${query}`;
}

function selectors({labelSelector, fieldSelector}: Scope): URLSearchParams {
  const query = new URLSearchParams();
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
  return query;
}
