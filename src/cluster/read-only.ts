/**
 * What may be sent while nothing may be changed: reads, the questions about oneself that are asked by POST, and the few
 * commands in pods that only read.
 */
import {type KubeRequest, TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import {isReadCommand} from '../domain/read-commands.ts';

const selfReviews =
  /^\/apis\/(authorization\.k8s\.io\/v\w+\/selfsubject(access|rules)reviews|authentication\.k8s\.io\/v\w+\/selfsubjectreviews)$/;
/** Asked by GET, and yet they do something in the cluster. */
const connectingSubresources: ReadonlySet<string | undefined> = new Set(['exec', 'attach', 'portforward', 'proxy']);

/** As it is sent, with nothing encoded: no other path may pass for it. */
const podExec = /^\/api\/v1\/namespaces\/[a-z0-9-]+\/pods\/[a-z0-9][a-z0-9.-]*\/exec$/;

/** Nothing was sent. */
export class ReadOnlyRefusal extends TransportError {
  constructor({method, path}: KubeRequest) {
    super('aborted', phrase('connect.readOnly', method, pathOf(path)));
    this.name = 'ReadOnlyRefusal';
  }
}

export function isReadRequest(request: KubeRequest): boolean {
  const {method, path} = request;
  if (method === 'POST') return selfReviews.test(pathOf(path));
  return method === 'GET' && (!isConnectRequest(request) || isReadingExec(path));
}

/** Leads into something that runs, and must not be sent twice. */
export function isConnectRequest({path}: KubeRequest): boolean {
  return isConnecting(pathOf(path));
}

/** A command of the closed list that is given nothing to read. */
function isReadingExec(path: string): boolean {
  if (!podExec.test(pathOf(path))) return false;
  const query = new URLSearchParams(path.slice(pathOf(path).length));
  const isFed = ['stdin', 'tty'].some(name => query.has(name));
  return !isFed && isReadCommand(query.getAll('command'));
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
