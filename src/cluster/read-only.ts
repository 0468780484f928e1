/** What may be sent while nothing may be changed: reads, and the questions about oneself that are asked by POST. */
import {type KubeRequest, TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';

const selfReviews =
  /^\/apis\/(authorization\.k8s\.io\/v\w+\/selfsubject(access|rules)reviews|authentication\.k8s\.io\/v\w+\/selfsubjectreviews)$/;
/** Asked by GET, and yet they do something in the cluster. */
const connectingSubresources: ReadonlySet<string | undefined> = new Set(['exec', 'attach', 'portforward', 'proxy']);

/** Nothing was sent. */
export class ReadOnlyRefusal extends TransportError {
  constructor({method, path}: KubeRequest) {
    super('aborted', phrase('connect.readOnly', method, pathOf(path)));
    this.name = 'ReadOnlyRefusal';
  }
}

export function isReadRequest({method, path}: KubeRequest): boolean {
  const bare = pathOf(path);
  if (method === 'POST') return selfReviews.test(bare);
  return method === 'GET' && !isConnecting(bare);
}

/** Read as the API server reads it, decoded and by position: a namespace or an object may well be called `proxy`. */
function isConnecting(path: string): boolean {
  const parts = decode(path)?.split('/').slice(1);
  if (parts === undefined || parts.some(part => part === '.' || part === '..')) return true;
  const [root] = parts;
  if (root !== 'api' && root !== 'apis') return false;
  const [first, ...rest] = parts.slice(root === 'api' ? 2 : 3);
  const [, subresource] = first === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  return (root === 'api' && first === 'proxy') || connectingSubresources.has(subresource);
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function pathOf(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
