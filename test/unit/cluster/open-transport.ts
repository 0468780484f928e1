/** A transport for one test: everything that the test does not speak of has a plain value. */
import {onTestFinished} from 'vitest';
import type {Connection, PemSource, TlsSettings} from '../../../src/cluster/connection.ts';
import type {CredentialNotice} from '../../../src/cluster/credential-source.ts';
import {createTransport, type Transport, type TransportOptions} from '../../../src/cluster/transport.ts';
import {FakeClock} from '../../support/fake-clock.ts';
import type {Identity} from './certificates.ts';

export type OpenTransport = Transport & {readonly clock: FakeClock; readonly notices: readonly CredentialNotice[]};

export function openTransport(connection: Partial<Connection> & {server: string}, options: Partial<TransportOptions> = {}): OpenTransport {
  const clock = new FakeClock();
  const notices: CredentialNotice[] = [];
  const whole: Connection = {
    contextName: 'x',
    clusterName: 'c',
    userName: 'ivan',
    namespace: 'default',
    tls: {isInsecure: false},
    auth: {kind: 'none'},
    ...connection,
  };
  const transport = createTransport(whole, {
    clock,
    env: {},
    version: '1.2.3',
    isReadOnly: true,
    onCredentialNotice: notice => notices.push(notice),
    ...options,
  });
  onTestFinished(() => transport.close());
  return Object.assign(transport, {clock, notices});
}

export function pemText(pem: string): PemSource {
  return {kind: 'text', pem, file: '/k', field: 'pem'};
}

export function trusting(authority: Identity, more: Partial<TlsSettings> = {}): TlsSettings {
  return {isInsecure: false, authority: pemText(authority.certificate), ...more};
}

export function asClient(identity: Identity): NonNullable<TlsSettings['clientCertificate']> {
  return {certificate: pemText(identity.certificate), key: pemText(identity.key)};
}
