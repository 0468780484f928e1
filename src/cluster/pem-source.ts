/** Certificates and keys of a kubeconfig: named as a file (`X`) or carried inside as base64 (`X-data`), never both. */
import {phrase} from '../domain/messages/phrase.ts';
import type {PemSource} from './connection.ts';
import {KubeconfigError} from './kubeconfig-error.ts';
import type {KubeconfigFields} from './kubeconfig-fields.ts';
import {resolveBeside} from './kubeconfig-file.ts';

/** `block` is what the PEM must hold: `CERTIFICATE`, `KEY`. */
export function readPemSource(fields: KubeconfigFields, name: string, block: 'CERTIFICATE' | 'KEY'): PemSource | undefined {
  const path = fields.text(name);
  const data = fields.text(`${name}-data`);
  if (path !== undefined && data !== undefined) throw excludeEachOther(fields, fields.at(name), fields.at(`${name}-data`));
  const file = fields.file;
  if (path !== undefined) return {kind: 'file', path: resolveBeside(file, path), file, field: fields.at(name)};
  if (data === undefined) return undefined;
  const field = fields.at(`${name}-data`);
  const compact = data.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw new KubeconfigError(file, field, phrase('kubeconfig.notBase64', file, field));
  const pem = Buffer.from(compact, 'base64').toString('utf8');
  if (!holdsPem(pem, block)) throw new KubeconfigError(file, field, phrase('kubeconfig.notPem', file, field));
  return {kind: 'text', pem, file, field};
}

export function holdsPem(text: string, block: 'CERTIFICATE' | 'KEY'): boolean {
  return block === 'KEY' ? /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) : text.includes('-----BEGIN CERTIFICATE-----');
}

export function excludeEachOther(fields: KubeconfigFields, one: string, other: string): KubeconfigError {
  return new KubeconfigError(fields.file, one, phrase('kubeconfig.bothGiven', fields.file, one, other));
}
