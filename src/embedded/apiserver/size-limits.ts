/** How much fits: into a request, and into the store, as with kube-apiserver over etcd. */
import {Buffer} from 'node:buffer';
import type {KubeObject} from '../../domain/kube-object.ts';
import {ApiFault} from './api-fault.ts';

export const bodyBytesMax = 3 * 1024 * 1024;
const OBJECT_BYTES_MAX = 1536 * 1024;
/** No character of JSON in UTF-16 takes more bytes in UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

export function checkBody(body: Uint8Array): void {
  if (body.length > bodyBytesMax) throw ApiFault.tooLarge(bodyBytesMax);
}

export function checkStorable(object: KubeObject): void {
  const text = JSON.stringify(object);
  if (text.length * BYTES_PER_UNIT_MAX <= OBJECT_BYTES_MAX || Buffer.byteLength(text) <= OBJECT_BYTES_MAX) return;
  throw new ApiFault(500, undefined, 'etcdserver: request is too large');
}
