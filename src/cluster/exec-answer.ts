/** Reads the ExecCredential that a plugin printed. Never quotes it: it holds the secret. */
import {isFields} from '../domain/fields.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {ExecPlugin} from './connection.ts';
import type {Credentials} from './credential-source.ts';
import {holdsPem} from './pem-source.ts';

export type ExecAnswer =
  | {readonly kind: 'credentials'; readonly credentials: Credentials; readonly expiresAt: number}
  | {readonly kind: 'unusable'; readonly phrase: Phrase};

/** `expiresAt` is wall-clock milliseconds, infinite where the plugin names no time. */
export function readExecAnswer({command, apiVersion}: ExecPlugin, stdout: string, now: number): ExecAnswer {
  const wrong = (field: string, expected: string): ExecAnswer => ({
    kind: 'unusable',
    phrase: phrase('credentials.pluginWrongField', command, field, expected),
  });
  const answer = parseJson(stdout);
  if (!isFields(answer) || answer.kind !== 'ExecCredential') {
    return {kind: 'unusable', phrase: phrase('credentials.pluginJunk', command, Buffer.byteLength(stdout))};
  }
  if (answer.apiVersion !== apiVersion) return wrong('apiVersion', apiVersion);
  const {status} = answer;
  if (!isFields(status)) return wrong('status', 'an object');
  const {token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp} = status;
  if (!isTextOrAbsent(token)) return wrong('status.token', 'a string');
  if (!isTextOrAbsent(certificate) || (certificate && !holdsPem(certificate, 'CERTIFICATE'))) {
    return wrong('status.clientCertificateData', 'a PEM certificate');
  }
  if (!isTextOrAbsent(key) || (key && !holdsPem(key, 'KEY'))) return wrong('status.clientKeyData', 'a PEM key');
  if (!token && !certificate) return wrong('status.token', 'there, and no certificate either');
  if (Boolean(certificate) !== Boolean(key)) return wrong('status.clientKeyData', 'together with clientCertificateData');
  const expiresAt = readTime(expirationTimestamp);
  if (Number.isNaN(expiresAt)) return wrong('status.expirationTimestamp', 'an RFC 3339 time');
  if (expiresAt <= now) return wrong('status.expirationTimestamp', 'in the future');
  return {
    kind: 'credentials',
    expiresAt,
    credentials: {
      ...(token ? {authorization: `Bearer ${token}`} : {}),
      ...(certificate && key ? {clientCertificate: {certificate, key}} : {}),
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTextOrAbsent(value: unknown): value is string | undefined | null {
  return value === undefined || value === null || typeof value === 'string';
}

function readTime(value: unknown): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
