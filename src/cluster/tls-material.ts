/** Certificates and keys as the next handshake needs them; a new object as soon as one of the files has changed. */
import * as nodeTls from 'node:tls';
import type {Clock} from '../domain/clock.ts';
import {TransportError} from '../domain/kube-port.ts';
import {phrase} from '../domain/messages/phrase.ts';
import type {PemSource, TlsSettings} from './connection.ts';
import type {Credentials} from './credential-source.ts';
import {errorCode} from './error-code.ts';
import {holdsPem} from './pem-source.ts';
import {rereadFile} from './reread-file.ts';

export type TlsMaterial = {
  readonly secureContext: nodeTls.SecureContext;
  /** Trusted for the API server; for an https proxy too. */
  readonly authorities: readonly string[];
};

export type TlsMaterialSource = {
  /** `fromPlugin` is the certificate that a credential plugin gave; it wins over the kubeconfig's. Throws TransportError. */
  read(fromPlugin: Credentials['clientCertificate']): Promise<TlsMaterial>;
};

export function createTlsMaterialSource(tls: TlsSettings, clock: Clock, onStale: (path: string, code: string) => void): TlsMaterialSource {
  const authority = pemReader(tls.authority, 'CERTIFICATE', clock, onStale);
  const certificate = pemReader(tls.clientCertificate?.certificate, 'CERTIFICATE', clock, onStale);
  const key = pemReader(tls.clientCertificate?.key, 'KEY', clock, onStale);
  let held: {readonly fingerprint: string; readonly material: TlsMaterial} | undefined;
  return {
    async read(fromPlugin) {
      const ca = await authority();
      const own = fromPlugin ?? {certificate: await certificate(), key: await key()};
      const fingerprint = [ca, own.certificate, own.key].join('\n');
      if (held?.fingerprint === fingerprint) return held.material;
      const authorities = ca === undefined ? systemAuthorities() : [ca];
      const material = {authorities, secureContext: secureContextOf(authorities, own.certificate, own.key, tls)};
      held = {fingerprint, material};
      return material;
    },
  };
}

function secureContextOf(
  ca: readonly string[],
  cert: string | undefined,
  key: string | undefined,
  tls: TlsSettings,
): nodeTls.SecureContext {
  try {
    return nodeTls.createSecureContext({ca: [...ca], ...(cert === undefined || key === undefined ? {} : {cert, key})});
  } catch (error) {
    const source = tls.clientCertificate?.certificate ?? tls.authority;
    const where = source === undefined ? 'exec plugin' : `${source.file}: ${source.field}`;
    throw new TransportError('tls', phrase('kubeconfig.pemRejected', where, errorCode(error)), {cause: error});
  }
}

function pemReader(
  source: PemSource | undefined,
  block: 'CERTIFICATE' | 'KEY',
  clock: Clock,
  onStale: (path: string, code: string) => void,
): () => Promise<string | undefined> {
  if (source === undefined) return async () => undefined;
  if (source.kind === 'text') return async () => source.pem;
  const {path, file, field} = source;
  const reread = rereadFile(path, clock, onStale);
  return async () => {
    let pem: string;
    try {
      pem = await reread.read();
    } catch (error) {
      throw new TransportError('tls', phrase('credentials.fileUnreadable', path, `${file}: ${field}`, errorCode(error)), {cause: error});
    }
    if (!holdsPem(pem, block)) throw new TransportError('tls', phrase('kubeconfig.notPem', path, `${file}: ${field}`));
    return pem;
  };
}

/**
 * As kubectl, a cluster without an authority of its own is checked against those of the system. Node lists them from 22.15 on;
 * a named import of what an older one lacks would keep the whole program from starting.
 */
function systemAuthorities(): readonly string[] {
  if (typeof nodeTls.getCACertificates !== 'function') return nodeTls.rootCertificates;
  return [...new Set([...nodeTls.getCACertificates('default'), ...nodeTls.getCACertificates('system')])];
}
