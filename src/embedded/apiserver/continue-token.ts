/** The `continue` of a list: opaque to clients; inside, the revision of the first page and the last key delivered. */
import {Buffer} from 'node:buffer';
import {isFields} from '../../domain/fields.ts';
import {ApiFault} from './api-fault.ts';

export type ContinueToken = {
  /** undefined goes on at the present: the inconsistent token that comes with 410. */
  readonly revision: number | undefined;
  readonly after: string;
};

const format = 'meta.k8s.io/v1';

export function writeContinue({revision, after}: ContinueToken): string {
  return Buffer.from(JSON.stringify({v: format, rv: revision ?? -1, start: `/${after}\0`})).toString('base64url');
}

export function readContinue(token: string): ContinueToken {
  const content = parse(Buffer.from(token, 'base64url').toString('utf8'));
  if (!isFields(content) || content.v !== format || typeof content.rv !== 'number' || typeof content.start !== 'string') {
    throw ApiFault.badRequest('invalid continue token: continue key is not valid: unknown form of token');
  }
  return {revision: content.rv === -1 ? undefined : content.rv, after: content.start.replace(/^\//, '').replace(/\0$/, '')};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw ApiFault.badRequest('invalid continue token: continue key is not valid: not the JSON of a token');
  }
}
