/** Counts what was sent, by verb and kind: how a quiet dashboard proves that it asks for nothing. */
import type {KubeRequest} from '../domain/kube-port.ts';

export type RequestTally = {
  /** By class: `list pods`, `page pods`, `watch modules.deckhouse.io`, `get nodes`, `get /apis`. */
  readonly byClass: ReadonlyMap<string, number>;
  /** All but `/readyz`. */
  readonly total: number;
  readonly readyz: number;
};

export type RequestCounter = RequestTally & {count(request: KubeRequest): void};

export function createRequestCounter(): RequestCounter {
  const byClass = new Map<string, number>();
  let total = 0;
  let readyz = 0;
  return {
    byClass,
    get total() {
      return total;
    },
    get readyz() {
      return readyz;
    },
    count(request) {
      if (request.path.startsWith('/readyz')) {
        readyz += 1;
        return;
      }
      total += 1;
      const name = requestClass(request);
      byClass.set(name, (byClass.get(name) ?? 0) + 1);
    },
  };
}

function requestClass({method, path}: KubeRequest): string {
  const {pathname, searchParams} = new URL(path, 'http://server');
  const found = /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+\/(?:namespaces\/[^/]+\/(?=[^/]))?(?<resource>[^/]+)(?<rest>\/.*)?$/.exec(pathname);
  if (found?.groups === undefined) return `${method.toLowerCase()} ${pathname}`;
  const {group, resource, rest} = found.groups;
  const kind = group === undefined ? resource : `${resource}.${group}`;
  if (method !== 'GET') return `${method.toLowerCase()} ${kind}`;
  if (searchParams.get('watch') === 'true' || searchParams.get('watch') === '1') return `watch ${kind}`;
  if (rest !== undefined) return `get ${kind}`;
  return searchParams.has('continue') ? `page ${kind}` : `list ${kind}`;
}
