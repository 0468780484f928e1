/** What may be sent while nothing may be changed: reads, and the questions about oneself that are asked by POST. */
import {type KubeRequest, TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';

const selfReviews =
  /^\/apis\/(authorization\.k8s\.io\/v\w+\/selfsubject(access|rules)reviews|authentication\.k8s\.io\/v\w+\/selfsubjectreviews)$/;
/** Asked by GET, and yet they do something in the cluster. */
const connectingSubresources = /\/(exec|attach|portforward|proxy)(\/|$)/;

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
  return method === 'GET' && !connectingSubresources.test(bare);
}

function pathOf(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
