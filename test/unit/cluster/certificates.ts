/** Certificates for the servers and clients of these tests. */
import {generate} from 'selfsigned';

export type Identity = {readonly certificate: string; readonly key: string};

type CertificateOptions = {
  readonly name?: string;
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly validFrom?: Date;
  readonly validUntil?: Date;
  readonly authority?: Identity;
};

const dayMs = 86_400_000;

export async function createAuthority(name = 'test authority'): Promise<Identity> {
  const made = await generate([{name: 'commonName', value: name}], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + dayMs),
    extensions: [
      {name: 'basicConstraints', cA: true, critical: true},
      {name: 'keyUsage', keyCertSign: true, digitalSignature: true},
    ],
  });
  return {certificate: made.cert, key: made.private};
}

/** For 127.0.0.1 and localhost, valid today and signed by nobody else, where nothing is said. */
export async function createIdentity(options: CertificateOptions = {}): Promise<Identity> {
  const {name = 'localhost', dnsNames = ['localhost'], addresses = ['127.0.0.1'], authority} = options;
  const made = await generate([{name: 'commonName', value: name}], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: options.validFrom ?? new Date(Date.now() - dayMs),
    notAfterDate: options.validUntil ?? new Date(Date.now() + dayMs),
    extensions: [
      {name: 'basicConstraints', cA: false},
      {name: 'keyUsage', digitalSignature: true},
      {name: 'extKeyUsage', serverAuth: true, clientAuth: true},
      {
        name: 'subjectAltName',
        altNames: [...dnsNames.map(value => ({type: 2 as const, value})), ...addresses.map(ip => ({type: 7 as const, ip}))],
      },
    ],
    ...(authority === undefined ? {} : {ca: {key: authority.key, cert: authority.certificate}}),
  });
  return {certificate: made.cert, key: made.private};
}
