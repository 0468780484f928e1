/** The rows of the Commander stand-in: plain ones and secret ones, and the note of each that was acknowledged. */
import {createCipheriv, createDecipheriv, createHash, randomBytes} from 'node:crypto';

export type Keys = {readonly primary: string; readonly deterministic: string; readonly salt: string};

export type Row = {readonly writer: string; readonly number: number; readonly body: string; readonly atMs: number};

/** One row in so many is secret. */
const secretEvery = 5;
const algorithm = 'aes-256-gcm';

export function keysOf(values: Readonly<Record<string, string | undefined>>): Keys {
  const read = (name: string): string => values[`ACTIVE_RECORD_ENCRYPTION_${name}`] ?? '';
  return {primary: read('PRIMARY_KEY'), deterministic: read('DETERMINISTIC_KEY'), salt: read('KEY_DERIVATION_SALT')};
}

export function bodyOf(writer: string, number: number, keys: Keys): string {
  const plain = `row ${number} of ${writer}`;
  if (number % secretEvery !== 0) return plain;
  const iv = randomBytes(12);
  const cipher = createCipheriv(algorithm, derive(keys), iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return `secret:${[iv, cipher.getAuthTag(), sealed].map(part => part.toString('base64')).join(':')}`;
}

/** undefined where the keys are not those that it was sealed with. */
export function openBody(body: string, keys: Keys): string | undefined {
  const [kind, ...parts] = body.split(':');
  if (kind !== 'secret') return body;
  const [iv, tag, sealed] = parts.map(part => Buffer.from(part, 'base64'));
  if (iv === undefined || tag === undefined || sealed === undefined) return undefined;
  const decipher = createDecipheriv(algorithm, derive(keys), iv);
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

export function rowLine({writer, number, body, atMs}: Row): string {
  return `${writer} ${number} ${atMs} ${digestOf(body)}\n`;
}

export type Acknowledged = {readonly writer: string; readonly number: number; readonly atMs: number; readonly digest: string};

export function readAcknowledged(text: string): readonly Acknowledged[] {
  const lines = text.split('\n').filter(line => line !== '');
  return lines.map(line => {
    const [writer = '', number, atMs, digest = ''] = line.split(' ');
    return {writer, number: Number(number), atMs: Number(atMs), digest};
  });
}

export function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

function derive({primary, deterministic, salt}: Keys): Buffer {
  return createHash('sha256').update([primary, deterministic, salt].join('\0')).digest();
}
